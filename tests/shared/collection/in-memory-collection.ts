import { collect, type CollectionPorts, type CollectionResult } from '#shared/collection/collect.ts';
import type { CollectedObject, CollectionPlan, CollectionState } from '#shared/collection/plan.ts';
import type { RawRecord, RecordSource } from '#shared/collection/raw-record.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';

export const HOUR_MS = 3_600_000;

/** A record of the API: when it belongs to, and when the API begins to give it. */
export interface ApiRecord {
  readonly id: string;
  readonly time: number;
  readonly visibleFrom: number;
}

/** What becomes of a call: the function dies before or after its effect. */
export interface Fate {
  readonly call: number;
  readonly when: 'before' | 'after';
}

class Crash extends Error {}

/** An API, a bucket, a table and a queue in memory, and runs of the shipped use-case over them that can die at any call. */
export class InMemoryCollection {
  now: number;
  readonly records: ApiRecord[] = [];
  readonly objects = new Map<string, Buffer>();
  readonly enqueued = new Set<string>();
  readonly events: string[] = [];
  /** Names of the calls of the last run, in order. */
  calls: string[] = [];
  states = new Map<string, CollectionState>();
  readonly #seen = new Set<string>();
  readonly #plan: CollectionPlan;
  readonly #partBytes: number;
  readonly #source: RecordSource | undefined;

  /** `source`: records from elsewhere than `records`. */
  constructor(plan: CollectionPlan, startAt: number, partBytes = 60, source?: RecordSource) {
    this.#plan = plan;
    this.now = startAt;
    this.#partBytes = partBytes;
    this.#source = source;
  }

  /** One run; undefined when it died or failed. */
  async run(
    fate?: Fate,
    {
      remainingMs = 900_000,
      turn = async () => undefined,
    }: { remainingMs?: number; turn?: () => Promise<void> } = {},
  ): Promise<CollectionResult | undefined> {
    let dead = false;
    const calls: string[] = [];
    this.calls = calls;
    const call = async <Answer>(name: string, effect: () => Answer): Promise<Answer> => {
      if (!dead) await turn();
      if (dead) throw new Crash(name);
      const meets = fate?.call === calls.length;
      calls.push(name);
      if (meets) dead = true;
      if (meets && fate.when === 'before') throw new Crash(name);
      const answer = effect();
      if (meets) throw new Crash(name);
      return answer;
    };
    try {
      return await collect(this.#plan, this.#ports(call, remainingMs));
    } catch (error) {
      if (
        error instanceof Crash ||
        (error instanceof Error && error.message.startsWith('COLLECTION_CONFLICT'))
      )
        return undefined;
      throw error;
    }
  }

  /** Ids in all log objects whose ranges were enqueued, in order; a double shows as a double. */
  collected(): string[] {
    return [...this.enqueued]
      .flatMap((name) => linesOf(this.objects.get(name)))
      .map(idOf)
      .toSorted();
  }

  #ports(
    call: <Answer>(name: string, effect: () => Answer) => Promise<Answer>,
    remainingMs: number,
  ): CollectionPorts {
    const describe = (name: string): CollectedObject => ({
      name,
      generation: '2026-11-20T10:00:00Z',
      bytes: this.objects.get(name)?.length ?? 0,
    });
    return {
      bucket: 'bucket',
      prefix: 'raw/entra/signins/',
      partBytes: this.#partBytes,
      now: () => this.now,
      remainingMs: () => remainingMs,
      telemetry: { emit: (name) => void this.events.push(name) },
      source: this.#source ?? { read: (window) => this.#pages(window, call), keyOf: idOf },
      objects: {
        list: (prefix) =>
          call('objects.list', () =>
            [...this.objects.keys()]
              .filter((name) => name.startsWith(prefix))
              .toSorted()
              .map(describe),
          ),
        read: ({ name }) => call('objects.read', () => this.objects.get(name) ?? Buffer.alloc(0)),
        create: (name, bytes) =>
          call('objects.create', () => {
            if (this.objects.has(name)) return undefined;
            this.objects.set(name, Buffer.from(bytes));
            return describe(name);
          }),
      },
      seen: {
        unseen: (keys) => call('seen.read', () => new Set(keys.filter((key) => !this.#seen.has(key)))),
        remember: (keys) => call('seen.write', () => keys.forEach((key) => this.#seen.add(key))),
      },
      states: {
        read: (_, logType) => call('state.read', () => this.states.get(logType)),
        replace: (_, logType, after) =>
          call('state.write', () => {
            if ((this.states.get(logType)?.version ?? 0) !== after.version - 1) return false;
            this.states.set(logType, after);
            return true;
          }),
      },
      ranges: {
        send: (messages) =>
          call('range.send', () => {
            for (const { body } of messages) this.enqueued.add(readRangeMessage(body).logObject.name);
          }),
      },
    };
  }

  /** Both ends belong to a window, as the APIs have it; pages repeat a record, and one page is empty. */
  async *#pages(
    { from, to }: { readonly from: number; readonly to: number },
    call: <Answer>(name: string, effect: () => Answer) => Promise<Answer>,
  ): AsyncGenerator<readonly RawRecord[]> {
    const found = await call('api.read', () =>
      this.records.filter(({ time, visibleFrom }) => from <= time && time <= to && visibleFrom <= this.now),
    );
    const raw = found.map(({ id }) => ({ key: id, text: JSON.stringify({ id }) }));
    yield [];
    for (let at = 0; at < raw.length; at += 2)
      yield await call('api.page', () => raw.slice(Math.max(0, at - 1), at + 2));
  }
}

function idOf(text: string): string {
  const { id, Id } = JSON.parse(text) as { id?: string; Id?: string };
  return id ?? Id ?? '';
}

function linesOf(bytes: Buffer | undefined): string[] {
  return (bytes?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');
}
