import { createHash } from 'node:crypto';
import { StandardRetryStrategy } from '@smithy/core/retry';
import {
  startFaultProxy,
  type FaultProxy,
  type ProxiedRequest,
  type ProxyFault,
} from '#local/fault-proxy.ts';
import { generationOf } from '#shared/generation.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { writeRangeMessage, type Range } from '#shared/ranges/range.ts';
import { CONTAINER, line, nameAt, Pipeline, type PipelineOptions } from '../../pipeline/pipeline.ts';
import type { StoredRow } from '../../pipeline/stored-rows.ts';

/** Longest time of a try on this stage, milliseconds: stalls are real, and shall be short. */
export const TRY_TIMEOUT_MS = 500;

/** The SDK's own strategy decides what is repeated and how often; only its pauses are left out. */
const NO_BACKOFF = { setDelayBase: () => undefined, computeNextBackoffDelay: () => 1 };

type Destination = NonNullable<PipelineOptions['destination']>;

/** Both use-cases before the local cloud, with a proxy before each service, and a log object of its own per test. */
export class FaultStage {
  pipeline: Pipeline;
  readonly azure: FaultProxy;
  readonly sqs: FaultProxy;
  readonly table: FaultProxy;
  readonly lake: FaultProxy;
  readonly s3: FaultProxy;
  /** Pauses before tries at Azure, milliseconds. */
  readonly pauses: number[] = [];
  name = '';
  #hour = Date.parse('2026-01-01T00:00:00Z');
  #from = new Map<FaultProxy, number>();

  readonly #destination: Destination;

  private constructor(
    direct: Pipeline,
    destination: Destination,
    [azure, sqs, table, lake, s3]: [FaultProxy, FaultProxy, FaultProxy, FaultProxy, FaultProxy],
  ) {
    this.pipeline = direct;
    this.#destination = destination;
    this.azure = azure;
    this.sqs = sqs;
    this.table = table;
    this.lake = lake;
    this.s3 = s3;
  }

  static async start(destination: Destination = 'CloudTrailLake'): Promise<FaultStage> {
    const direct = await Pipeline.start();
    const { azureBlob, sqs, lake, s3, awsEnvironment } = direct.cloud;
    return new FaultStage(direct, destination, [
      await startFaultProxy(azureBlob.endpoint),
      await startFaultProxy(sqs.endpoint),
      await startFaultProxy(awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? ''),
      await startFaultProxy(lake.endpoint),
      await startFaultProxy(s3.endpoint),
    ]);
  }

