import type { Drift } from '#mapping/drift.ts';
import type { LogObjectReader } from '#shared/azure/log-object-reader.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { describeError } from '#shared/errors/describe-error.ts';
import { messageGroupId, readRangeMessage, type Range } from '#shared/ranges/range.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { processRange, RESERVE_MS, type ProcessingPorts } from './process-range.ts';

/** A message of the range queue. */
export interface RangeMessage {
  readonly messageId: string;
  readonly body: string;
}

/** What processing a batch needs of the world. */
export interface BatchPorts extends Omit<ProcessingPorts, 'reader' | 'onReject' | 'onDrift'> {
  readonly reader: LogObjectReader;
  /** Containers whose log objects may be read. */
  readonly containers: readonly string[];
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Log objects processed side by side: each holds a few windows of 4 MiB in memory. */
const CONCURRENCY = 4;

interface Accepted {
  readonly messageId: string;
  readonly range: Range;
}

/**
 * Processes the ranges of a batch and gives the ids of the messages that have to come again, in batch order. Ranges of
 * one log object are processed in order, and after one that is not settled none of the same log object is.
 */
export async function processBatch(messages: readonly RangeMessage[], ports: BatchPorts): Promise<string[]> {
  const failed = new Set<string>();
  const byLogObject = new Map<string, Accepted[]>();
  const account = messages.length === 0 ? '' : await ports.reader.account();
  for (const { messageId, body } of messages) {
    try {
      const range = readRangeMessage(body);
      refuseForeign(range, account, ports.containers);
      const group = messageGroupId(range.logObject);
      byLogObject.set(group, [...(byLogObject.get(group) ?? []), { messageId, range }]);
    } catch (error) {
      failed.add(messageId);
      ports.telemetry.emit('range.refused', { messageId, refused: 1, error: describeError(error) });
    }
  }

  const drifts = new Map<string, { drift: Drift; records: number }>();
  const onDrift = (drift: Drift): void => {
    const key = JSON.stringify(drift);
    const known = drifts.get(key);
    if (known === undefined) drifts.set(key, { drift, records: 1 });
    else known.records += 1;
  };
  await mapConcurrently([...byLogObject.values()], CONCURRENCY, async (accepted) => {
    for (const [place, { range }] of accepted.entries()) {
      if (await isSettledNow(range, ports, onDrift)) continue;
      for (const { messageId } of accepted.slice(place)) failed.add(messageId);
      break;
    }
  });
  for (const { drift, records } of drifts.values())
    ports.telemetry.emit('mapping.drift', { ...drift, records });
  return messages.map(({ messageId }) => messageId).filter((messageId) => failed.has(messageId));
}

/** Throws RANGE_REFUSED for a log object that this deployment was not told to read. */
function refuseForeign({ logObject }: Range, account: string, containers: readonly string[]): void {
  if (logObject.account === account && containers.includes(logObject.container)) return;
  const what = `${logObject.account}/${logObject.container} is not configured`;
  throw new CrosstrailError('RANGE_REFUSED', what, {
    account: logObject.account,
    container: logObject.container,
  });
}

async function isSettledNow(
  range: Range,
  ports: BatchPorts,
  onDrift: (drift: Drift) => void,
): Promise<boolean> {
  if (ports.remainingMs() < RESERVE_MS) return false;
  const { account, container, name, generation } = range.logObject;
  const place = { account, container, logObject: name, generation };
  const startedAt = ports.now();
  const { from, to, delivered, deliveredBytes, rejected, torn, error } = await processRange(range, {
    ...ports,
    onDrift,
    onReject({ origin, rejection }) {
      const { offset, length } = origin;
      ports.telemetry.emit('record.rejected', { ...place, offset, length, reason: rejection.reason });
    },
  });
  const counts = { ...place, from, to, end: range.end, delivered, deliveredBytes, rejected };
  if (error === undefined) {
    ports.telemetry.emit('range.settled', { ...counts, torn, durationMs: ports.now() - startedAt });
    return true;
  }
  if (error instanceof CrosstrailError && error.passing) {
    ports.telemetry.emit('range.unfinished', { ...counts, unfinished: 1, error: describeError(error) });
  } else {
    ports.telemetry.emit('range.failed', { ...counts, failed: 1, error: describeError(error) });
  }
  return false;
}
