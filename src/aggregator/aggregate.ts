import { discoverDays, type ScopeDay } from '#shared/azure/discover-days.ts';
import type { LogObjectListing } from '#shared/azure/log-object-listing.ts';
import type { CheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import type { ListingState, WatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { parseLogObjectName } from '#shared/log-object-name.ts';
import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import {
  messageDeduplicationId,
  messageGroupId,
  writeRangeMessage,
  type Range,
} from '#shared/ranges/range.ts';
import { decideRanges } from '#shared/ranges/decide-ranges.ts';
import { tailStateAt } from '#shared/ranges/tail.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';

/** What an aggregation needs of the world. */
export interface AggregationPorts {
  readonly listing: LogObjectListing;
  readonly checkpoints: Pick<CheckpointStore, 'between'>;
  readonly watermarks: WatermarkStore;
  readonly ranges: { send(messages: readonly OutgoingMessage[]): Promise<void> };
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds that this invocation may still use. */
  readonly remainingMs: () => number;
}

/** What one aggregation of a container did. */
export interface AggregationResult {
  readonly container: string;
  /** `finished`: the watermark moved; `paused`: the next invocation goes on; `overtaken`: another run was first. */
  readonly outcome: 'finished' | 'paused' | 'overtaken';
  readonly scopes: number;
  readonly days: number;
  readonly logObjectsListed: number;
  readonly rangesEnqueued: number;
  readonly bytesEnqueued: number;
}

/** Day listings in flight. */
const CONCURRENCY = 8;
/** Days whose listing is completed before the position moves. */
const DAYS_PER_STEP = 32;
/** Steps between two writes of the position: a crash repeats at most 256 listings, at 1 write per 256. */
const STEPS_PER_SAVE = 8;
/** Azure's clock may run before ours: the day that starts within this time is listed too. */
const CLOCK_SKEW_MS = 3_600_000;
/** What a step may take, so that the position is saved before the time is up. */
const RESERVE_MS = 60_000;

class Tally {
  scopes = 0;
  days = 0;
  logObjectsListed = 0;
  rangesEnqueued = 0;
  bytesEnqueued = 0;
  unrecognised = 0;
  example: string | undefined;

  notRecognised(name: string): void {
    this.unrecognised += 1;
    this.example ??= name;
  }
}

/**
 * Enqueues a range for every log object of `container` that grew since the watermark, then moves the watermark to the
 * start of this listing (I5). Looks again at `horizonHours` before the watermark (I6). When the time runs out it saves
 * how far it came, and the next invocation goes on from there. Throws when listing, reading checkpoints or enqueueing
 * fails: the watermark does not move then.
 */
export async function aggregate(
  container: string,
  horizonHours: number,
  ports: AggregationPorts,
): Promise<AggregationResult> {
  const { listing, watermarks, telemetry, now } = ports;
  const account = await listing.account();
  let state: ListingState = await watermarks.read(account, container);
  const { watermark } = state;
  const walk = state.walk ?? {
    startedAt: now(),
    since: watermark === undefined ? undefined : watermark - horizonHours * 3_600_000,
    position: '',
  };
  let { position } = walk;
  const tally = new Tally();

  const save = async (after: Pick<ListingState, 'watermark' | 'walk'>): Promise<boolean> => {
    const saved = await watermarks.replace(account, container, state, after);
    if (saved) state = { ...after, version: state.version + 1 };
    return saved;
  };
  const result = (outcome: AggregationResult['outcome']): AggregationResult => {
    const { scopes, days, logObjectsListed, rangesEnqueued, bytesEnqueued, unrecognised, example } = tally;
    const counts = { scopes, days, logObjectsListed, rangesEnqueued, bytesEnqueued };
    if (unrecognised > 0)
      telemetry.emit('log-object.unrecognised', { account, container, unrecognised, example });
    if (outcome === 'finished') {
      const moved = new Date(walk.startedAt).toISOString();
      telemetry.emit('aggregation.finished', { account, container, watermark: moved, ...counts });
    } else if (outcome === 'paused') {
      telemetry.emit('aggregation.paused', {
        account,
        container,
        position,
        logObjectsListed,
        rangesEnqueued,
        bytesEnqueued,
      });
    } else {
      telemetry.emit('aggregation.overtaken', { account, container });
    }
    return { container, outcome, ...counts };
  };

  const span = { ...walk, until: now() + CLOCK_SKEW_MS };
  const days = discoverDays(listing, container, span, {
    scopeFound: () => (tally.scopes += 1),
    unrecognised: (name) => tally.notRecognised(name),
  });
  for (let step = 1; ; step += 1) {
    const batch = await take(days, DAYS_PER_STEP);
    await mapConcurrently(batch, CONCURRENCY, (day) =>
      enqueueDay(account, container, day, horizonHours, ports, tally),
    );
    const last = batch.at(-1);
    if (last !== undefined) position = last.prefix;
    if (batch.length < DAYS_PER_STEP) break;
    const pausing = ports.remainingMs() < RESERVE_MS;
    if (pausing || step % STEPS_PER_SAVE === 0) {
      if (!(await save({ watermark: state.watermark, walk: { ...walk, position } })))
        return result('overtaken');
      if (pausing) return result('paused');
    }
  }
  const moved = Math.max(walk.startedAt, state.watermark ?? walk.startedAt);
  return result((await save({ watermark: moved, walk: undefined })) ? 'finished' : 'overtaken');
}

async function take<Item>(items: AsyncGenerator<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  while (taken.length < count) {
    const { value, done } = await items.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

/** Lists one day of a scope, page by page, and enqueues what grew. */
async function enqueueDay(
  account: string,
  container: string,
  { scope, prefix }: ScopeDay,
  horizonHours: number,
  { listing, checkpoints, ranges, telemetry, now }: AggregationPorts,
  tally: Tally,
): Promise<void> {
  tally.days += 1;
  for await (const page of listing.below(container, prefix)) {
    const recognised = page.flatMap((listed) => {
      const parsed = parseLogObjectName(listed.name);
      if (parsed === undefined || parsed.scope !== scope) {
        tally.notRecognised(listed.name);
        return [];
      }
      return [{ listed, parsed }];
    });
    const [first, last] = [recognised[0], recognised.at(-1)];
    if (first === undefined || last === undefined) continue;
    tally.logObjectsListed += recognised.length;

    const known = new Map(
      (await checkpoints.between(account, container, scope, first.parsed.rest, last.parsed.rest)).map(
        (checkpoint) => [`${checkpoint.logObject.name}\n${checkpoint.logObject.generation}`, checkpoint],
      ),
    );
    const grown: Range[] = [];
    for (const { listed, parsed } of recognised) {
      const logObject = { account, container, name: listed.name, generation: listed.generation };
      const tail = tailStateAt(parsed.hourStart, now(), horizonHours);
      const checkpoint = known.get(`${listed.name}\n${listed.generation}`);
      const decision = decideRanges(logObject, listed, checkpoint, tail);
      if (decision.kind === 'enqueue') {
        grown.push(...decision.ranges);
        tally.bytesEnqueued += listed.length - (checkpoint?.examined ?? 0);
      } else if (decision.kind === 'shrunk') {
        const { length, name, generation } = listed;
        const { examined } = decision;
        telemetry.emit('log-object.shrunk', {
          account,
          container,
          logObject: name,
          generation,
          length,
          examined,
          shrunk: 1,
        });
      }
    }
    await ranges.send(
      grown.map((range) => ({
        body: writeRangeMessage(range),
        groupId: messageGroupId(range.logObject),
        deduplicationId: messageDeduplicationId(range),
      })),
    );
    tally.rangesEnqueued += grown.length;
  }
}
