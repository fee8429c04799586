import { checkEntry } from '#local/lake/check-entry.ts';
import type { LakeFault } from '#local/lake/lake-faults.ts';
import { readPutRequest, type AuditEventEntry } from '#local/lake/put-request.ts';
import { ServiceError } from '#local/service-error.ts';
import type { CloudTrailDataClient, PutAuditEventsCommandInput } from '#shared/aws/cloudtrail-data/index.ts';
import type { Boundary } from './instance.ts';

export const AWS_ACCOUNT = '123456789012';
export const CHANNEL_ARN = `arn:aws:cloudtrail:eu-central-1:${AWS_ACCOUNT}:channel/01234567-89ab-cdef-0123-456789abcdef`;

/** A record that holds this is refused for good, as Lake refuses what it cannot take. */
export const REFUSED_MARKER = 'refused-by-lake';

/** What the SDK's client throws for an answer that is an error. */
function answered(type: string, httpStatusCode: number | undefined): Error {
  return Object.assign(new Error(type), {
    name: type,
    $metadata: httpStatusCode === undefined ? {} : { httpStatusCode },
  });
}

/** CloudTrail Lake in memory: every documented limit and refusal, and everything it accepted, in order. */
export class InProcessLake {
  /** What goes wrong with the next requests, one after the other. */
  readonly faults: LakeFault[] = [];
  /** Share of the entries, one of so many, that is throttled in the next requests, one after the other. */
  readonly throttled: number[] = [];
  /** Entries that hold this are throttled. */
  throttledMarker: string | undefined;
  readonly #accepted: (entry: AuditEventEntry) => void;

  constructor(accepted: (entry: AuditEventEntry) => void) {
    this.#accepted = accepted;
  }

  client(boundary: Boundary): Pick<CloudTrailDataClient, 'send'> {
    const send = (command: { readonly input: PutAuditEventsCommandInput }): Promise<unknown> =>
      boundary.call('events.put', () => this.#put(command.input));
    return { send };
  }

  #put({ channelArn = '', auditEvents }: PutAuditEventsCommandInput): object {
    const fault = this.faults.shift();
    if (fault?.kind === 'refuse') throw answered(fault.type, fault.status ?? 400);
    if (fault?.kind === 'reset' && fault.when === 'before-storing') throw answered('TimeoutError', undefined);
    let entries: readonly AuditEventEntry[];
    try {
      const body = Buffer.from(JSON.stringify({ auditEvents }));
      const owner = { accountId: AWS_ACCOUNT, channelArn: CHANNEL_ARN };
      entries = readPutRequest(new URLSearchParams({ channelArn }), body, owner).auditEvents;
    } catch (error) {
      if (error instanceof ServiceError) throw answered(error.type, error.status);
      throw error;
    }
    const oneOf = this.throttled.shift();
    const successful: object[] = [];
    const failed: object[] = [];
    for (const entry of entries) {
      const refusal = this.#refusalOf(entry, oneOf);
      if (refusal !== undefined) {
        failed.push({ id: entry.id, ...refusal });
        continue;
      }
      this.#accepted(entry);
      successful.push({ id: entry.id, eventID: entry.id });
    }
    if (fault?.kind === 'reset') throw answered('TimeoutError', undefined);
    return { successful, failed };
  }

  #refusalOf(entry: AuditEventEntry, oneOf: number | undefined): object | undefined {
    const { throttledMarker } = this;
    if (throttledMarker !== undefined && entry.eventData.includes(throttledMarker))
      return { errorCode: 'Throttling', errorMessage: 'Rate exceeded' };
    // By id, so that an entry that is sent again at once is throttled again.
    if (oneOf !== undefined && entry.id.charCodeAt(0) % oneOf === 0)
      return { errorCode: 'Throttling', errorMessage: 'Rate exceeded' };
    if (entry.eventData.includes(REFUSED_MARKER))
      return { errorCode: 'InvalidData', errorMessage: 'refused' };
    return checkEntry(entry, AWS_ACCOUNT);
  }
}
