import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { COLLECTION_TABLE, lambdaEnvironment } from '#local/local-cloud.ts';
import { RAW_BUCKET } from '#local/s3.ts';
import { RANGE_QUEUE } from '#local/sqs.ts';
import { CONTAINER, line, type Pipeline } from '../pipeline/pipeline.ts';
import { AuditedPipeline } from '../shared/audit/audited-pipeline.ts';

const CROSSTRAIL = fileURLToPath(new URL('../../bin/crosstrail.js', import.meta.url));
const LENGTH = line('a').length;

let audited: AuditedPipeline;
let pipeline: Pipeline;

beforeEach(async () => {
  audited = await AuditedPipeline.start();
  ({ pipeline } = audited);
});
afterEach(async () => audited.close());

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function audit(args: readonly string[], change: Readonly<Record<string, string>> = {}): Promise<Run> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...lambdaEnvironment(pipeline.cloud, [CONTAINER]),
    ...change,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [CROSSTRAIL, 'audit', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

interface Report {
  readonly addsUp: boolean;
  readonly containers: readonly {
    readonly rows: readonly Record<string, unknown>[];
    readonly findings: readonly Record<string, unknown>[];
    readonly repairedRanges: number;
  }[];
}

async function report(...args: string[]): Promise<Report> {
  const { stdout } = await audit(['--json', ...args]);
  return JSON.parse(stdout) as Report;
}

/** UTC day that began so many days before today. */
function day(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
}

/** A log object that grew after its day left the horizon. */
async function growTooLate(): Promise<string> {
  const name = audited.nameOf(5 * 24);
  await pipeline.append(name, line('a'));
  await audited.run();
  await pipeline.append(name, line('late'));
  return name;
}

describe('crosstrail audit', () => {
  it('audits collectors where there is no storage account, and refuses to audit nothing', async () => {
    const without = { AZURE_STORAGE_CONTAINER_NAME: '', AZURE_STORAGE_CONNECTION_STRING_SECRET: '' };
    const collecting = {
      RAW_BUCKET_NAME: RAW_BUCKET,
      COLLECTION_TABLE_NAME: COLLECTION_TABLE,
      ENTRA_TENANTS: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
      GRAPH_LOG_TYPES: 'entra-signins',
    };

    const collected = await audit([], { ...without, ...collecting });
    const unknown = await audit(['--container', 'none'], { ...without, ...collecting });
    const unset = await audit([], without);
    const nothing = await audit([], { ...without, ...collecting, GRAPH_LOG_TYPES: '' });

    expect(collected.code).toBe(1);
    expect(collected.stdout).toContain('nothing was collected yet');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('--container none is no container: none is configured');
    for (const { code, stdout } of [unset, nothing])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(unset.stderr).toContain('AZURE_STORAGE_CONTAINER_NAME is not set');
    expect(nothing.stderr).toContain('there is nothing to audit');
  });

  it('says that it adds up, with the figures, and ends with 0', async () => {
    await pipeline.append(audited.nameOf(30), `${line('a')}not json\n`);
    await audited.run();

    const { code, stdout } = await audit([]);

    expect(code).toBe(0);
    const sum = `${LENGTH + 9} bytes listed = ${LENGTH} delivered + 9 rejected + 0 framing + 0 pending`;
    expect(stdout).toContain(`It adds up: ${sum}. Nothing is missing.`);
    expect(stdout).toContain(
      audited
        .nameOf(30)
        .match(/y=(\d+)\/m=(\d+)\/d=(\d+)/)
        ?.slice(1)
        .join('-'),
    );
  });

  it('names each finding with its cause and what to do, and ends with 1', async () => {
    const name = await growTooLate();

    const { code, stdout } = await audit([]);

    expect(code).toBe(1);
    expect(stdout).toContain('grown-after-horizon: 1 finding\n');
    expect(stdout).toContain('It grew after its day left the horizon');
    expect(stdout).toContain('What to do: Enqueue it with --repair.');
    expect(stdout).toContain(`${CONTAINER}/${name}`);
    expect(stdout).toContain(`It does NOT add up: 1 finding, ${line('late').length} bytes. --repair`);
    expect(await pipeline.takeRanges()).toEqual([]);
  });

  it('--repair enqueues what is missing, and then it adds up', async () => {
    await growTooLate();

    const repair = await audit(['--repair']);
    const [message, ...others] = await pipeline.takeRanges([RANGE_QUEUE]);
    const { MessageId: messageId = '', Body: body = '' } = message ?? {};
    const unsettled = await pipeline.process([{ messageId, body }]);

    expect(repair.code).toBe(1);
    expect(repair.stdout).toContain(`1 range of ${line('late').length} bytes enqueued`);
    expect([others, unsettled]).toEqual([[], []]);
    expect(await audit([])).toMatchObject({ code: 0 });
    expect(await pipeline.uids()).toHaveLength(2);
  });

  it('--json prints the same for machines', async () => {
    const name = await growTooLate();

    const { addsUp, containers } = await report();

    expect(addsUp).toBe(false);
    expect(containers).toMatchObject([
      {
        container: CONTAINER,
        account: { listedBytes: LENGTH + line('late').length, deliveredRecords: 1 },
        rows: [{ day: day(5), pendingBytes: line('late').length, findings: 1 }],
        findings: [
          {
            kind: 'grown-after-horizon',
            logObject: name,
            bytes: line('late').length,
            fix: expect.stringContaining('--repair') as unknown,
            repairable: true,
          },
        ],
      },
    ]);
  });

  it('groups by day, hour or scope, as asked', async () => {
    const other = 'BBBBBBBB-0000-0000-0000-000000000002';
    await pipeline.append(audited.nameOf(30), line('a'));
    await pipeline.append(audited.nameOf(30, other), line('a'));
    await audited.run();
    const hour = new Date(Date.now() - 30 * 3_600_000).toISOString().slice(0, 13);

    const [byHour, byScope] = [await report('--by', 'hour'), await report('--by', 'scope')];

    expect(byHour.containers[0]?.rows).toMatchObject([{ hour, deliveredRecords: 2 }]);
    expect(byScope.containers[0]?.rows.map(({ scope }) => scope)).toEqual([
      'resourceId=/SUBSCRIPTIONS/AAAAAAAA-0000-0000-0000-000000000001/',
      `resourceId=/SUBSCRIPTIONS/${other}/`,
    ]);
  });

  it('looks at the days that it is told to, the last one included', async () => {
    for (const daysAgo of [4, 3, 2]) await pipeline.append(audited.nameOf(daysAgo * 24), line('a'));
    await audited.run();

    const days = await report('--from', day(4), '--to', day(3));
    const hours = await report('--from', `${day(4)}T00:00Z`, '--to', `${day(3)}T00:00Z`);

    expect(days.containers[0]?.rows.map((row) => row['day'])).toEqual([day(4), day(3)]);
    expect(hours.containers[0]?.rows.map((row) => row['day'])).toEqual([day(4)]);
  });

  it('finds a scope that is gone from Azure with all that it held', async () => {
    const name = audited.nameOf(30, 'BBBBBBBB-0000-0000-0000-000000000002');
    await pipeline.append(audited.nameOf(30), line('a'));
    await pipeline.append(name, line('a'));
    await audited.list();
    await pipeline.blobs().getBlobClient(name).delete();
    await pipeline.process();

    const { containers } = await report();

    expect(containers[0]?.findings).toMatchObject([
      { kind: 'deleted-before-read', logObject: name, repairable: false },
    ]);
  });
});

describe('wrong use ends with 2 and says what is wrong', () => {
  it.each([
    ['a day that does not exist', ['--from', '2026-02-31'], 'must be a UTC day'],
    ['a time without a zone', ['--to', '2026-11-20T10:00'], 'must be a UTC day'],
    ['an end before the start', ['--from', day(2), '--to', day(3)], '--from is not before --to'],
    ['days whose checkpoints have expired', ['--from', '2020-01-01'], 'since when checkpoints are kept'],
    ['a container that is not configured', ['--container', 'nope'], `nope is none of ${CONTAINER}`],
    ['a grouping that does not exist', ['--by', 'week'], 'Allowed choices are day, hour, scope'],
    ['an option that does not exist', ['--fix'], "unknown option '--fix'"],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await audit(args);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  it('a container that Azure does not have', async () => {
    const { code, stderr } = await audit([]);

    expect(code).toBe(2);
    expect(stderr).toContain('CONTAINER_NOT_FOUND');
    expect(stderr).toContain('What to do:');
  });

  it('settings that are missing, all together', async () => {
    const { code, stderr } = await audit([], { CHECKPOINT_TABLE_NAME: '', RANGE_QUEUE_URL: '' });

    expect(code).toBe(2);
    expect(stderr).toMatch(/CHECKPOINT_TABLE_NAME.*RANGE_QUEUE_URL/);
  });
});
