import type { AuditEvent } from '#mapping/audit-event.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { PutAuditEventsCommand, type CloudTrailDataClient } from '#shared/aws/cloudtrail-data/index.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import type { DeliveryOutcome, Destination } from './destination.ts';
import { judgeEntries, judgeFailure, type Answer, type Request } from './lake-answer.ts';
import { packRequests, toEntry } from './pack-requests.ts';
import type { RequestPace } from './request-pace.ts';

/** What delivery to CloudTrail Lake needs of the world. */
export interface CloudTrailLakePorts {
  /** Makes one try only (`maxAttempts: 1`): repeats are paced here, and the account's rate counts them too. */
  readonly client: Pick<CloudTrailDataClient, 'send'>;
  readonly channelArn: string;
  readonly pace: RequestPace;
  readonly telemetry: Telemetry;
  sleep(ms: number): Promise<void>;
  /** 0 up to 1, for jitter. */
  random(): number;
}

/** Requests in flight: at 200 ms each they use a share of 40 requests a second. */
const CONCURRENCY = 8;
/** Times that a request is sent before its entries are left unsettled; pauses of 0.2 s doubling, at most 5 s. */
const MAX_TRIES = 6;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** Longest `Retry-After` that is waited for, milliseconds; what asks for more is left to the range queue. */
const LONGEST_RETRY_AFTER_MS = 10_000;

/** Delivers audit events by PutAuditEvents: at least once, with equal ids and UIDs for repeats. */
export class CloudTrailLake implements Destination {
  readonly #ports: CloudTrailLakePorts;

  constructor(ports: CloudTrailLakePorts) {
    this.#ports = ports;
  }

  async deliver(events: readonly AuditEvent[], deadline?: AbortSignal): Promise<DeliveryOutcome[]> {
    const outcomes = new Map<number, DeliveryOutcome>();
    let requests: readonly Request[] = packRequests(events.map(toEntry)).map((entries) => ({
      entries,
      tries: 0,
    }));
    let stop: CrosstrailError | undefined;
    let said = 'nothing';
    let throttled = 0;
    let retried = 0;

    for (let round = 1; requests.length > 0; round += 1) {
      if (round > 1) await this.#ports.sleep(this.#pauseBefore(round));
      retried += requests.filter(({ tries }) => tries > 0).length;
      const answers = await mapConcurrently(requests, CONCURRENCY, async (request) => {
        await this.#ports.pace.turn();
        // Requests that wait for their turn learn of a stop, too; what is in flight is not broken off.
        if (deadline?.aborted === true) stop ??= outOfTime();
        if (stop !== undefined) return undefined;
        const answer = await this.#send(request);
        stop ??= answer.stop ?? this.#wait(answer.retryAfterMs);
        return answer;
      });
      const again: Request[] = [];
      for (const answer of answers) {
        if (answer === undefined) continue;
        for (const [index, outcome] of answer.settled) outcomes.set(index, outcome);
        again.push(...answer.again.filter(({ tries }) => tries < MAX_TRIES));
        throttled += answer.throttled;
        said = answer.said ?? said;
      }
      requests = stop === undefined ? again : [];
    }

    if (throttled > 0) this.#ports.telemetry.emit('delivery.throttled', { throttled });
    if (retried > 0) this.#ports.telemetry.emit('delivery.retried', { retried });
    return events.map(
      (_, index) =>
        outcomes.get(index) ?? {
          kind: 'unsettled',
          error: stop ?? incomplete(`in ${MAX_TRIES} tries; the last answer was ${said}`),
        },
    );
  }

  #pauseBefore(round: number): number {
    const full = Math.min(FIRST_PAUSE_MS * 2 ** (round - 2), LONGEST_PAUSE_MS);
    return full * (0.5 + this.#ports.random() / 2);
  }

  /** Holds up every request of this instance as long as the service asks for, or says why not. */
  #wait(askedMs = 0): CrosstrailError | undefined {
    if (askedMs > LONGEST_RETRY_AFTER_MS) return incomplete(`and asks for ${askedMs} ms of silence`);
    if (askedMs > 0) this.#ports.pace.pause(askedMs);
    return undefined;
  }

  async #send(request: Request): Promise<Answer> {
    const { client, channelArn } = this.#ports;
    const { entries } = request;
    try {
      const { failed = [], successful = [] } = await client.send(
        new PutAuditEventsCommand({
          channelArn,
          auditEvents: entries.map(({ id, eventData, eventDataChecksum }) => ({
            id,
            eventData,
            eventDataChecksum,
          })),
        }),
      );
      return judgeEntries(request, successful, failed, channelArn);
    } catch (error) {
      return judgeFailure(request, error, channelArn);
    }
  }
}

function incomplete(how: string): CrosstrailError {
  return new CrosstrailError('DELIVERY_INCOMPLETE', `CloudTrail Lake did not take every event ${how}`);
}

function outOfTime(): CrosstrailError {
  return new CrosstrailError('OUT_OF_TIME', 'the invocation ended before every event was sent');
}
