import { notConfigured, type LogObjectReader } from '#shared/azure/log-object-reader.ts';
import { covers, type ContainerEntry } from '#shared/azure/place.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { describeError } from '#shared/errors/describe-error.ts';
import { DriftCounts } from '#shared/records/drift-counts.ts';
import { ExcludedCounts } from './excluded-counts.ts';
import { messageGroupId, readRangeMessage, type Range } from '#shared/ranges/range.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { processRange, RESERVE_MS, SETTLE_MS, type ProcessingPorts } from './process-range.ts';

/** A message of the range queue. */
export interface RangeMessage {
  readonly messageId: string;
  readonly body: string;
}

/** What processing a batch needs of the world. */
export interface BatchPorts extends Omit<ProcessingPorts, 'reader' | 'onReject' | 'onDrift'> {
  readonly reader: LogObjectReader;
  /** Containers whose log objects may be read. */
  readonly containers: readonly ContainerEntry[];
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A message that has to come again, and why. */
export interface FailedMessage<Message extends RangeMessage = RangeMessage> {
  readonly message: Message;
  readonly error: unknown;
}

/** Log objects processed side by side: each holds a few windows of 4 MiB in memory. */
const CONCURRENCY = 4;

interface Accepted<Message> {
  readonly message: Message;
  readonly range: Range;
}

/**
 * Processes the ranges of a batch and gives the messages that have to come again, in batch order. Ranges of one log
 * object are processed in order, and after one that is not settled none of the same log object is. Throws when none
 * could be tried, because the storage accounts are not known.
 */
export async function processBatch<Message extends RangeMessage>(
  messages: readonly Message[],
  ports: BatchPorts,
): Promise<FailedMessage<Message>[]> {
  const failed = new Map<Message, unknown>();
  const byLogObject = new Map<string, Accepted<Message>[]>();
  const refuse = (message: Message, error: unknown): void => {
    failed.set(message, error);
    const { messageId } = message;
    ports.telemetry.emit('range.refused', { messageId, refused: 1, error: describeError(error) });
  };
  for (const message of messages) {
    let range: Range;
    try {
      range = readRangeMessage(message.body);
    } catch (error) {
      refuse(message, error);
      continue;
    }
    const { logObject } = range;
    // Outside of the try: when nobody knows the accounts, every message comes again, and none is refused.
    if (covers(ports.containers, logObject) && (await ports.reader.knows(logObject.account))) {
      const group = messageGroupId(logObject);
      byLogObject.set(group, [...(byLogObject.get(group) ?? []), { message, range }]);
    } else {
      refuse(message, notConfigured(logObject));
    }
  }

  const drifts = new DriftCounts();
  const excluded = new ExcludedCounts();
  await mapConcurrently([...byLogObject.values()], CONCURRENCY, async (accepted) => {
    for (const [place, { range }] of accepted.entries()) {
      const { error } = await settleNow(range, ports, drifts, excluded);
      if (error === undefined) continue;
      for (const { message } of accepted.slice(place)) failed.set(message, error);
      break;
    }
  });
  drifts.emit(ports.telemetry);
  excluded.emit(ports.telemetry);
  return messages
    .filter((message) => failed.has(message))
    .map((message) => ({ message, error: failed.get(message) }));
}

/** Settles a range; `error` says why it has to come again, undefined when it has not. */
async function settleNow(
  range: Range,
  ports: BatchPorts,
  drifts: DriftCounts,
  excludedCounts: ExcludedCounts,
): Promise<{ readonly error: unknown }> {
  const remainingMs = ports.remainingMs();
  if (remainingMs < RESERVE_MS) {
    return { error: new CrosstrailError('OUT_OF_TIME', 'the invocation ended before this range was tried') };
  }
  const { account, container, name, generation } = range.logObject;
  const place = { account, container, logObject: name, generation };
  const startedAt = ports.now();
  const { error, torn, excluded, ...progress } = await processRange(
    range,
    {
      ...ports,
      onDrift: (drift) => drifts.add(drift),
      onReject({ origin, rejection }) {
        const { offset, length } = origin;
        const { reason } = rejection;
        ports.telemetry.emit('record.rejected', { ...place, offset, length, reason, rejected: 1 });
      },
    },
    AbortSignal.timeout(remainingMs - SETTLE_MS),
  );
  excludedCounts.add(excluded);
  const counts = { ...place, ...progress, ...excluded.total, end: range.end };
  if (error === undefined) {
    ports.telemetry.emit('range.settled', { ...counts, torn, durationMs: ports.now() - startedAt });
  } else if (error instanceof CrosstrailError && error.passing) {
    ports.telemetry.emit('range.unfinished', { ...counts, unfinished: 1, error: describeError(error) });
  } else {
    ports.telemetry.emit('range.failed', { ...counts, failed: 1, error: describeError(error) });
  }
  return { error };
}
