import { aggregate, type AggregationResult } from '#aggregator/aggregate.ts';
import { processBatch } from '#processor/process-batch.ts';
import { RESERVE_MS } from '#processor/process-range.ts';
import { putBack } from '#processor/put-back.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import type { DestinationName } from './account.ts';
import { InProcessBucket } from './bucket.ts';
import { CheckpointOracle } from './checkpoint-oracle.ts';
import { Evidence } from './evidence.ts';
import { InProcessFifoQueue, type ReceivedMessage } from './fifo-queue.ts';
import { UNDISTURBED, type Exposure } from './instance.ts';
import { AWS_ACCOUNT, InProcessLake } from './lake.ts';
import type { LogObjectLife } from './log-object-life.ts';
import { NO_WATCHED_RULES, type WatchedRules } from './rules.ts';
import { InProcessSqs } from './sqs.ts';
import { InProcessStorage } from './storage.ts';
import { InProcessTable } from './table.ts';
import { WatermarkOracle } from './watermark-oracle.ts';
import { BACKFILL_URL, FAILURE_URL, RANGE_URL, wire, type Wired } from './wiring.ts';

const HOUR_MS = 3_600_000;

/**
 * Time that lets an invocation go on, milliseconds. Not much more than it needs: the timers of its deadlines run in real
 * time, and thousands of histories would leave theirs behind.
 */
export const ENOUGH_MS = RESERVE_MS + 10_000;

/** Few, so that windows of the tests are settled in portions. */
const DAYS_AT_ONCE = 2;

/** How one invocation is run. */
export interface Run {
  readonly exposure?: Exposure;
  /** Milliseconds that the invocation has left, asked again and again. */
  readonly remainingMs?: () => number;
  /** Bytes of a window, when they are others than those of the deployment. */
  readonly windowBytes?: number;
}

/** What a deployment is set to. */
export interface DeploymentOptions {
  /** CloudTrail Lake unless told. */
  readonly destination?: DestinationName;
  readonly containers: readonly string[];
  readonly horizonHours: number;
  readonly windowBytes: number;
  readonly daysPerStep: number;
  /** Epoch ms. */
  readonly startAt: number;
  readonly maxReceiveCount: number;
  /** None unless given. */
  readonly rules?: WatchedRules;
}

export interface Emitted {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

type Kind = 'aggregator' | 'processor';

/** Both use-cases with the shipped stores, senders and destination on components in memory, under the oracles' eyes. */
export class InProcessDeployment {
  /** Epoch ms of Azure; AWS's clock is `skewMs` ahead of it. */
  now: number;
  skewMs = 0;
  readonly options: Required<DeploymentOptions>;
  readonly violations: string[] = [];
  readonly emitted: Emitted[] = [];
  /** Bodies of all range messages that were ever sent. */
  readonly sent: string[] = [];
  readonly storage = new InProcessStorage(() => this.now);
  readonly evidence: Evidence;
  readonly checkpoints: CheckpointOracle;
  readonly ranges: InProcessFifoQueue;
  readonly backfill: InProcessFifoQueue;
  readonly lake: InProcessLake;
  readonly bucket: InProcessBucket;
  readonly sqs: InProcessSqs;
  readonly table: InProcessTable;
  readonly #watermarks: WatermarkOracle;
  readonly #ends = new Map<string, number>();
  /** Execution environments that are warm. */
  readonly #idle: Record<Kind, Wired[]> = { aggregator: [], processor: [] };

  constructor(options: DeploymentOptions) {
    this.options = { destination: 'CloudTrailLake', rules: NO_WATCHED_RULES, ...options };
    const { destination, rules } = this.options;
    this.now = options.startAt;
    const violated = (what: string): void => void this.violations.push(what);
    const queue = (): InProcessFifoQueue =>
      new InProcessFifoQueue({
        now: () => this.awsNow,
        visibilityTimeoutMs: HOUR_MS,
        maxReceiveCount: options.maxReceiveCount,
        taken: (body) => this.#taken(body),
      });
    this.ranges = queue();
    this.backfill = queue();
    this.evidence = new Evidence(this.storage, destination, violated, rules);
    this.lake = new InProcessLake((entry) => this.evidence.accept(entry));
    this.bucket = new InProcessBucket((...write) => this.evidence.write(...write));
    this.sqs = new InProcessSqs(
      { [RANGE_URL]: this.ranges, [BACKFILL_URL]: this.backfill },
      { [FAILURE_URL]: { send: ({ body }) => this.evidence.reject(JSON.parse(body) as RejectMessage) } },
    );
    this.checkpoints = new CheckpointOracle(this.storage, this.evidence, violated, rules);
    const isEnqueued = (life: LogObjectLife, length: number): boolean => this.knownEnd(life) >= length;
    const horizonMs = options.horizonHours * HOUR_MS;
    this.#watermarks = new WatermarkOracle(this.storage, horizonMs, isEnqueued, violated);
    this.table = new InProcessTable((item, before) => {
      if (item['pk']?.S?.startsWith('watermark#') === true) this.#watermarks.written(item, before);
      else this.checkpoints.written(item);
    });
  }

