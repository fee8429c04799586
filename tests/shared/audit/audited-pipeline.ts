import {
  DeleteItemCommand,
  DynamoDBClient,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { CHECKPOINT_TABLE, LOCAL_REGION } from '#local/local-cloud.ts';
import { auditContainer, type AuditPorts, type ContainerAudit } from '#shared/audit/audit-container.ts';
import type { ByteAccount } from '#shared/audit/byte-account.ts';
import type { Finding } from '#shared/audit/finding.ts';
import { checkpointKey } from '#shared/checkpoints/checkpoint-keys.ts';
import { scanCheckpoints } from '#shared/checkpoints/scan-checkpoints.ts';
import { CONTAINER, nameAt, Pipeline } from '../../pipeline/pipeline.ts';

export const HOUR_MS = 3_600_000;
export const GRACE_MS = 3 * HOUR_MS;
export const HORIZON_HOURS = 48;

/** An audit with all that it told. */
export interface Audit extends ContainerAudit {
  readonly found: readonly Finding[];
  readonly hours: readonly { readonly hourStart: number; readonly account: ByteAccount }[];
}

/**
 * A pipeline whose clock starts at the real time, because the time of the last append is Azurite's, and an auditor
 * with means to do to the table what must never happen.
 */
export class AuditedPipeline {
  readonly pipeline: Pipeline;
  readonly #startedAt = Date.now();
  readonly #table: DynamoDBClient;

  private constructor(pipeline: Pipeline) {
    this.pipeline = pipeline;
    this.#table = new DynamoDBClient({
      endpoint: pipeline.cloud.awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
      region: LOCAL_REGION,
      credentials: DUMMY_CREDENTIALS,
    });
  }

  static async start(): Promise<AuditedPipeline> {
    const pipeline = await Pipeline.start();
    pipeline.now = Date.now();
    return new AuditedPipeline(pipeline);
  }

  async close(): Promise<void> {
    this.#table.destroy();
    await this.pipeline.close();
  }

  /** Name of the activity log object of the hour that began so many hours before the start. */
  nameOf(hoursAgo: number, subscription?: string): string {
    const hour = new Date(this.#startedAt - hoursAgo * HOUR_MS).toISOString();
    return subscription === undefined ? nameAt(hour) : nameAt(hour, subscription);
  }

  /** An hour passes, the Aggregator runs, and the Processor until nothing is left. */
  async run(): Promise<void> {
    await this.list();
    await this.pipeline.process();
  }

  /** An hour passes and the Aggregator runs. */
  async list(): Promise<void> {
    this.pipeline.now += HOUR_MS;
    await this.pipeline.aggregate();
  }

  /** Audits the last 30 days. */
  async audit(ports: Partial<AuditPorts> = {}): Promise<Audit> {
    const { aggregation, now } = this.pipeline;
    const found: Finding[] = [];
    const hours: { hourStart: number; account: ByteAccount }[] = [];
    const plan = {
      container: CONTAINER,
      from: now - 30 * 24 * HOUR_MS,
      to: now,
      horizonHours: HORIZON_HOURS,
      graceMs: GRACE_MS,
    };
    const audit = await auditContainer(
      plan,
      {
        listing: aggregation.listing,
        checkpoints: aggregation.checkpoints,
        watermarks: aggregation.watermarks,
        historyEnqueued: async () => false,
        everyCheckpoint: () => scanCheckpoints(this.#table, CHECKPOINT_TABLE),
        now: () => now,
        remainingMs: () => 900_000,
        ...ports,
      },
      {
        hour: (_, hourStart, account) => hours.push({ hourStart, account }),
        finding: (finding) => found.push(finding),
        dayCompared: () => undefined,
      },
    );
    return { ...audit, found, hours };
  }

  /** Audits, and enqueues what is missing. */
  repair(): Promise<Audit> {
    return this.audit({ repairs: this.pipeline.aggregation.ranges });
  }

  /** Removes the checkpoint of a log object, whatever its generation. */
  async forget(name: string): Promise<void> {
    await this.#table.send(
      new DeleteItemCommand({ TableName: CHECKPOINT_TABLE, Key: await this.#keyOf(name) }),
    );
  }

  /** Adds to a counter of the checkpoint of a log object. */
  async corrupt(name: string, counter: string, by: number): Promise<void> {
    await this.#table.send(
      new UpdateItemCommand({
        TableName: CHECKPOINT_TABLE,
        Key: await this.#keyOf(name),
        UpdateExpression: 'ADD #counter :by',
        ExpressionAttributeNames: { '#counter': counter },
        ExpressionAttributeValues: { ':by': { N: String(by) } },
      }),
    );
  }

  async #keyOf(name: string): Promise<Record<string, AttributeValue>> {
    const checkpoint = (await this.pipeline.checkpoints()).find(({ logObject }) => logObject.name === name);
    if (checkpoint === undefined) throw new Error(`no checkpoint of ${name}`);
    const { pk, sk } = checkpointKey(checkpoint.logObject);
    return { pk: { S: pk }, sk: { S: sk } };
  }
}
