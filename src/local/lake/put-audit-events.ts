import { randomUUID } from 'node:crypto';
import { checkEntry } from './check-entry.ts';
import type { EventStore } from './event-store.ts';
import type { LakeFault, LakeFaults } from './lake-faults.ts';
import { toRowJson } from './lake-row.ts';
import { readPutRequest, type PutAuditEventsRequest } from './put-request.ts';
import { ServiceError } from '../service-error.ts';
import type { TokenBucket } from './token-bucket.ts';

/** https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_PutAuditEvents.html#API_PutAuditEvents_ResponseSyntax */
export interface PutAuditEventsResponse {
  readonly successful: { readonly id: string; readonly eventID: string }[];
  readonly failed: { readonly id: string; readonly errorCode: string; readonly errorMessage: string }[];
}

/** How much came in since the start. */
export interface LakeCounters {
  /** PutAuditEvents requests that were signed, refused ones included. */
  readonly requests: number;
  /** Requests answered ThrottlingException. */
  readonly throttled: number;
  /** Requests refused as a whole for any other reason. */
  readonly refused: number;
  /** Entries stored. */
  readonly accepted: number;
  /** Entries in `failed` answers. */
  readonly failed: number;
}

/** The caller shall see a broken connection instead of an answer. */
export class ConnectionReset extends Error {}

export interface IngestionOptions {
  readonly store: Pick<EventStore, 'append'>;
  readonly bucket: TokenBucket;
  readonly accountId: string;
  readonly region: string;
  readonly channelArn: string;
  readonly now: () => number;
  readonly faults?: LakeFaults;
}

/** The PutAuditEvents operation: every accepted entry becomes a new row, also one whose id or UID came before. */
export class Ingestion {
  readonly #options: IngestionOptions;
  #counters: LakeCounters = { requests: 0, throttled: 0, refused: 0, accepted: 0, failed: 0 };
  #wellFormed = 0;

  constructor(options: IngestionOptions) {
    this.#options = options;
  }

  get counters(): LakeCounters {
    return { ...this.#counters };
  }

  /**
   * @throws {ServiceError} when the request is refused as a whole.
   * @throws {ConnectionReset} when a fault breaks the connection.
   */
  async put(parameters: URLSearchParams, body: Buffer): Promise<PutAuditEventsResponse> {
    this.#count({ requests: 1 });
    try {
      if (!this.#options.bucket.take()) throw new ServiceError('ThrottlingException', 'Rate exceeded');
      const request = readPutRequest(parameters, body, this.#options);
      return await this.#store(request, this.#faultFor(request));
    } catch (error) {
      if (error instanceof ServiceError) {
        this.#count(error.type === 'ThrottlingException' ? { throttled: 1 } : { refused: 1 });
      }
      throw error;
    }
  }

  #faultFor({ channelArn, externalId, auditEvents }: PutAuditEventsRequest): LakeFault | undefined {
    this.#wellFormed += 1;
    return this.#options.faults?.({
      number: this.#wellFormed,
      channelArn,
      ids: auditEvents.map((entry) => entry.id),
      ...(externalId === undefined ? {} : { externalId }),
    });
  }

  async #store(
    request: PutAuditEventsRequest,
    fault: LakeFault | undefined,
  ): Promise<PutAuditEventsResponse> {
    if (fault?.kind === 'refuse')
      throw new ServiceError(fault.type, fault.message ?? fault.type, fault.status);
    if (fault?.kind === 'reset' && fault.when === 'before-storing') throw new ConnectionReset();
    const { accountId, region, channelArn, now, store } = this.#options;
    const answer: PutAuditEventsResponse = { successful: [], failed: [] };
    const rows: string[] = [];
    let bytes = 0;
    for (const entry of request.auditEvents) {
      const code = fault?.kind === 'fail-entries' ? fault.codes.get(entry.id) : undefined;
      const refusal =
        code === undefined
          ? checkEntry(entry, accountId)
          : { errorCode: code, errorMessage: 'A fault of the test' };
      if (refusal !== undefined) {
        answer.failed.push({ id: entry.id, ...refusal });
        continue;
      }
      const eventId = randomUUID();
      rows.push(toRowJson(entry.eventData, { eventId, region, accountId, channelArn, ingestedAt: now() }));
      bytes += Buffer.byteLength(entry.eventData);
      answer.successful.push({ id: entry.id, eventID: eventId });
    }
    await store.append(rows, bytes);
    this.#count({ accepted: answer.successful.length, failed: answer.failed.length });
    if (fault?.kind === 'reset') throw new ConnectionReset();
    return answer;
  }

  #count(more: Partial<LakeCounters>): void {
    const sums = Object.entries(this.#counters).map(([name, value]) => [
      name,
      value + (more[name as keyof LakeCounters] ?? 0),
    ]);
    this.#counters = Object.fromEntries(sums) as LakeCounters;
  }
}
