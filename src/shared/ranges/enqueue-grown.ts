import { earlier, unsettledSince } from '#shared/audit/unsettled-since.ts';
import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import type { LogObjectListing } from '#shared/azure/log-object-listing.ts';
import type { CheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { parseLogObjectName } from '#shared/log-object-name.ts';
import { messageDeduplicationId, messageGroupId, writeRangeMessage, type Range } from './range.ts';
import { tailStateAt } from './tail.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { decideRanges } from './decide-ranges.ts';
import { discoverDays, type DaySpan, type ScopeDay } from '#shared/azure/discover-days.ts';

/** Where range messages go. */
export interface RangeSender {
  send(messages: readonly OutgoingMessage[]): Promise<void>;
}

/** What enqueueing needs of the world. */
export interface EnqueueingPorts {
  readonly listing: LogObjectListing;
  readonly checkpoints: Pick<CheckpointStore, 'between'>;
  readonly ranges: RangeSender;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
  /** Days whose listing is completed before the position moves; {@link DAYS_PER_STEP} unless told. */
  readonly daysPerStep?: number;
}

/** What was listed and enqueued. */
export class Tally {
  scopes = 0;
  days = 0;
  logObjectsListed = 0;
  rangesEnqueued = 0;
  bytesEnqueued = 0;
  unrecognised = 0;
  example: string | undefined;
  /** Since when, epoch ms, the earliest log object has unsettled bytes. */
  unsettledSince: number | undefined;

  notRecognised(name: string): void {
    this.unrecognised += 1;
    this.example ??= name;
  }
}

/** What of a container is listed, and how. */
export interface ListingPlan {
  readonly account: string;
  readonly container: string;
  readonly span: DaySpan;
  /** Hours; decides what happens to torn tails. */
  readonly horizonHours: number;
}

/** Day listings in flight. */
const CONCURRENCY = 8;
/** Days whose listing is completed before the position moves. */
const DAYS_PER_STEP = 32;

/**
 * Enqueues a range for every log object of a span that grew since its checkpoint. Calls `afterStep` after every step
 * of {@link EnqueueingPorts.daysPerStep} days, with the position up to which everything was enqueued; it stops when that gives false.
 * True when the span is complete. Throws when listing, reading checkpoints or enqueueing fails.
 */
export async function enqueueGrown(
  plan: ListingPlan,
  ports: EnqueueingPorts,
  tally: Tally,
  afterStep: (position: string) => Promise<boolean>,
): Promise<boolean> {
  const days = discoverDays(ports.listing, plan.container, plan.span, {
    scopeFound: () => (tally.scopes += 1),
    unrecognised: (name) => tally.notRecognised(name),
  });
  const { daysPerStep = DAYS_PER_STEP } = ports;
  for (;;) {
    const step = await take(days, daysPerStep);
    await mapConcurrently(step, CONCURRENCY, (day) => enqueueDay(plan, day, ports, tally));
    const last = step.at(-1);
    if (last === undefined || step.length < daysPerStep) return true;
    if (!(await afterStep(last.prefix))) return false;
  }
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
  { account, container, horizonHours }: ListingPlan,
  { scope, prefix }: ScopeDay,
  { listing, checkpoints, ranges, telemetry, now }: EnqueueingPorts,
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
      const { name, generation, length } = listed;
      const logObject = { account, container, name, generation };
      const tail = tailStateAt(parsed.hourStart, now(), horizonHours);
      const checkpoint = known.get(`${name}\n${generation}`);
      const since = unsettledSince(listed, checkpoint, parsed.hourStart);
      tally.unsettledSince = earlier(tally.unsettledSince, since);
      const decision = decideRanges(logObject, listed, checkpoint, tail);
      if (decision.kind === 'enqueue') {
        grown.push(...decision.ranges);
        tally.bytesEnqueued += length - (checkpoint?.examined ?? 0);
      } else if (decision.kind === 'shrunk') {
        const { examined } = decision;
        const place = { account, container, logObject: name, generation };
        telemetry.emit('log-object.shrunk', { ...place, length, examined, shrunk: 1 });
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
