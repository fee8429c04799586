import type { RecordRules } from '#mapping/rules/record-rules.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import type { QueueTaker } from '#shared/aws/queue-taker.ts';
import type { DeliveryOutcome, Destination } from '#shared/destinations/destination.ts';
import type { RowWriter } from '#shared/destinations/rows/event-bucket.ts';
import { recordObject } from '#shared/destinations/rows/row-object.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { DriftCounts } from '#shared/records/drift-counts.ts';
import type { RecordRulesSource } from '#shared/records/record-rules-source.ts';
import type { KeptReject } from '#shared/rejects/read-reject-message.ts';
import { writeRejectMessage, type RejectedRecord } from '#shared/rejects/reject-message.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import type { HeldRejects } from './held-rejects.ts';
import type { MappedAgain, mapAgain } from './map-again.ts';
import { contentOf, type SourcePorts } from './record-content.ts';
import type { OutcomeCounts } from './replay-report.ts';

/** What settling needs of the world. */
export interface SettlingPorts extends SourcePorts {
  readonly failures: Pick<QueueTaker, 'remove'>;
  readonly failureSender: { send(messages: readonly OutgoingMessage[]): Promise<void> };
  /** CloudTrail Lake, or what takes its place. */
  readonly destination: Destination;
  /** S3, when it is a destination. */
  readonly rows?: RowWriter | undefined;
  /** Today's mapping. */
  readonly mapAgain: typeof mapAgain;
  readonly recipientAccountId: string;
  /** What is left out and hidden; nothing unless given. */
  readonly rulesSource?: RecordRulesSource;
  readonly telemetry: Telemetry;
}

/** What a run knows, and what settling adds to it. */
export interface RunState {
  readonly dryRun: boolean;
  readonly held: HeldRejects;
  readonly counts: OutcomeCounts;
  /** Records that were replayed, by id: messages of fewer attempts than this are spent, and may be removed. */
  readonly spentBelow: Map<string, number>;
}

/** Log objects read at a time. */
const READS = 4;

type Unsettled = { readonly kind: 'unsettled'; readonly error: CrosstrailError };
type Again = MappedAgain | Unsettled;

/**
 * Replays a wave of rejects: maps, delivers to every destination, and only then touches their messages. Delivered ones
 * are removed with all their copies, and so are those that a filter rule leaves out today. SQS cannot change a body, so
 * that for one that is rejected again a new message is sent, and then the old ones are removed: who stops in between
 * leaves copies with the same id, and loses nothing. Gives the error for which the destination took no more, undefined
 * when there is none. Throws QUEUE_REFUSED, QUEUE_NOT_READABLE and what reading the key of hashes throws.
 */
export async function settleWave(
  wave: readonly KeptReject[],
  run: RunState,
  ports: SettlingPorts,
): Promise<CrosstrailError | undefined> {
  const rules = await ports.rulesSource?.read();
  const mapped = await mapConcurrently(wave, READS, async (reject) => ({
    reject,
    again: await againOf(reject, ports, rules),
  }));
  if (run.dryRun) {
    for (const { reject, again } of mapped) rehearse(reject, again, run);
    return undefined;
  }

  const drifts = new DriftCounts();
  const events = mapped.flatMap(({ again }) => (again.kind === 'event' ? [again] : []));
  for (const { drift } of events) for (const each of drift) drifts.add(each);
  const outcomes = (await deliverAll(events, ports)).values();
  drifts.emit(ports.telemetry);

  const done: DoneReject[] = [];
  const rejected: { readonly reject: KeptReject; readonly record: RejectedRecord }[] = [];
  let stop: CrosstrailError | undefined;
  for (const { reject, again } of mapped) {
    const outcome = again.kind === 'event' ? (outcomes.next().value ?? untold()) : again;
    if (outcome.kind === 'delivered') {
      done.push({ reject, outcome: 'delivered' });
    } else if (outcome.kind === 'excluded') {
      done.push({ reject, outcome: 'excluded', cause: outcome.rule });
    } else if (outcome.kind === 'unsettled') {
      if (again.kind === 'event') stop ??= outcome.error;
      run.spentBelow.set(reject.id, 0);
      run.counts.add(reject.reason, 'unsettled', outcome.error.code);
    } else {
      rejected.push({ reject, record: rejectedRecord(again, outcome) });
    }
  }
  await removeDone(done, run, ports);
  await keepRejected(rejected, run, ports);
  return stop;
}

/**
 * Delivers events to CloudTrail Lake, then writes a row for each that it took: an object of its own, under a key that
 * derives from the record's place, so that a second replay writes it again.
 */
