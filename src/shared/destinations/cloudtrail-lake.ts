import type { AuditEvent } from '#mapping/audit-event.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { PutAuditEventsCommand, type CloudTrailDataClient } from '#shared/aws/cloudtrail-data/index.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import type { DeliveryOutcome, Destination } from './destination.ts';
import { isThrottle, judgeEntry, judgeRequest } from './judge-answer.ts';
import { packRequests, toEntry, type Entry } from './pack-requests.ts';
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

/** Entries that go in one request, and how often they went before. */
interface Request {
  readonly entries: readonly Entry[];
  readonly tries: number;
}

/** What one request led to: outcomes by the event's index, requests to send again, and why to stop if so. */
interface Answer {
  readonly settled: readonly (readonly [index: number, outcome: DeliveryOutcome])[];
  readonly again: readonly Request[];
  readonly throttled: number;
  readonly stop?: CrosstrailError;
}

/** Delivers audit events by PutAuditEvents: at least once, with equal ids and UIDs for repeats. */
export class CloudTrailLake implements Destination {
  readonly #ports: CloudTrailLakePorts;

  constructor(ports: CloudTrailLakePorts) {
    this.#ports = ports;
  }

  async deliver(events: readonly AuditEvent[]): Promise<DeliveryOutcome[]> {
    const outcomes = new Map<number, DeliveryOutcome>();
    let requests: readonly Request[] = packRequests(events.map(toEntry)).map((entries) => ({
      entries,
      tries: 0,
    }));
    let stop: CrosstrailError | undefined;
    let throttled = 0;
    let retried = 0;

    for (let round = 1; requests.length > 0; round += 1) {
      if (round > 1) await this.#ports.sleep(this.#pauseBefore(round));
      retried += requests.filter(({ tries }) => tries > 0).length;
      const answers = await mapConcurrently(requests, CONCURRENCY, async (request) => {
        if (stop !== undefined) return undefined;
        const answer = await this.#send(request);
        stop ??= answer.stop;
        return answer;
      });
      const again: Request[] = [];
      for (const answer of answers) {
        if (answer === undefined) continue;
        for (const [index, outcome] of answer.settled) outcomes.set(index, outcome);
        again.push(...answer.again.filter(({ tries }) => tries < MAX_TRIES));
        throttled += answer.throttled;
      }
      requests = stop === undefined ? again : [];
    }

    if (throttled > 0) this.#ports.telemetry.emit('delivery.throttled', { throttled });
    if (retried > 0) this.#ports.telemetry.emit('delivery.retried', { retried });
    return events.map(
      (_, index) => outcomes.get(index) ?? { kind: 'unsettled', error: stop ?? incomplete() },
    );
  }

  #pauseBefore(round: number): number {
    const full = Math.min(FIRST_PAUSE_MS * 2 ** (round - 2), LONGEST_PAUSE_MS);
    return full * (0.5 + this.#ports.random() / 2);
  }

  async #send(request: Request): Promise<Answer> {
    const { client, channelArn, pace } = this.#ports;
    const { entries } = request;
    await pace.turn();
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

function incomplete(): CrosstrailError {
  return new CrosstrailError(
    'DELIVERY_INCOMPLETE',
    `CloudTrail Lake did not take every event in ${MAX_TRIES} tries`,
  );
}

function refused(channelArn: string, code: string, cause?: unknown): CrosstrailError {
  return new CrosstrailError(
    'CHANNEL_REFUSED',
    `PutAuditEvents to ${channelArn} answered ${code}`,
    { channelArn, code },
    cause,
  );
}

function judgeEntries(
  { entries, tries }: Request,
  successful: readonly { id?: string | undefined }[],
  failed: readonly {
    id?: string | undefined;
    errorCode?: string | undefined;
    errorMessage?: string | undefined;
  }[],
  channelArn: string,
): Answer {
  const accepted = new Set(successful.map(({ id }) => id));
  const failures = new Map(failed.map((failure) => [failure.id, failure]));
  const settled: [number, DeliveryOutcome][] = [];
  const again: Entry[] = [];
  let throttled = 0;
  let stop: CrosstrailError | undefined;
  for (const entry of entries) {
    const failure = failures.get(entry.id);
    if (failure === undefined) {
      // An entry that the answer does not name was not taken for certain.
      if (accepted.has(entry.id)) settled.push([entry.index, { kind: 'delivered' }]);
      else again.push(entry);
      continue;
    }
    const code = failure.errorCode ?? '';
    const verdict = judgeEntry(code, failure.errorMessage ?? '');
    if (verdict.kind === 'retry') {
      again.push(entry);
      if (isThrottle(code, undefined)) throttled += 1;
    } else if (verdict.kind === 'rejected') {
      settled.push([entry.index, verdict]);
    } else {
      stop ??= refused(channelArn, code);
    }
  }
  return {
    settled,
    again: again.length === 0 ? [] : [{ entries: again, tries: tries + 1 }],
    throttled,
    ...(stop === undefined ? {} : { stop }),
  };
}

function judgeFailure({ entries, tries }: Request, error: unknown, channelArn: string): Answer {
  const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const verdict = judgeRequest(name, status);
  const throttled = isThrottle(name, status) ? 1 : 0;
  if (verdict === 'stop')
    return { settled: [], again: [], throttled, stop: refused(channelArn, name, error) };
  if (verdict === 'retry') return { settled: [], again: [{ entries, tries: tries + 1 }], throttled };
  if (entries.length > 1) {
    // Halving finds the event that causes the refusal in at most seven steps; it is progress, not a repeat.
    const half = Math.ceil(entries.length / 2);
    const halves = [entries.slice(0, half), entries.slice(half)];
    return { settled: [], again: halves.map((part) => ({ entries: part, tries: 0 })), throttled };
  }
  const rejection = {
    reason:
      status === 413 || name === 'RequestEntityTooLargeException' ? 'REQUEST_TOO_LARGE' : 'INVALID_DATA',
    message: `PutAuditEvents refused a request that held only this event: ${name}`,
  } as const;
  return {
    settled: entries.map((entry) => [entry.index, { kind: 'rejected', rejection }] as const),
    again: [],
    throttled,
  };
}