  /** Epoch ms of AWS. */
  get awsNow(): number {
    return this.now + this.skewMs;
  }

  /** Bytes of a log object that a range was sent for, or that were examined. */
  knownEnd(life: LogObjectLife): number {
    const examined = this.checkpoints.of(life)?.examined ?? 0;
    return Math.max(examined, this.#ends.get(keyOf(life.logObject)) ?? 0);
  }

  /** One aggregation of a container, as the Aggregator's handler does it; undefined when it failed or died. */
  async aggregate(container: string, run: Run = {}): Promise<AggregationResult | undefined> {
    const wired = this.#begin('aggregator', run);
    const now = (): number => {
      this.#watermarks.starts(container, this.awsNow);
      return this.awsNow;
    };
    try {
      const { horizonHours, daysPerStep } = this.options;
      const remainingMs = run.remainingMs ?? (() => ENOUGH_MS);
      return await aggregate(container, horizonHours, { ...wired, daysPerStep, now, remainingMs });
    } catch {
      // The oracles look at effects; what the handler would say of the failure is proved elsewhere.
      return undefined;
    } finally {
      this.#end('aggregator', wired);
    }
  }

  /** Gives a processor what a queue has for it now; false when that is nothing. */
  async processNext(queue: InProcessFifoQueue, run: Run = {}): Promise<boolean> {
    const received = queue.receive();
    if (received.length > 0) await this.process(received, run, queue);
    return received.length > 0;
  }

  /** One batch, as the Processor's handler and the event source mapping work on it. */
  async process(messages: readonly ReceivedMessage[], run: Run, queue?: InProcessFifoQueue): Promise<void> {
    const wired = this.#begin('processor', run);
    try {
      const failed = await processBatch(messages, {
        ...wired,
        recipientAccountId: AWS_ACCOUNT,
        rules: this.options.rules.rules,
        containers: this.options.containers.map((container) => ({ container })),
        windowBytes: run.windowBytes ?? this.options.windowBytes,
        daysAtOnce: DAYS_AT_ONCE,
        remainingMs: run.remainingMs ?? (() => ENOUGH_MS),
      });
      if (queue === undefined) return;
      const visibility = wired.visibilityIn(queue === this.ranges ? RANGE_URL : BACKFILL_URL);
      await putBack(failed, { ...wired, visibility });
      const again = new Set(failed.map(({ message }) => message));
      for (const message of messages.filter((each) => !again.has(each)))
        await wired.instance.call('range.delete', () => this.#delete(message, queue));
    } catch {
      // It failed as a whole or died: its messages come again when their visibility timeout is over.
    } finally {
      this.#end('processor', wired);
    }
  }

  #begin(kind: Kind, { exposure = UNDISTURBED }: Run): Wired {
    const telemetry = {
      emit: (name: string, fields: Emitted['fields']) => void this.emitted.push({ name, fields }),
    };
    const { storage, table, sqs, lake, bucket } = this;
    const { destination } = this.options;
    const now = (): number => this.awsNow;
    const wired =
      this.#idle[kind].pop() ?? wire({ storage, table, sqs, lake, bucket, telemetry, now }, destination);
    wired.instance.begin({
      fateOf: exposure.fateOf,
      turn: async (name) => {
        await exposure.turn(name);
        // Every call takes time, so that no two listings start in the same moment.
        this.now += 1;
      },
    });
    return wired;
  }

  #end(kind: Kind, wired: Wired): void {
    if (!wired.instance.dead) this.#idle[kind].push(wired);
  }

  #delete({ body, receiptHandle }: ReceivedMessage, queue: InProcessFifoQueue): void {
    const { logObject, end } = readRangeMessage(body);
    const life = this.storage.lives.find((each) => keyOf(each.logObject) === keyOf(logObject));
    const examined = (life && this.checkpoints.of(life)?.examined) ?? 0;
    if (examined < end)
      this.violations.push(`a range up to ${end} was taken off its queue at ${examined} bytes`);
    queue.delete(receiptHandle);
  }

  #taken(body: string): void {
    this.sent.push(body);
    const { logObject, end } = readRangeMessage(body);
    const key = keyOf(logObject);
    this.#ends.set(key, Math.max(end, this.#ends.get(key) ?? 0));
  }
}

function keyOf({ container, name, generation }: LogObjectLife['logObject']): string {
  return `${container}\n${name}\n${generation}`;
}
