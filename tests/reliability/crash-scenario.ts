import type { DestinationName } from './in-process/account.ts';
import { ENOUGH_MS, InProcessDeployment, type Run } from './in-process/deployment.ts';
import type { Exposure } from './in-process/instance.ts';
import { REFUSED_MARKER } from './in-process/lake.ts';
import {
  ACTIVITY,
  activityName,
  brokenRecord,
  flowName,
  flowRecord,
  FLOWS,
  recordOfSomeDay,
} from './in-process/records.ts';
import { NO_WATCHED_RULES, type WatchedRules } from './in-process/rules.ts';
import { driveToQuiet } from './in-process/drive-to-quiet.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Four or five of the scenario's records: most of its log objects take several windows. */
export const WINDOW_BYTES = 1_200;
/** Longest record of the scenario, with its line ending. */
export const LONGEST_RECORD_BYTES = 300;

function lines(markers: readonly string[], record: (marker: string) => string = recordOfSomeDay): Buffer {
  return Buffer.from(markers.map((marker) => `${record(marker)}\r\n`).join(''));
}

function count(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `n${from + index}`);
}

/** Time that is used up after so many questions for it. */
function shortTime(questions: number): () => number {
  let asked = 0;
  return () => ((asked += 1) > questions ? 1_000 : ENOUGH_MS);
}

/**
 * Four runs over growing log objects: a first run with history, whose listing pauses and goes on; several windows, a
 * time-out between two of them; a line torn in the middle of a character and completed later, a line that is no JSON,
 * records that Lake refuses, a document that grows, a late append, throttled entries and puts, events of several days,
 * a tail that never gets its end.
 * Every call is exposed to `exposure`; when all is over it is driven to quiet.
 */
export async function runScenario(
  exposure: Exposure,
  destination: DestinationName = 'CloudTrailLake',
  rules: WatchedRules = NO_WATCHED_RULES,
): Promise<InProcessDeployment> {
  const deployment = new InProcessDeployment({
    destination,
    rules,
    containers: [ACTIVITY, FLOWS],
    horizonHours: 12,
    windowBytes: WINDOW_BYTES,
    daysPerStep: 2,
    startAt: Date.parse('2026-11-20T10:40:00Z'),
    maxReceiveCount: 150,
  });
  const { storage, lake, bucket } = deployment;
  const hour = Date.parse('2026-11-20T10:00:00Z');
  const first = storage.open(ACTIVITY, activityName(hour, 'A'));
  const second = storage.open(ACTIVITY, activityName(hour, 'B'));
  const flows = storage.open(FLOWS, flowName(hour), 'document');
  const run = async (questions = 1_000): Promise<void> => {
    const invocation = (): Run => ({ exposure, remainingMs: shortTime(questions) });
    for (const container of deployment.options.containers)
      await deployment.aggregate(container, invocation());
    while (await deployment.processNext(deployment.ranges, invocation()));
    while (await deployment.processNext(deployment.backfill, invocation()));
  };

  storage.open(ACTIVITY, activityName(hour - 5 * 24 * HOUR_MS, 'A')).append(lines(['old', 'older']));
  first.append(lines(count(0, 7)));
  first.append(lines(['x'], brokenRecord));
  first.append(lines(['torn']), 11);
  second.append(lines(['a', REFUSED_MARKER, 'b']));
  flows.grow([flowRecord('1'), flowRecord('2')]);
  await run(1);

  deployment.now += 10 * MINUTE_MS;
  await run();

  deployment.now += 30 * MINUTE_MS;
  first.append(lines(count(7, 12)));
  storage.open(ACTIVITY, activityName(hour + HOUR_MS, 'A')).append(lines(count(20, 23)), 2);
  flows.grow(Array.from({ length: 9 }, (_, index) => flowRecord(String(index + 3))));
  lake.throttled.push(2, 2, 2);
  bucket.faults.push('slow-down', 'lose-answer');
  await run();

  deployment.now += 4 * HOUR_MS;
  second.append(lines(['late', REFUSED_MARKER, 'later']));
  second.append(Buffer.from('{ "time": "2026-11-20T10:0'));
  await run();

  await driveToQuiet(deployment);
  return deployment;
}
