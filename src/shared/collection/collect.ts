import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { decideRanges } from '#shared/ranges/decide-ranges.ts';
import { messageDeduplicationId, messageGroupId, writeRangeMessage } from '#shared/ranges/range.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { collectWindow, keysIn, type CollectedWindow, type WindowPorts } from './collect-window.ts';
import {
  afterGap,
  afterOverlongWindow,
  afterWindow,
  collectedUpTo,
  initialState,
  nextStep,
  type CollectedObject,
  type CollectionPlan,
  type CollectionState,
  type Window,
} from './plan.ts';

/** Where the collection of each log type stands. Every method throws STATE_TABLE_FAILED when the table fails. */
export interface CollectionStateStore {
  /** Undefined before the first run. Read consistently. */
  read(tenant: string, logType: string): Promise<CollectionState | undefined>;
  /** Replaces the state whose version is `after.version - 1`. False, and nothing changed, when another run wrote first. */
  replace(tenant: string, logType: string, after: CollectionState): Promise<boolean>;
}

/** What collecting a log type needs of the world. */
export interface CollectionPorts extends WindowPorts {
  readonly states: CollectionStateStore;
  readonly ranges: { send(messages: readonly OutgoingMessage[]): Promise<void> };
  readonly telemetry: Telemetry;
  /** `account` of the log objects: the bucket's name. */
  readonly bucket: string;
  /** S3 prefix of the log type, with a slash at its end. */
  readonly prefix: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds that this run may still use. */
  readonly remainingMs: () => number;
}

/** What a run did for a log type. */
export interface CollectionResult {
  readonly tenant: string;
  readonly logType: string;
  readonly windows: number;
  readonly records: number;
  readonly repeated: number;
  readonly rangesEnqueued: number;
  /** True when nothing more is due now; false when the time was used up or another run is at it. */
  readonly complete: boolean;
  /** ISO 8601: up to when everything was read at least once. */
  readonly collectedUpTo: string;
}

/** Time below which no further window is begun: what remains is for writing what was read. */
export const RESERVE_MS = 60_000;
/** Added to the time of a run for its lease: a function that is killed at its end must not be alive after it. */
const LEASE_MARGIN_MS = 30_000;

/**
 * Collects what is due of a log type: window by window, the position saved after the data, ranges enqueued from an
 * outbox that is saved with the position. One run at a time has the log type; a run that died is followed by the next
 * when its lease is over. Throws when the API, the bucket, the table or the queue fail; what was saved before stays.
 */
export async function collect(plan: CollectionPlan, ports: CollectionPorts): Promise<CollectionResult> {
  const run = new Run(plan, ports);
  if (!(await run.lease())) return run.result(false);
  let complete: boolean;
  try {
    complete = await run.collectWhatIsDue();
  } catch (error) {
    // What went wrong first is what a person must read; the lease ends by itself.
    await run.release().catch(() => undefined);
    throw error;
  }
  await run.release();
  return run.result(complete);
}

class Run {
  readonly #plan: CollectionPlan;
  readonly #ports: CollectionPorts;
  #state: CollectionState;
  #windows = 0;
  #records = 0;
  #repeated = 0;
  #rangesEnqueued = 0;
  #overtaken = false;

  constructor(plan: CollectionPlan, ports: CollectionPorts) {
    this.#plan = plan;
    this.#ports = ports;
    this.#state = initialState(plan, ports.now());
  }

