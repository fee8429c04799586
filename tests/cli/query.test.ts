import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lambdaEnvironment } from '#local/local-cloud.ts';
import { closeServer, listenOnLoopback } from '#local/loopback-server.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const CROSSTRAIL = fileURLToPath(new URL('../../bin/crosstrail.js', import.meta.url));
const UID_QUERY = 'SELECT eventData.uid FROM <EventDataStoreId> ORDER BY 1';

let pipeline: Pipeline;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstrail-query-'));
  await writeFile(join(folder, 'uids.sql'), UID_QUERY);
  pipeline = await Pipeline.start({ destination: 'Both' });
  const records = ['a', 'b', 'c'].map((marker) => line(marker).replace('2026-', '2025-'));
  await pipeline.append(nameAt('2025-11-20T12'), records.join(''));
  await pipeline.aggregate();
  await pipeline.process();
});
afterAll(async () => {
  await pipeline.close();
  await rm(folder, { recursive: true });
});

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function query(
  args: readonly string[],
  { stdin = '', ...change }: Record<string, string> = {},
): Promise<Run> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...lambdaEnvironment(pipeline.cloud, [CONTAINER], 'Both'),
    CROSSTRAIL_EVENT_DATA_STORE_ID: pipeline.cloud.lake.eventDataStoreId,
    ...change,
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CROSSTRAIL, 'query', ...args],
      { env, cwd: folder },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}

async function uids(...args: readonly string[]): Promise<string[]> {
  const { stdout } = await query([...args, '--json']);
  return (JSON.parse(stdout) as { readonly uid: string }[]).map(({ uid }) => uid);
}

describe('crosstrail query', () => {
  it('runs a file in CloudTrail Lake, or on the objects in S3, with the same rows', async () => {
    const expected = await pipeline.uids();

    expect(expected).toHaveLength(3);
    expect(await uids('uids.sql')).toEqual(expected);
    expect(await uids('uids.sql', '--on', 'lake')).toEqual(expected);
    expect(await uids('uids.sql', '--on', 's3')).toEqual(expected);
  });

  it('asks S3 without being told where that is the only destination', async () => {
    const sql = 'SELECT DISTINCT source FROM <EventDataStoreId>';

    const { stdout } = await query(['-', '--json'], { stdin: sql, DESTINATION: 'S3' });

    expect(JSON.parse(stdout)).toEqual([{ source: CONTAINER }]);
  });

  it('takes a name of queries/, and how far it looks back', async () => {
    const near = await query(['changes']);
    const far = await query(['changes', '--days', '3650']);

    expect(near).toMatchObject({ code: 0, stdout: expect.stringContaining('0 rows') as string });
    expect(far.stdout).toContain('3 rows');
    expect(far.stdout).toContain('MICROSOFT.RESOURCES');
  });

  it('asks Athena for the difference between both', async () => {
    const args = ['athena/difference', '--on', 's3', '--days', '3650'];

    expect(await query(args)).toMatchObject({ code: 0, stdout: expect.stringContaining('0 rows') as string });
  });

  it('shows a page of rows after the other', async () => {
    const numbers = 'SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n)';

    const { stdout } = await query(['-', '--json'], { stdin: numbers });

    const rows = JSON.parse(stdout) as { readonly n: string }[];
    expect(rows.map(({ n }) => Number(n))).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
  });
});

/** What CloudFormation answers to DescribeStacks. */
function stackAnswer(outputs: Readonly<Record<string, string>>): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>
    <member><StackId>arn:aws:cloudformation:us-east-1:111122223333:stack/audit/1</StackId><Outputs>${members.join('')}</Outputs></member>
  </Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

describe('of a stack', () => {
  let cloudFormation: Server;
  let endpoint: string;
  beforeAll(async () => {
    const { eventDataStoreId } = pipeline.cloud.lake;
    const outputs = {
      EventDataStoreId: eventDataStoreId,
      AthenaDatabase: 'audit',
      AthenaWorkGroupName: 'audit-group',
    };
    cloudFormation = createServer((_, response) => response.end(stackAnswer(outputs)));
    endpoint = await listenOnLoopback(cloudFormation, 0);
  });
  afterAll(async () => closeServer(cloudFormation));

  it('CloudTrail Lake is asked', async () => {
    const { stdout } = await query(['uids.sql', '--stack', 'audit'], {
      AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
      CROSSTRAIL_EVENT_DATA_STORE_ID: '',
    });

    expect(stdout).toContain('3 rows');
  });

  it('for Athena it prints commands that a shell takes as they are', async () => {
    const sql = "SELECT 'it''s' FROM <EventDataStoreId>";

    const { code, stdout } = await query(['-', '--stack', 'audit', '--on', 's3'], {
      stdin: sql,
      AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
    });

    const [start = '', results] = stdout.split('\n').filter((text) => text.startsWith('aws athena '));
    const { stdout: words } = await promisify(execFile)('sh', ['-c', `printf '%s\\n' ${start}`]);
    expect(code).toBe(0);
    expect(words.split('\n').slice(0, -1)).toEqual([
      'aws',
      'athena',
      'start-query-execution',
      '--work-group',
      'audit-group',
      '--query-execution-context',
      'Database=audit',
      '--query-string',
      "SELECT 'it''s' FROM audit.events",
    ]);
    expect(results).toBe('aws athena get-query-results --query-execution-id ID');
  });
});

describe('what goes wrong ends with exit code 2 and says what to do', () => {
  it.each([
    ['a file that is none', ['none.sql'], {}, 'none.sql is neither a file that can be read nor one of'],
    ['a bad statement', ['-'], { stdin: 'SELECT nothing FROM <EventDataStoreId>' }, 'QUERY_FAILED: '],
    ['a bad statement in S3', ['-', '--on', 's3'], { stdin: 'DROP TABLE events' }, 'Only a SELECT'],
    [
      'a query that fails at run time',
      ['-'],
      { stdin: "SELECT CAST('x' AS bigint)" },
      'the query ended as FAILED',
    ],
    [
      'no store',
      ['uids.sql'],
      { CROSSTRAIL_EVENT_DATA_STORE_ID: '' },
      'CROSSTRAIL_EVENT_DATA_STORE_ID is not set',
    ],
    ['no bucket', ['uids.sql', '--on', 's3'], { EVENT_BUCKET_NAME: '' }, 'EVENT_BUCKET_NAME is not set'],
    [
      'no local S3',
      ['uids.sql', '--on', 's3'],
      { AWS_ENDPOINT_URL_S3: '' },
      'AWS_ENDPOINT_URL_S3 is not set',
    ],
    [
      'objects of others',
      ['uids.sql', '--on', 's3'],
      { AZURE_STORAGE_CONTAINER_NAME: 'x' },
      'no partition source=',
    ],
  ])('%s', async (_, args, change, complaint) => {
    const { code, stdout, stderr } = await query(args, change);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(complaint);
    expect(stderr).toContain('What to do: ');
  });
});