  async close(): Promise<void> {
    for (const proxy of this.#proxies()) await proxy.close();
    await this.pipeline.close();
  }

  /**
   * Nothing goes wrong any more, nothing was seen yet, and the next log object has another name. The clients are new:
   * one of the SDK stops repeating after many failures.
   */
  async reset(): Promise<void> {
    this.#hour += 3_600_000;
    this.name = nameAt(new Date(this.#hour).toISOString().slice(0, 13));
    this.pauses.length = 0;
    this.mend();
    this.pipeline.disconnect();
    const patience = { tries: 3, tryTimeoutMs: TRY_TIMEOUT_MS };
    this.pipeline = await Pipeline.connect(this.pipeline.cloud, {
      endpoints: async () => ({
        azureBlob: this.azure.endpoint,
        sqs: this.sqs.endpoint,
        dynamoDb: this.table.endpoint,
        lake: this.lake.endpoint,
        s3: this.s3.endpoint,
      }),
      destination: this.#destination,
      azurePatience: { tryTimeoutMs: TRY_TIMEOUT_MS, sleep: async (ms) => void this.pauses.push(ms) },
      awsPatience: patience,
      lakePatience: { ...patience, tries: 1 },
      s3Patience: { ...patience, tries: 1 },
      retryStrategy: new StandardRetryStrategy({ maxAttempts: patience.tries, backoff: NO_BACKOFF }),
    });
    this.pipeline.now = this.#hour + 3_900_000;
  }

  /** Nothing goes wrong any more, and requests are counted from here on. */
  mend(): void {
    for (const proxy of this.#proxies()) {
      proxy.rule = () => undefined;
      this.#from.set(proxy, proxy.requests.length);
    }
  }

  #proxies(): FaultProxy[] {
    return [this.azure, this.sqs, this.table, this.lake, this.s3];
  }

  /** Requests since the last {@link mend} that are of interest. */
  seen(proxy: FaultProxy, ofInterest: (request: ProxiedRequest) => boolean): number {
    return proxy.requests.slice(this.#from.get(proxy)).filter(ofInterest).length;
  }

  /** The first `times` requests of interest meet the fault. */
  fail(
    proxy: FaultProxy,
    ofInterest: (request: ProxiedRequest) => boolean,
    fault: ProxyFault,
    times = Number.POSITIVE_INFINITY,
  ): void {
    let left = times;
    proxy.rule = (request) => (ofInterest(request) && (left -= 1) >= 0 ? fault : undefined);
  }

  /** Appends to this test's log object and gives the message of the range. */
  async append(content: string): Promise<{ messageId: string; body: string; range: Range }> {
    const { pipeline, name } = this;
    await pipeline.append(name, content);
    const { createdOn, contentLength = 0 } = await pipeline.blobs().getBlobClient(name).getProperties();
    const logObject = {
      account: pipeline.cloud.azureBlob.accountName,
      container: CONTAINER,
      name,
      generation: generationOf(createdOn),
    };
    const range: Range = { logObject, end: contentLength, tail: 'open' };
    return { messageId: name, body: writeRangeMessage(range), range };
  }

  /** A record of this test, with its line ending. */
  line(marker: string): string {
    return line(`${this.name} ${marker}`);
  }

  /** How often each record is in the event data store, in order. */
  async copies(lines: readonly string[]): Promise<number[]> {
    const uids = await this.pipeline.uids();
    return lines.map((each) => {
      const uid = `sha256:${createHash('sha256').update(each.trimEnd()).digest('hex')}`;
      return uids.filter((stored) => stored === uid).length;
    });
  }

  /** The rows of this test's log object. */
  async rows(): Promise<StoredRow[]> {
    const objects = await this.pipeline.objects();
    return objects.filter(({ metadata }) => metadata['log-object'] === this.name).flatMap(({ rows }) => rows);
  }

  async checkpoint(): Promise<Checkpoint | undefined> {
    return (await this.pipeline.checkpoints()).find(({ logObject }) => logObject.name === this.name);
  }

  /** Codes of the errors that were logged, with the event that logged them. */
  errors(): string[] {
    return this.pipeline.emitted.flatMap(({ name, fields }) => {
      const error = fields['error'] as { code?: string } | undefined;
      return error === undefined ? [] : [`${name} ${error.code}`];
    });
  }

  /** The first logged error as a person reads it. */
  message(): string {
    const error = this.pipeline.emitted.find(({ fields }) => fields['error'] !== undefined)?.fields['error'];
    return (error as { message?: string } | undefined)?.message ?? '';
  }
}

/** Faults that every service may show, under the names that tests print. */
export const TRANSPORT_FAULTS: readonly (readonly [
  what: string,
  fault: ProxyFault,
  reachesService: boolean,
])[] = [
  ['a reset before the request arrives', { kind: 'reset', when: 'before-sending' }, false],
  ['a reset instead of the answer', { kind: 'reset', when: 'after-sending' }, true],
  ['a reset in the middle of the body', { kind: 'cut', afterBytes: 20, by: 'reset' }, true],
  ['a body that ends before its length', { kind: 'cut', afterBytes: 20, by: 'end' }, true],
  ['an answer that never begins', { kind: 'stall' }, true],
  ['a body that never ends', { kind: 'stall', afterBytes: 20 }, true],
];