  async lease(): Promise<boolean> {
    const { states, now, remainingMs } = this.#ports;
    const { tenant, logType } = this.#plan;
    this.#state = (await states.read(tenant, logType)) ?? this.#state;
    if (this.#state.leasedUntil > now()) return false;
    return this.#save({ ...this.#state, leasedUntil: now() + remainingMs() + LEASE_MARGIN_MS });
  }

  async release(): Promise<void> {
    // Not after a conflict: the lease is another run's then.
    if (!this.#overtaken) await this.#save({ ...this.#state, leasedUntil: 0 });
  }

  async collectWhatIsDue(): Promise<boolean> {
    const { now, remainingMs, telemetry } = this.#ports;
    const { tenant, logType } = this.#plan;
    for (;;) {
      await this.#drainOutbox();
      if (remainingMs() < RESERVE_MS) return false;
      const step = nextStep(this.#plan, this.#state, now());
      if (step.kind === 'idle') return true;
      if (step.kind === 'gap') {
        await this.#mustSave(afterGap(this.#plan, this.#state, step));
        if (step.pass === this.#plan.passes[0].name) {
          const seconds = (step.gap.to - step.gap.from) / 1000;
          const [from, to] = [step.gap.from, step.gap.to].map((moment) => new Date(moment).toISOString());
          telemetry.emit('collection.gap', { tenant, logType, from, to, gapSeconds: seconds });
        }
        continue;
      }
      const { objects, records, repeated } = await this.#collect(step.window);
      await this.#mustSave(afterWindow(this.#state, step.window, objects));
      this.#windows += 1;
      this.#records += records;
      this.#repeated += repeated;
    }
  }

  result(complete: boolean): CollectionResult {
    const { tenant, logType } = this.#plan;
    const upTo = collectedUpTo(this.#plan, this.#state, this.#ports.now());
    return {
      tenant,
      logType,
      windows: this.#windows,
      records: this.#records,
      repeated: this.#repeated,
      rangesEnqueued: this.#rangesEnqueued,
      complete,
      collectedUpTo: new Date(upTo).toISOString(),
    };
  }

  async #collect(window: Window): Promise<CollectedWindow> {
    const deadline = AbortSignal.timeout(this.#ports.remainingMs() - RESERVE_MS / 2);
    try {
      return await collectWindow(this.#plan, this.#ports.prefix, window, this.#ports, deadline);
    } catch (error) {
      // Before any other window this run read: the next one would meet the same end.
      const isTooLong = this.#windows === 0 && deadline.aborted;
      if (isTooLong) await this.#mustSave(afterOverlongWindow(this.#state, window));
      throw error;
    }
  }

  /** Remembers what the objects hold, enqueues their ranges, and only then forgets the objects. */
  async #drainOutbox(): Promise<void> {
    const { outbox } = this.#state;
    if (outbox.length === 0) return;
    const { objects, seen, source, ranges } = this.#ports;
    for (const object of outbox) await seen.remember(keysIn(await objects.read(object), source));
    const messages = outbox.flatMap((object) => this.#messagesFor(object));
    await ranges.send(messages);
    this.#rangesEnqueued += messages.length;
    await this.#mustSave({ ...this.#state, outbox: [] });
  }

  #messagesFor({ name, generation, bytes }: CollectedObject): OutgoingMessage[] {
    const logObject = { account: this.#ports.bucket, container: this.#plan.logType, name, generation };
    // It is whole: nobody appends to an object in S3.
    const decision = decideRanges(logObject, { name, generation, length: bytes }, undefined, 'closed');
    return (decision.kind === 'enqueue' ? decision.ranges : []).map((range) => ({
      body: writeRangeMessage(range),
      groupId: messageGroupId(range.logObject),
      deduplicationId: messageDeduplicationId(range),
    }));
  }

  async #save(after: CollectionState): Promise<boolean> {
    const { tenant, logType } = this.#plan;
    const next = { ...after, version: this.#state.version + 1 };
    if (!(await this.#ports.states.replace(tenant, logType, next))) return false;
    this.#state = next;
    return true;
  }

  async #mustSave(after: CollectionState): Promise<void> {
    if (await this.#save(after)) return;
    this.#overtaken = true;
    const { tenant, logType } = this.#plan;
    const what = `another run saved the state of ${logType} first`;
    throw new CrosstrailError('COLLECTION_CONFLICT', what, { tenant, logType });
  }
}
