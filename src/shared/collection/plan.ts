/**
 * What a collector keeps and decides: pure, so that tests can enumerate it. A collector reads an API that never says
 * "this hour is complete", so that each hour is read several times, and what was seen before is left out.
 */

/** One of the readings of the time of a log type. Each follows the clock at a distance of its own. */
export interface Pass {
  /** Part of object names: lower-case letters and digits. */
  readonly name: string;
  /** How far behind the clock this reading stays, milliseconds. */
  readonly lagMs: number;
}

/** Name of the pass that reads first: what it read was read at least once. */
export const FIRST_PASS = 'first';

/** How a log type is collected. */
export interface CollectionPlan {
  /** Tenant that it is collected from, a GUID. */
  readonly tenant: string;
  /** Name of the log type, which is the container of its log objects (`entra-signins`). */
  readonly logType: string;
  /** Longest window, milliseconds. */
  readonly windowMs: number;
  /** A window ends on a multiple of this, milliseconds: `windowMs` for whole windows only. */
  readonly stepMs: number;
  /** In order of their lag: a later one never overtakes an earlier one. */
  readonly passes: readonly [Pass, ...Pass[]];
  /** How far back the first run begins, milliseconds. */
  readonly startBackMs: number;
  /** How far back the API can be asked, milliseconds, a margin taken off. What is older by then is a gap. */
  readonly reachMs: number;
}

/** Time that is read at once: from `from` up to `to`, epoch ms. */
export interface Window {
  readonly pass: string;
  readonly from: number;
  readonly to: number;
}

/** A log object that a collector wrote. */
export interface CollectedObject {
  /** Its S3 key. */
  readonly name: string;
  /** Its creation time as S3 tells it, ISO 8601 UTC with seconds. */
  readonly generation: string;
  readonly bytes: number;
}

/** Time that could not be read any more, epoch ms. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Where the collection of a log type stands. */
export interface CollectionState {
  /** Number of the last write; 0 before the first. */
  readonly version: number;
  /** Epoch ms up to which each pass has read, by the name of the pass. */
  readonly positions: Readonly<Record<string, number>>;
  /**
   * Log objects whose records are not all remembered as seen, or whose ranges are not all enqueued. Empty before another
   * window is read, because leaving out what was seen rests on it.
   */
  readonly outbox: readonly CollectedObject[];
  /** What was never read, newest last; only the last {@link MAX_GAPS} are kept. */
  readonly gaps: readonly Gap[];
  /** Epoch ms until which one run has the log type for itself; 0 when none has. */
  readonly leasedUntil: number;
  /** Longest window for now, milliseconds, after one was not read to its end in the time of a run; 0 for the plan's. */
  readonly narrowedMs: number;
}

/** What is to be done next for a log type. */
export type NextStep =
  | { readonly kind: 'collect'; readonly window: Window }
  | { readonly kind: 'gap'; readonly pass: string; readonly gap: Gap }
  | { readonly kind: 'idle' };

/** Windows are not made shorter than this, milliseconds. */
export const SHORTEST_WINDOW_MS = 60_000;

/** A DynamoDB item has room for thousands; a person reads a few. */
export const MAX_GAPS = 100;

/**
 * The state before the first run. What is older than the lag of a pass is read by the first pass at an age at which that
 * pass would read it: once is enough.
 */
export function initialState(plan: CollectionPlan, now: number): CollectionState {
  const start = floorTo(now - plan.startBackMs, plan.stepMs);
  const positions = Object.fromEntries(
    plan.passes.map(({ name, lagMs }, index) => [
      name,
      index === 0 ? start : Math.max(start, floorTo(now - lagMs, plan.stepMs)),
    ]),
  );
  return { version: 0, positions, outbox: [], gaps: [], leasedUntil: 0, narrowedMs: 0 };
}

/**
 * The next window of the first pass that has one: what is new comes before what is read again. A pass that lies further
 * back than the API reaches is moved up, and what lies between is a gap.
 */
export function nextStep(plan: CollectionPlan, state: CollectionState, now: number): NextStep {
  const windowMs = state.narrowedMs > 0 ? Math.min(state.narrowedMs, plan.windowMs) : plan.windowMs;
  const stepMs = Math.min(plan.stepMs, windowMs);
  let bound = Number.POSITIVE_INFINITY;
  for (const { name, lagMs } of plan.passes) {
    const from = positionOf(plan, state, name, now);
    const reach = ceilTo(now - plan.reachMs, plan.stepMs);
    if (from < reach) return { kind: 'gap', pass: name, gap: { from, to: reach } };
    const to = Math.min(from + windowMs, floorTo(now - lagMs, stepMs), bound);
    if (to > from) return { kind: 'collect', window: { pass: name, from, to } };
    bound = from;
  }
  return { kind: 'idle' };
}

/** The state after a window was read whole: its objects wait in the outbox. */
export function afterWindow(
  state: CollectionState,
  window: Window,
  objects: readonly CollectedObject[],
): CollectionState {
  return {
    ...state,
    positions: { ...state.positions, [window.pass]: window.to },
    outbox: [...state.outbox, ...objects],
    narrowedMs: 0,
  };
}

/**
 * The state after a window was too long for the time of a run: the next run reads half of it. What was written of it is
 * taken up all the same, because names do not depend on the end of a window.
 */
export function afterOverlongWindow(state: CollectionState, { from, to }: Window): CollectionState {
  return { ...state, narrowedMs: Math.max(SHORTEST_WINDOW_MS, Math.floor((to - from) / 2)) };
}

/**
 * The state after a gap was noted. A gap of the first pass is a loss; later passes only read again what the first one had
 * read, so that theirs are none.
 */
export function afterGap(
  plan: CollectionPlan,
  state: CollectionState,
  { pass, gap }: { readonly pass: string; readonly gap: Gap },
): CollectionState {
  const isLoss = pass === plan.passes[0].name;
  return {
    ...state,
    positions: { ...state.positions, [pass]: gap.to },
    gaps: isLoss ? [...state.gaps, gap].slice(-MAX_GAPS) : state.gaps,
  };
}

/** Epoch ms up to which the log type was read at least once. */
export function collectedUpTo(plan: CollectionPlan, state: CollectionState, now: number): number {
  return positionOf(plan, state, plan.passes[0].name, now);
}

/** A pass that a new version added starts where the first run would start today, and not before the first pass. */
function positionOf(plan: CollectionPlan, state: CollectionState, pass: string, now: number): number {
  return state.positions[pass] ?? floorTo(now - plan.startBackMs, plan.stepMs);
}

function floorTo(moment: number, stepMs: number): number {
  return Math.floor(moment / stepMs) * stepMs;
}

function ceilTo(moment: number, stepMs: number): number {
  return Math.ceil(moment / stepMs) * stepMs;
}
