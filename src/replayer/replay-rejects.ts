import type { QueueTaker, TakenMessage } from '#shared/aws/queue-taker.ts';
import { CrosstrailError, isCrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { describeError } from '#shared/errors/describe-error.ts';
import { readRejectMessage, type KeptReject } from '#shared/rejects/read-reject-message.ts';
import { HeldRejects } from './held-rejects.ts';
import { OutcomeCounts, stopOf, type RejectsReport, type Replayed } from './replay-report.ts';
import type { ReplayRequest } from './replay-request.ts';
import { settleWave, type RunState, type SettlingPorts } from './settle-wave.ts';

/** What replaying rejects needs of the world. */
export interface RejectPorts extends SettlingPorts {
  readonly failures: Pick<QueueTaker, 'take' | 'remove' | 'release'>;
  /** Milliseconds that this run may still use. */
  readonly remainingMs: () => number;
  /** Told of each message that was looked at. */
  readonly onLooked?: () => void;
}

/** Records that are delivered together: one PutAuditEvents request. */
const WAVE_RECORDS = 100;
/** Bytes of records that are held at a time; up to ten more records come with the last receive. */
const WAVE_BYTES = 4 * 1024 * 1024;
/** What a wave may take at most: reading, six tries of delivery with pauses, its rows, the changes of the queue. */
const RESERVE_MS = 85_000;

/**
 * Messages that one run looks at. SQS gives no more while 120,000 of a standard queue are in flight.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const LOOK_AT_MOST = 100_000;

/**
 * Replays the rejects of the failure queue, wave by wave. What is not asked for stays hidden until the run ends, so
 * that no message is looked at twice, and is then released. Never throws: what stopped it is in `error`.
 */
export async function replayRejects(
  request: ReplayRequest,
  ports: RejectPorts,
): Promise<Replayed<RejectsReport>> {
  const run = new Run(request, ports);
  await run.settleWaves();
  const report = await run.end();
  return { report, error: run.error };
}

class Run {
  /** Why the run ends before it has looked at everything that was asked for. */
  error: unknown;
  readonly #request: ReplayRequest;
  readonly #ports: RejectPorts;
  readonly #state: RunState;
  #refused = 0;
  /** Messages taken that this very run had sent: rejects with their new reason. */
  #own = 0;
  #hasMore = true;

  constructor(request: ReplayRequest, ports: RejectPorts) {
    this.#request = request;
    this.#ports = ports;
    const { dryRun } = request;
    this.#state = { dryRun, held: new HeldRejects(), counts: new OutcomeCounts(), spentBelow: new Map() };
  }

  async settleWaves(): Promise<void> {
    const { counts, spentBelow } = this.#state;
    let wave: readonly KeptReject[] = [];
    try {
      while (this.#hasMore && this.error === undefined && spentBelow.size < this.#request.limit) {
        wave = await this.#gather();
        if (wave.length === 0) continue;
        this.error = (await settleWave(wave, this.#state, this.#ports)) ?? this.error;
      }
    } catch (error) {
      this.error = error;
      const cause = isCrosstrailError(error) ? error.code : undefined;
      const interrupted = wave.filter(({ id }) => !spentBelow.has(id));
      for (const { reason } of interrupted) counts.add(reason, 'unsettled', cause);
      for (const { id } of interrupted) spentBelow.set(id, 0);
    }
  }

  /** Removes what is spent among the messages taken, makes the others visible again, and gives the report. */
  async end(): Promise<RejectsReport> {
    const { dryRun, held, counts, spentBelow } = this.#state;
    const others = held.all().filter(({ id }) => id !== undefined && !spentBelow.has(id)).length;
    try {
      const spent = held.all().filter(({ id, attempts }) => attempts < (spentBelow.get(id ?? '') ?? 0));
      await this.#ports.failures.remove(spent);
      held.forget(spent);
      await this.#ports.failures.release(held.all());
    } catch (error) {
      this.error ??= error;
    }
    const looked = held.looked - this.#own;
    const refusedAndAskedFor = this.#request.reason === undefined ? this.#refused : 0;
    const left = counts.of('rejected') + counts.of('unsettled') + refusedAndAskedFor;
    return {
      queue: 'failures',
      dryRun,
      looked,
      outcomes: counts.all(),
      copies: looked - this.#refused - others - spentBelow.size,
      others,
      refused: this.#refused,
      complete: this.error === undefined,
      ...stopOf(this.error),
      nothingLeft: this.error === undefined && left === 0,
    };
  }

  /** The next rejects that were asked for; fewer than a wave when the queue, the limit or the time is at its end. */
  async #gather(): Promise<KeptReject[]> {
    const { held, spentBelow } = this.#state;
    const wave = new Map<string, KeptReject>();
    const room = Math.min(WAVE_RECORDS, this.#request.limit - spentBelow.size);
    let bytes = 0;
    while (wave.size < room && bytes < WAVE_BYTES) {
      this.error ??= boundOf(held.looked, this.#ports.remainingMs());
      if (this.error !== undefined) break;
      const before = held.looked;
      for (const message of await this.#ports.failures.take()) {
        const reject = this.#look(message);
        if (reject === undefined || (wave.size === room && !wave.has(reject.id))) continue;
        if (!wave.has(reject.id)) bytes += reject.bytes?.length ?? reject.origin.length;
        wave.set(reject.id, wave.get(reject.id) ?? reject);
      }
      // Nothing, or nothing new: the queue has come round.
      this.#hasMore = held.looked > before;
      if (!this.#hasMore) break;
    }
    return [...wave.values()];
  }

  /** Holds a message, and gives its reject when that was asked for and is not replayed yet. */
  #look(message: TakenMessage): KeptReject | undefined {
    const { held, spentBelow } = this.#state;
    const reject = this.#read(message);
    if (!held.hold(message, reject)) return undefined;
    this.#ports.onLooked?.();
    if (reject === undefined) {
      this.#refused += 1;
      return undefined;
    }
    const replayed = spentBelow.get(reject.id);
    if (replayed !== undefined) {
      if (reject.attempts === replayed) this.#own += 1;
      return undefined;
    }
    const { reason } = this.#request;
    return reason === undefined || reject.reason === reason ? reject : undefined;
  }

  #read({ messageId, body }: TakenMessage): KeptReject | undefined {
    try {
      return readRejectMessage(body);
    } catch (error) {
      const fields = { messageId, refused: 1, error: describeError(error) };
      this.#ports.telemetry.emit('replay.refused', fields);
      return undefined;
    }
  }
}

/** Why a run may not look at more, undefined when it may. */
function boundOf(looked: number, remainingMs: number): CrosstrailError | undefined {
  if (remainingMs < RESERVE_MS) {
    return new CrosstrailError('OUT_OF_TIME', `${looked} messages were looked at, and there may be more`);
  }
  if (looked >= LOOK_AT_MOST) {
    const what = `${looked} messages were looked at, and there may be more`;
    return new CrosstrailError('REPLAY_BOUND_REACHED', what);
  }
  return undefined;
}
