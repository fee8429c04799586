import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { lambdaEnvironment } from '#local/local-cloud.ts';
import { BACKFILL_QUEUE, RANGE_QUEUE } from '#local/sqs.ts';
import { estimateBackfill } from '#shared/ranges/estimate-backfill.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const CROSSTRAIL = fileURLToPath(new URL('../../bin/crosstrail.js', import.meta.url));

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await Pipeline.start();
});
afterAll(async () => pipeline.close());

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function backfill(...args: string[]): Promise<Run> {
  return backfillTo({}, ...args);
}

function backfillTo(change: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
  const environment = lambdaEnvironment(pipeline.cloud, [CONTAINER]);
  const env = { PATH: process.env['PATH'] ?? '', ...environment, ...change };
  return new Promise((resolve) => {
    execFile(process.execPath, [CROSSTRAIL, 'backfill', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function backfilled(): Promise<string[]> {
  expect(await pipeline.takeRanges([RANGE_QUEUE])).toEqual([]);
  const messages = await pipeline.takeRanges([BACKFILL_QUEUE]);
  return messages.map(({ Body = '' }) => readRangeMessage(Body).logObject.name);
}

it('finds what grew beyond the horizon: says what it would take, then enqueues it once', async () => {
  const old = nameAt('2026-03-05T10');
  const other = nameAt('2026-03-20T10');
  await pipeline.append(old, line('a'));
  await pipeline.append(other, line('a'));
  await pipeline.aggregate();
  await pipeline.process();
  await pipeline.append(old, line('late'));
  await pipeline.append(other, line('late'));
  await pipeline.aggregate();
  expect(await pipeline.takeRanges()).toEqual([]);

  const dryRun = await backfill('--from', '2026-03-01', '--to', '2026-03-10', '--dry-run', '--json');
  expect(JSON.parse(dryRun.stdout)).toMatchObject({
    containers: [{ container: CONTAINER, days: 10, logObjects: 1, bytes: line('late').length }],
    rangesEnqueued: 0,
  });
  expect(await backfilled()).toEqual([]);

  const run = await backfill('--from', '2026-03-01', '--to', '2026-03-10');
  expect(run).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 ranges are in the lane of history'),
  });
  const messages = await pipeline.takeRanges([BACKFILL_QUEUE]);
  expect(
    await pipeline.process(
      messages.map(({ MessageId = '', Body = '' }) => ({ messageId: MessageId, body: Body })),
    ),
  ).toEqual([]);
  expect(await pipeline.uids()).toHaveLength(3);

  const toS3 = await backfillTo(
    { DESTINATION: 'S3' },
    '--from',
    '2026-03-01',
    '--to',
    '2026-03-31',
    '--dry-run',
  );
  expect(toS3.stdout).toMatch(/About \$\d+\.\d\d of S3: writing/);
  expect(toS3.stdout).not.toContain('CloudTrail Lake');

  const again = await backfill('--from', '2026-03-01', '--to', '2026-03-10', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ rangesEnqueued: 0 });
});

it('stands at the days and containers that it is given', async () => {
  expect(await backfill('--from', '2026-03-10', '--to', '2026-03-01')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--from is after --to'),
  });
  expect(await backfill('--from', 'March', '--to', '2026-03-01')).toMatchObject({ code: 2 });
  expect(await backfill('--from', '2026-03-01', '--to', '2026-03-01', '--container', 'other')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(CONTAINER),
  });
});

it('the estimate grows with the bytes, and with log objects that fill no request', () => {
  const small = estimateBackfill(2_000_000, 1);
  const many = estimateBackfill(2_000_000, 10_000);

  expect(small).toMatchObject({ records: 1000, eventBytes: 3_200_000 });
  expect(many.seconds).toBeGreaterThan(small.seconds);
  expect(estimateBackfill(1e9, 1).dollars).toBeCloseTo(0.8);
});

it('the estimate is of the chosen destination, and S3 costs a fiftieth of CloudTrail Lake', () => {
  const [lake, s3, both] = (['CloudTrailLake', 'S3', 'Both'] as const).map((destination) =>
    estimateBackfill(1e9, 100, destination),
  );

  expect(lake).toMatchObject({ s3Dollars: 0, dollars: lake?.lakeDollars });
  expect(s3).toMatchObject({ lakeDollars: 0, dollars: s3?.s3Dollars });
  expect(both?.dollars).toBeCloseTo((lake?.dollars ?? 0) + (s3?.dollars ?? 0));
  expect((lake?.dollars ?? 0) / (s3?.dollars ?? 0)).toBeGreaterThan(50);
  expect(s3?.seconds).toBeLessThan(lake?.seconds ?? 0);
});
