import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CONNECTION_STRING_SECRET, lambdaEnvironment } from '#local/local-cloud.ts';
import { closeServer, listenOnLoopback } from '#local/loopback-server.ts';
import type { LocalWorkloadIdentity } from '#local/workload-identity.ts';
import type { Check } from '#cli/doctor/check.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../../pipeline/pipeline.ts';

const CROSSTRAIL = fileURLToPath(new URL('../../../bin/crosstrail.js', import.meta.url));
const BY_SECRET = {
  AZURE_AUTHENTICATION: 'ConnectionString',
  AZURE_STORAGE_CONNECTION_STRING_SECRET: CONNECTION_STRING_SECRET,
};

let pipeline: Pipeline;
let identity: LocalWorkloadIdentity;

beforeAll(async () => {
  pipeline = await Pipeline.start({ withWorkloadIdentity: true });
  const { workloadIdentity } = pipeline.cloud;
  if (workloadIdentity === undefined) throw new Error('the cloud has no workload identity');
  identity = workloadIdentity;
  await pipeline.append(nameAt('2026-11-20T10'), line('a'));
});
afterEach(() => {
  identity.sts.isFederationEnabled = true;
  identity.entra.applications.delete(identity.clientId);
  identity.federate(identity.sts.roleArn);
});
afterAll(async () => pipeline.close());

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function doctor(
  args: readonly string[],
  change: Readonly<Record<string, string | undefined>> = {},
): Promise<Run> {
  const env = {
    PATH: process.env['PATH'],
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...lambdaEnvironment(pipeline.cloud, [CONTAINER]),
    ...change,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [CROSSTRAIL, 'doctor', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function checks(
  change: Readonly<Record<string, string | undefined>> = {},
  args: readonly string[] = [],
): Promise<{ code: number; ok: boolean; told: string[]; of: (name: string) => Check | undefined }> {
  const { code, stdout } = await doctor([...args, '--json'], change);
  const report = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  return {
    code,
    ok: report.ok,
    told: report.checks.map(({ name, status }) => `${status} ${name}`),
    of: (name) => report.checks.find((each) => each.name === name),
  };
}

const STATE = [
  'ok checkpoint table',
  'ok range queue',
  'ok backfill queue',
  'ok range dead-letter queue',
  'ok failure queue',
];

describe('a deployment that works', () => {
  it('by the role: everything is well', async () => {
    const { code, ok, told, of } = await checks();

    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(told).toEqual([
      'ok AWS credentials and Region',
      'ok CloudTrail Lake',
      'ok outbound identity federation',
      'ok sign-in to Entra ID',
      `ok container devstoreaccount1/${CONTAINER}`,
      ...STATE,
    ]);
    expect(of('outbound identity federation')?.detail).toContain(identity.sts.issuer);
  });

  it('by a secret, with rows in S3', async () => {
    const { code, told } = await checks({
      ...BY_SECRET,
      ...lambdaEnvironment(pipeline.cloud, [CONTAINER], 'S3'),
      ...BY_SECRET,
    });

    expect(code).toBe(0);
    expect(told).toEqual([
      'ok AWS credentials and Region',
      'skipped CloudTrail Lake',
      'ok secret with the connection strings',
      `ok container devstoreaccount1/${CONTAINER}`,
      ...STATE,
      'ok bucket of the events',
    ]);
  });

  it('for a person it is a line for each, and a verdict', async () => {
    const { code, stdout } = await doctor([]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +AWS credentials and Region +arn:aws:sts::/m);
    expect(stdout).toContain('Nothing is wrong.');
  });

  it('before it is deployed, what does not exist yet is left out', async () => {
    const nothing = Object.fromEntries(
      Object.keys(lambdaEnvironment(pipeline.cloud, [CONTAINER]))
        .filter((name) => !/^(AWS_|NODE_)/.test(name))
        .map((name) => [name, undefined]),
    );

    const { code, told } = await checks(nothing);

    expect(code).toBe(0);
    expect(told).toEqual(['ok AWS credentials and Region', 'ok CloudTrail Lake', 'skipped sign-in to Azure']);
  });
});

describe('what is missing is named, with what to do', () => {
  it.each<
    [
      what: string,
      change: Readonly<Record<string, string | undefined>>,
      arrange: () => void,
      name: string,
      tells: string,
    ]
  >([
    [
      'a Region',
      { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined },
      () => undefined,
      'AWS credentials and Region',
      'AWS_REGION',
    ],
    [
      'credentials',
      { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      () => undefined,
      'AWS credentials and Region',
      'aws sso login',
    ],
    [
      'federation',
      {},
      () => void (identity.sts.isFederationEnabled = false),
      'outbound identity federation',
      'aws iam enable-outbound-web-identity-federation',
    ],
    [
      'the tenant',
      { AZURE_TENANT_ID: '00000000-0000-4000-8000-000000000000' },
      () => undefined,
      'sign-in to Entra ID',
      'AzureTenantId',
    ],
    ['a parameter', { AZURE_CLIENT_ID: '' }, () => undefined, 'settings of Azure', 'AzureClientId'],
    [
      'a container',
      { AZURE_STORAGE_CONTAINER_NAME: 'insights-logs-none' },
      () => undefined,
      'container devstoreaccount1/insights-logs-none',
      'container name',
    ],
    [
      'a secret',
      { ...BY_SECRET, AZURE_STORAGE_CONNECTION_STRING_SECRET: 'crosstrail/none' },
      () => undefined,
      'secret with the connection strings',
      'secretsmanager:GetSecretValue',
    ],
    ['the table', { CHECKPOINT_TABLE_NAME: 'crosstrail-none' }, () => undefined, 'checkpoint table', 'table'],
    [
      'a queue',
      { FAILURE_QUEUE_URL: 'http://127.0.0.1:9/000000000000/none' },
      () => undefined,
      'failure queue',
      'queue URL',
    ],
    [
      'a bucket',
      { EVENT_BUCKET_NAME: 'crosstrail-none' },
      () => undefined,
      'bucket of the events',
      'permissions',
    ],
  ])('%s', async (_, change, arrange, name, tells) => {
    arrange();

    const { code, ok, of } = await checks(change);

    expect({ code, ok }).toEqual({ code: 1, ok: false });
    expect(of(name)).toMatchObject({ status: 'failed' });
    expect(`${of(name)?.detail} ${of(name)?.fix}`).toContain(tells);
  });

  it('one missing thing does not hide another', async () => {
    const { told } = await checks({
      AZURE_STORAGE_CONTAINER_NAME: `insights-logs-none,${CONTAINER}`,
      CHECKPOINT_TABLE_NAME: 'crosstrail-none',
    });

    expect(told.filter((each) => each.startsWith('failed'))).toEqual([
      'failed container devstoreaccount1/insights-logs-none',
      'failed checkpoint table',
    ]);
    expect(told).toContain(`ok container devstoreaccount1/${CONTAINER}`);
  });
});

it('a person whose own role is not let in is no failure: the functions have theirs', async () => {
  identity.entra.applications.set(identity.clientId, []);

  const { code, of, told } = await checks();

  expect(code).toBe(0);
  expect(of('sign-in to Entra ID')).toMatchObject({
    status: 'skipped',
    detail: expect.stringContaining(identity.sts.roleArn),
    fix: expect.stringContaining('federated credential'),
  });
  expect(told).toContain('skipped containers');
});

it('no secret and no token is printed', async () => {
  const { stdout, stderr } = await doctor([]);
  const secret = await doctor(['--json'], BY_SECRET);

  const printed = stdout + stderr + secret.stdout + secret.stderr;
  const tokens = [...identity.sts.tokens, ...identity.entra.tokens].flatMap((token) =>
    token.split('.').slice(1),
  );
  expect(tokens.length).toBeGreaterThan(2);
  expect(tokens.filter((part) => printed.includes(part))).toEqual([]);
  expect(printed).not.toContain('AccountKey');
});

describe('a stack', () => {
  let cloudFormation: Server;
  let endpoint: string;
  const state = { status: 'CREATE_COMPLETE', events: '', isThere: true };

  beforeAll(async () => {
    cloudFormation = createServer((request, response) => {
      void (async () => {
        const body = await text(request);
        const action = new URLSearchParams(body).get('Action') ?? '';
        if (!state.isThere) response.statusCode = 400;
        response.end(answerTo(action));
      })();
    });
    endpoint = await listenOnLoopback(cloudFormation, 0);
  });
  afterAll(async () => closeServer(cloudFormation));

  function answerTo(action: string): string {
    const namespace = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';
    if (!state.isThere) {
      return `<ErrorResponse ${namespace}><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id crosstrail does not exist</Message></Error></ErrorResponse>`;
    }
    if (action === 'DescribeStackEvents') {
      return `<DescribeStackEventsResponse ${namespace}><DescribeStackEventsResult><StackEvents>${state.events}</StackEvents></DescribeStackEventsResult></DescribeStackEventsResponse>`;
    }
    const environment = lambdaEnvironment(pipeline.cloud, [CONTAINER]);
    const parameters = {
      AzureStorageContainerName: CONTAINER,
      AzureAuthentication: 'WorkloadIdentity',
      AzureTenantId: environment['AZURE_TENANT_ID'],
      AzureClientId: environment['AZURE_CLIENT_ID'],
      AzureStorageAccountUrls: environment['AZURE_STORAGE_ACCOUNT_URLS'],
      AzureAuthorityHost: environment['AZURE_AUTHORITY_HOST'],
    };
    const members = Object.entries(parameters).map(
      ([key, value]) =>
        `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${value}</ParameterValue></member>`,
    );
    const outputs = `<member><OutputKey>CheckpointTableName</OutputKey><OutputValue>${environment['CHECKPOINT_TABLE_NAME']}</OutputValue></member>`;
    return `<DescribeStacksResponse ${namespace}><DescribeStacksResult><Stacks><member><StackName>crosstrail</StackName><StackStatus>${state.status}</StackStatus><Parameters>${members.join('')}</Parameters><Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  }

  function event(resource: string, status: string, reason = ''): string {
    return `<member><LogicalResourceId>${resource}</LogicalResourceId><ResourceStatus>${status}</ResourceStatus><ResourceStatusReason>${reason}</ResourceStatusReason></member>`;
  }

  const ofStack = () => checks({ AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint }, ['--stack', 'crosstrail']);

  it('that is deployed is checked by its parameters and outputs', async () => {
    Object.assign(state, { status: 'UPDATE_COMPLETE', isThere: true });

    const { code, told } = await ofStack();

    expect(code).toBe(0);
    expect(told).toEqual([
      'ok AWS credentials and Region',
      'ok stack crosstrail',
      'ok CloudTrail Lake',
      'ok outbound identity federation',
      'ok sign-in to Entra ID',
      `ok container devstoreaccount1/${CONTAINER}`,
      'ok checkpoint table',
    ]);
  });

  it('that CloudTrail Lake refused is told to use S3', async () => {
    const closed =
      'CloudTrail Lake is no longer accepting new customers. (Service: CloudTrail, Status Code: 400)';
    Object.assign(state, {
      status: 'ROLLBACK_COMPLETE',
      isThere: true,
      events: [
        event('crosstrail', 'ROLLBACK_COMPLETE'),
        event('AlarmTopic', 'CREATE_FAILED', 'Resource creation cancelled'),
        event('EventDataStore', 'CREATE_FAILED', closed),
        event('crosstrail', 'CREATE_IN_PROGRESS', 'User Initiated'),
        event('Old', 'CREATE_FAILED', 'of an earlier deployment'),
      ].join(''),
    });

    const { code, of } = await ofStack();

    expect(code).toBe(1);
    expect(of('stack crosstrail')).toEqual({
      name: 'stack crosstrail',
      status: 'failed',
      detail: `ROLLBACK_COMPLETE: EventDataStore: ${closed}`,
      fix: expect.stringContaining('Destination=S3'),
    });
  });

  it('that does not exist says so', async () => {
    state.isThere = false;

    const { code, of } = await ofStack();

    expect(code).toBe(1);
    expect(of('stack crosstrail')).toMatchObject({
      status: 'failed',
      detail: 'there is no stack crosstrail in this Region',
    });
  });
});
