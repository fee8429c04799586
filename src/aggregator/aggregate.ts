import { ageSeconds } from '#shared/audit/unsettled-since.ts';
import type { ListingState, WatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { CLOCK_SKEW_MS } from '#shared/azure/discover-days.ts';
import { enqueueGrown, Tally, type EnqueueingPorts, type RangeSender } from '#shared/ranges/enqueue-grown.ts';

/** What an aggregation needs of the world. */
export interface AggregationPorts extends EnqueueingPorts {
  readonly watermarks: WatermarkStore;
  /** The lane of history: a queue of its own, so that it never holds up what is new. */
  readonly backfillRanges: RangeSender;
  /** Milliseconds that this invocation may still use. */
  readonly remainingMs: () => number;
}

/** What one aggregation of a container did. */
export interface AggregationResult {
  readonly account: string;
  readonly container: string;
  /**
   * `finished`: all is enqueued and the watermark moved; `paused`: the next invocation goes on; `overtaken`: another
   * run wrote first.
   */
  readonly outcome: 'finished' | 'paused' | 'overtaken';
  readonly scopes: number;
  readonly days: number;
  readonly logObjectsListed: number;
  readonly rangesEnqueued: number;
  readonly bytesEnqueued: number;
}

/** Steps between two writes of the position: a crash repeats at most 256 day listings, at one write per 256. */
const STEPS_PER_SAVE = 8;
/** What a step may take, so that the position is saved before the time is up. */
const RESERVE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Enqueues a range for every log object of `container` that grew since the watermark, then moves the watermark to the
 * start of this listing (I5). Looks again at `horizonHours` before the watermark (I6). The first run does the same for
 * the horizon before now, and whatever is older follows in the time that is left, in the lane of history. When the time
 * runs out it saves how far it came, and the next invocation goes on from there. Throws when listing, reading
 * checkpoints or enqueueing fails: the watermark does not move then.
 */
export async function aggregate(
  container: string,
  horizonHours: number,
  ports: AggregationPorts,
): Promise<AggregationResult> {
  const { listing, watermarks, telemetry, now, backfillRanges } = ports;
  const { account } = listing;
  let state: ListingState = await watermarks.read(account, container);
  const tally = new Tally();
  let oldestUnsettledByteAge: number | undefined;

  const save = async (change: Partial<ListingState>): Promise<boolean> => {
    const { version, ...before } = state;
    const after = { ...before, ...change };
    const saved = await watermarks.replace(account, container, state, after);
    if (saved) state = { ...after, version: version + 1 };
    return saved;
  };
  const result = (outcome: AggregationResult['outcome']): AggregationResult => {
    const { scopes, days, logObjectsListed, rangesEnqueued, bytesEnqueued, unrecognised, example } = tally;
    const counts = { scopes, days, logObjectsListed, rangesEnqueued, bytesEnqueued };
    if (unrecognised > 0) {
      telemetry.emit('log-object.unrecognised', { account, container, unrecognised, example });
    }
    const watermark = state.watermark === undefined ? undefined : new Date(state.watermark).toISOString();
    const fields = { account, container, watermark, oldestUnsettledByteAge, ...counts };
    telemetry.emit(`aggregation.${outcome}`, fields);
    return { account, container, outcome, ...counts };
  };
  /** Saves the position now and then, and stops when the time is up or another run saved first. */
  const steps = (saveAt: (position: string) => Promise<boolean>) => {
    let step = 0;
    let stopped: 'paused' | 'overtaken' = 'paused';
    const after = async (position: string): Promise<boolean> => {
      step += 1;
      const pausing = ports.remainingMs() < RESERVE_MS;
      if (!pausing && step % STEPS_PER_SAVE !== 0) return true;
      if (!(await saveAt(position))) stopped = 'overtaken';
      return !pausing && stopped !== 'overtaken';
    };
    return { after, why: () => stopped };
  };

  const startedAt = now();
  const since = (state.watermark ?? startedAt) - horizonHours * 3_600_000;
  const isFirst = state.watermark === undefined && state.walk === undefined;
  const history = isFirst ? { until: since - DAY_MS, position: '' } : state.history;
  const walk = state.walk ?? { startedAt, since, position: '' };
  const live = steps((position) => save({ walk: { ...walk, position }, history }));
  const span = { since: walk.since, until: startedAt + CLOCK_SKEW_MS, position: walk.position };
  const listedAll = await enqueueGrown({ account, container, horizonHours, span }, ports, tally, live.after);
  // What a first run finds, and history below, is a backlog that is meant; its age tells nothing of health.
  if (state.watermark !== undefined) oldestUnsettledByteAge = ageSeconds(tally.unsettledSince, now());
  if (!listedAll) return result(live.why());
  const watermark = Math.max(walk.startedAt, state.watermark ?? walk.startedAt);
  if (!(await save({ watermark, walk: undefined, history }))) return result('overtaken');
  if (history === undefined) return result('finished');

  const old = steps((position) => save({ history: { ...history, position } }));
  tally.scopes = 0;
  const oldSpan = { since: undefined, ...history };
  const backfill = { ...ports, ranges: backfillRanges };
  if (
    !(await enqueueGrown({ account, container, horizonHours, span: oldSpan }, backfill, tally, old.after))
  ) {
    return result(old.why());
  }
  return result((await save({ history: undefined })) ? 'finished' : 'overtaken');
}