async function deliverAll(
  mapped: readonly Extract<MappedAgain, { readonly kind: 'event' }>[],
  { destination, rows }: SettlingPorts,
): Promise<DeliveryOutcome[]> {
  const outcomes = await destination.deliver(mapped.map(({ event }) => event));
  if (rows === undefined) return outcomes;
  const taken = mapped.flatMap(({ event, record }, index) =>
    outcomes[index]?.kind === 'delivered' ? [{ index, object: recordObject(record.origin, event) }] : [],
  );
  const written = await rows.write(taken.map(({ object }) => object));
  for (const [place, { index }] of taken.entries()) {
    const error = written[place];
    if (error !== undefined) outcomes[index] = { kind: 'unsettled', error };
  }
  return outcomes;
}

async function againOf(
  reject: KeptReject,
  ports: SettlingPorts,
  rules: RecordRules | undefined,
): Promise<Again> {
  const content = await contentOf(reject, ports);
  if (content.kind === 'frame') {
    return ports.mapAgain(reject, content.frame, ports.recipientAccountId, rules);
  }
  if (content.kind === 'unsettled') return content;
  const { id, origin, sha256 } = reject;
  return { kind: 'rejected', record: { id, origin, rejection: content.rejection, content: { sha256 } } };
}

function rehearse(reject: KeptReject, again: Again, { counts, spentBelow }: RunState): void {
  spentBelow.set(reject.id, 0);
  if (again.kind === 'event') counts.add(reject.reason, 'delivered');
  else if (again.kind === 'unsettled') counts.add(reject.reason, 'unsettled', again.error.code);
  else if (again.kind === 'excluded') counts.add(reject.reason, 'excluded', again.rule);
  else counts.add(reject.reason, 'rejected', again.record.rejection.reason);
}

function untold(): DeliveryOutcome {
  const what = 'the destination told no outcome for an event';
  return { kind: 'unsettled', error: new CrosstrailError('DELIVERY_INCOMPLETE', what) };
}

type Rejected = Extract<DeliveryOutcome | MappedAgain, { readonly kind: 'rejected' }>;

function rejectedRecord(again: Again, outcome: Rejected): RejectedRecord {
  if ('record' in outcome) return outcome.record;
  const { record } = again as Extract<MappedAgain, { readonly kind: 'event' }>;
  return { ...record, rejection: outcome.rejection };
}

/** A reject that is settled, and how. */
interface DoneReject {
  readonly reject: KeptReject;
  readonly outcome: 'delivered' | 'excluded';
  /** The filter rule that leaves it out. */
  readonly cause?: string;
}

async function removeDone(
  done: readonly DoneReject[],
  { held, counts, spentBelow }: RunState,
  ports: SettlingPorts,
): Promise<void> {
  for (const { reject, outcome, cause } of done) {
    spentBelow.set(reject.id, Number.POSITIVE_INFINITY);
    counts.add(reject.reason, outcome, cause);
  }
  const spent = done.flatMap(({ reject }) => held.copiesOf(reject.id));
  await ports.failures.remove(spent);
  held.forget(spent);
}

/**
 * A message that held the record keeps it, also where new ones hold none because something is to be hidden: the log
 * object may be gone, and with it the only other copy.
 */
function withBody(record: RejectedRecord, { bytes }: KeptReject): RejectedRecord {
  return bytes === undefined ? record : { ...record, content: { bytes } };
}

async function keepRejected(
  rejected: readonly { readonly reject: KeptReject; readonly record: RejectedRecord }[],
  { held, counts, spentBelow }: RunState,
  { failures, failureSender, telemetry }: SettlingPorts,
): Promise<void> {
  const kept = rejected.map(({ reject, record }) => {
    const old = held.copiesOf(reject.id);
    const attempts = Math.max(...old.map((copy) => copy.attempts)) + 1;
    return { reject, record: withBody(record, reject), old, attempts };
  });
  await failureSender.send(
    kept.map(({ record, attempts }) => ({ body: writeRejectMessage(record, attempts) })),
  );
  for (const { reject, record, attempts } of kept) {
    const { account, container, name, generation, offset, length } = record.origin;
    const { reason } = record.rejection;
    spentBelow.set(record.id, attempts);
    counts.add(reject.reason, 'rejected', reason);
    telemetry.emit('record.rejected-again', {
      account,
      container,
      logObject: name,
      generation,
      offset,
      length,
      reason,
      reasonBefore: reject.reason,
      attempts,
    });
  }
  const spent = kept.flatMap(({ old }) => old);
  await failures.remove(spent);
  held.forget(spent);
}
