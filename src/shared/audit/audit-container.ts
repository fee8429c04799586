import { discoverDays, type DaySpan, type ScopeDay } from '#shared/azure/discover-days.ts';
import type { LogObjectListing } from '#shared/azure/log-object-listing.ts';
import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import type { CheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { WatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { parseLogObjectName } from '#shared/log-object-name.ts';
import { addAccounts, EMPTY_ACCOUNT, type ByteAccount } from './byte-account.ts';
import { circumstancesOf, dayStart } from './circumstances.ts';
import { compareDay, type DatedLogObject } from './compare-day.ts';
import type { Finding } from './finding.ts';
import { judgeGone } from './judge-gone.ts';
import { judgeListing } from './judge-listing.ts';
import { repairMessages } from './repair-messages.ts';
import { ageSeconds, earlier } from './unsettled-since.ts';

/** What is audited. */
export interface AuditPlan {
  readonly container: string;
  /** Log objects whose hour starts at or after this moment, epoch ms. */
  readonly from: number;
  /** Log objects whose hour starts before this moment, epoch ms. */
  readonly to: number;
  readonly horizonHours: number;
  /** What bytes may take from Azure to the destination before they count as missing, ms. */
  readonly graceMs: number;
}

/** What an audit needs of the world. */
export interface AuditPorts {
  readonly listing: LogObjectListing;
  /** The days of a span where they are known without a walk over the container. */
  readonly days?: (span: DaySpan) => AsyncIterable<ScopeDay> | Iterable<ScopeDay>;
  readonly checkpoints: Pick<CheckpointStore, 'between'>;
  readonly watermarks: Pick<WatermarkStore, 'read'>;
  /** True when ranges of history wait in their queue. */
  readonly historyEnqueued: () => Promise<boolean>;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds that the audit may still use. */
  readonly remainingMs: () => number;
  /** Every checkpoint there is: finds scopes that Azure no longer lists at all. Left out where that costs too much. */
  readonly everyCheckpoint?: () => AsyncIterable<Checkpoint>;
  /** Takes the ranges that would read what is missing; left out, nothing is changed. */
  readonly repairs?: { send(messages: readonly OutgoingMessage[]): Promise<void> };
}

/** Who hears of what the audit sees, scope-day by scope-day, so that the audit itself holds one of them at a time. */
export interface AuditNotes {
  hour(scope: string, hourStart: number, account: ByteAccount): void;
  finding(finding: Finding): void;
  dayCompared(): void;
}

/** The result for a container. It adds up when there are no findings. */
export interface ContainerAudit {
  readonly storageAccount: string;
  readonly container: string;
  /** Epoch ms. */
  readonly watermark: number | undefined;
  readonly account: ByteAccount;
  readonly findings: number;
  /** Seconds since the earliest {@link unsettledSince}, without history that waits in its own lane. */
  readonly oldestUnsettledByteAge: number;
  /** Names that are not those of hourly log objects: they are read by nobody and counted in no figure. */
  readonly unrecognised: number;
  readonly unrecognisedExample: string | undefined;
  readonly repairedRanges: number;
  readonly repairedBytes: number;
}

/** Days compared side by side; each costs one query and one listing. */
const CONCURRENCY = 16;
const DAYS_PER_STEP = 64;
/** What a step may take. */
const RESERVE_MS = 60_000;
/** Sorts behind every name of a day. */
const LAST = '\uFFFF';

/**
 * Compares what Azure lists of a container with the checkpoints. Throws AUDIT_UNFINISHED when the time runs out: an
 * audit of a part proves nothing. Throws what listing, the table or the queue throw.
 */
export async function auditContainer(
  plan: AuditPlan,
  ports: AuditPorts,
  notes: AuditNotes,
): Promise<ContainerAudit> {
  const { container, from, to, horizonHours, graceMs } = plan;
  const { listing, checkpoints, watermarks, now, repairs } = ports;
  const startedAt = now();
  const { account } = listing;
  const state = await watermarks.read(account, container);
  const historyEnqueued = await ports.historyEnqueued();
  const circumstances = circumstancesOf(state, { now: startedAt, horizonHours, graceMs, historyEnqueued });
  const place = { account, container };

  let totals = EMPTY_ACCOUNT;
  let since: number | undefined;
  const counts = { findings: 0, unrecognised: 0, repairedRanges: 0, repairedBytes: 0 };
  let unrecognisedExample: string | undefined;
  const unrecognised = (name: string): void => {
    counts.unrecognised += 1;
    unrecognisedExample ??= name;
  };
  const found = async (findings: readonly Finding[]): Promise<void> => {
    for (const finding of findings) {
      counts.findings += 1;
      if (repairs !== undefined && finding.repair.length > 0) {
        await repairs.send(repairMessages(finding.repair, `repair ${startedAt}`));
        counts.repairedRanges += finding.repair.length;
        counts.repairedBytes += finding.bytes;
      }
      notes.finding(finding);
    }
  };
  const wanted = (hourStart: number): boolean => hourStart >= from && hourStart < to;

  const compare = async ({ scope, prefix }: ScopeDay): Promise<void> => {
    const rest = prefix.slice(scope.length);
    const known = (await checkpoints.between(account, container, scope, rest, `${rest}${LAST}`)).flatMap(
      (checkpoint) => {
        const parsed = parseLogObjectName(checkpoint.logObject.name);
        return parsed !== undefined && wanted(parsed.hourStart)
          ? [{ checkpoint, hourStart: parsed.hourStart }]
          : [];
      },
    );
    const listed: DatedLogObject[] = [];
    for await (const page of listing.below(container, prefix)) {
      for (const each of page) {
        const parsed = parseLogObjectName(each.name);
        if (parsed === undefined || parsed.scope !== scope) unrecognised(each.name);
        else if (wanted(parsed.hourStart)) listed.push({ listed: each, hourStart: parsed.hourStart });
      }
    }
    const { hours, findings, unsettledSince } = compareDay(place, listed, known, circumstances);
    for (const [hourStart, hour] of hours) {
      totals = addAccounts(totals, hour);
      notes.hour(scope, hourStart, hour);
    }
    since = earlier(since, unsettledSince);
    await found(findings);
    notes.dayCompared();
  };

  const scopes = new Set<string>();
  const span = { since: dayStart(from), until: to - 1, position: '' };
  let step: ScopeDay[] = [];
  const compareStep = async (): Promise<void> => {
    if (ports.remainingMs() < RESERVE_MS) throw unfinished(plan, totals);
    await mapConcurrently(step, CONCURRENCY, compare);
    step = [];
  };
  const days =
    ports.days?.(span) ??
    discoverDays(listing, container, span, { scopeFound: () => undefined, unrecognised });
  for await (const day of days) {
    scopes.add(day.scope);
    step.push(day);
    if (step.length === DAYS_PER_STEP) await compareStep();
  }
  await compareStep();
  await found(judgeListing(plan, circumstances, since));

  if (ports.everyCheckpoint !== undefined) {
    for await (const checkpoint of ports.everyCheckpoint()) {
      const { logObject } = checkpoint;
      const parsed = parseLogObjectName(logObject.name);
      const isOther = logObject.account !== account || logObject.container !== container;
      if (isOther || parsed === undefined || !wanted(parsed.hourStart) || scopes.has(parsed.scope)) continue;
      const finding = judgeGone(checkpoint, false);
      if (finding !== undefined) await found([finding]);
      const gone = { ...EMPTY_ACCOUNT, goneLogObjects: finding === undefined ? 1 : 0 };
      totals = addAccounts(totals, gone);
      notes.hour(parsed.scope, parsed.hourStart, gone);
    }
  }

  return {
    storageAccount: account,
    container,
    watermark: state.watermark,
    account: totals,
    oldestUnsettledByteAge: ageSeconds(since, startedAt),
    unrecognisedExample,
    ...counts,
  };
}

function unfinished({ container }: AuditPlan, { logObjects }: ByteAccount): CrosstrailError {
  const what = `the time was up after ${logObjects} log objects of ${container}`;
  return new CrosstrailError('AUDIT_UNFINISHED', what, { container, logObjects });
}
