import { createHash } from 'node:crypto';
import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import type { QueueTaker, TakenMessage } from '#shared/aws/queue-taker.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { describeError } from '#shared/errors/describe-error.ts';
import { messageGroupId, readRangeMessage } from '#shared/ranges/range.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { stopOf, type RangesReport, type Replayed } from './replay-report.ts';
import type { ReplayRequest } from './replay-request.ts';

/** What putting ranges back needs of the world. */
export interface RangePorts {
  readonly deadRanges: Pick<QueueTaker, 'take' | 'remove' | 'release' | 'waiting'>;
  readonly rangeSender: { send(messages: readonly OutgoingMessage[]): Promise<void> };
  /** Milliseconds that this run may still use. */
  readonly remainingMs: () => number;
  readonly telemetry: Telemetry;
  /** Told of each message that was looked at. */
  readonly onLooked?: () => void;
}

/** What the requests for ten messages may take at most. */
const RESERVE_MS = 30_000;

/**
 * Moves ranges of the dead-letter queue back to the range queue, each sent before it is removed: who stops in between
 * leaves a range twice, and the second finds nothing to do. Never throws: what stopped it is in `error`.
 */
export async function replayRanges(
  { limit, dryRun }: ReplayRequest,
  ports: RangePorts,
): Promise<Replayed<RangesReport>> {
  const moves: Moves = { moved: 0, refused: new Map() };
  let error: unknown;
  try {
    // A look at the messages would show the first of each log object only, since it blocks the others.
    if (dryRun) moves.moved = Math.min(limit, await ports.deadRanges.waiting());
    else await moveRanges(limit, moves, ports);
  } catch (cause) {
    error = cause;
  }
  try {
    await ports.deadRanges.release([...moves.refused.values()]);
  } catch (cause) {
    error ??= cause;
  }
  const refused = moves.refused.size;
  const report: RangesReport = {
    queue: 'range-dead-letters',
    dryRun,
    moved: moves.moved,
    refused,
    complete: error === undefined,
    ...stopOf(error),
    nothingLeft: error === undefined && refused === 0,
  };
  return { report, error };
}

interface Moves {
  moved: number;
  /** Messages that are no ranges, by id: they stay hidden until the run ends. */
  readonly refused: Map<string, TakenMessage>;
}

async function moveRanges(limit: number, moves: Moves, ports: RangePorts): Promise<void> {
  const { deadRanges, rangeSender, telemetry } = ports;
  while (moves.moved < limit) {
    if (ports.remainingMs() < RESERVE_MS) {
      const what = `${moves.moved} ranges were moved, and there may be more`;
      throw new CrosstrailError('OUT_OF_TIME', what);
    }
    const taken = await deadRanges.take(limit - moves.moved);
    const unseen = taken.filter(({ messageId }) => !moves.refused.has(messageId));
    if (unseen.length === 0) return;
    const ranges: { readonly message: TakenMessage; readonly outgoing: OutgoingMessage }[] = [];
    for (const message of unseen) {
      const outgoing = outgoingOf(message, telemetry);
      if (outgoing === undefined) moves.refused.set(message.messageId, message);
      else ranges.push({ message, outgoing });
      ports.onLooked?.();
    }
    await rangeSender.send(ranges.map(({ outgoing }) => outgoing));
    moves.moved += ranges.length;
    await deadRanges.remove(ranges.map(({ message }) => message));
  }
}

/** The range as a message of the range queue; undefined for a message that is no range. */
function outgoingOf({ messageId, body }: TakenMessage, telemetry: Telemetry): OutgoingMessage | undefined {
  try {
    const { logObject } = readRangeMessage(body);
    return {
      body,
      groupId: messageGroupId(logObject),
      // Another one than the range had, which SQS may still remember; and the same again when this run is stopped
      // before it removes the message, so that the next one sends nothing twice.
      deduplicationId: createHash('sha256').update(messageId).digest('hex'),
    };
  } catch (error) {
    telemetry.emit('replay.refused', { messageId, refused: 1, error: describeError(error) });
    return undefined;
  }
}
