import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { checkAzure } from '#cli/doctor/check-azure.ts';
import { checkCollectors } from '#cli/doctor/check-collectors.ts';
import { permissionsFor, readLogTypes } from '#cli/doctor/collector-permissions.ts';
import { GRAPH_LOG_TYPES } from '#graph-collector/graph-log-types.ts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { COLLECTION_TABLE, LOCAL_REGION } from '#local/local-cloud.ts';
import type { LocalWorkloadIdentity } from '#local/workload-identity.ts';
import { LOG_TYPES } from '#mapping/log-types.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import { Pipeline } from '../../pipeline/pipeline.ts';

const HOUR_MS = 3_600_000;

let pipeline: Pipeline;
let identity: LocalWorkloadIdentity;
const before = { ...process.env };

beforeAll(async () => {
  pipeline = await Pipeline.start({ withWorkloadIdentity: true });
  const { workloadIdentity, awsEnvironment } = pipeline.cloud;
  if (workloadIdentity === undefined) throw new Error('the cloud has no workload identity');
  identity = workloadIdentity;
  // What the command line finds in the environment.
  Object.assign(process.env, awsEnvironment, workloadIdentity.environment);
});
afterAll(async () => {
  process.env = before;
  await pipeline.close();
});

function settings(change: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    COLLECTION_TABLE_NAME: COLLECTION_TABLE,
    RAW_BUCKET_NAME: 'crosstrail-raw',
    RANGE_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/crosstrail-ranges.fifo',
    ENTRA_TENANTS: identity.entra.tenantId,
    ENTRA_CLIENT_ID: identity.clientId,
    AZURE_AUTHORITY_HOST: identity.entra.authorityHost,
    GRAPH_LOG_TYPES: 'entra-signins,entra-risk-detections',
    OFFICE365_LOG_TYPES: 'office365-exchange',
    ...change,
  };
}

async function collectedUpTo(moment: number, logType: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: pipeline.cloud.awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
  await new DynamoCollectionStateStore(client, COLLECTION_TABLE).replace(identity.entra.tenantId, logType, {
    version: 1,
    positions: { first: moment },
    outbox: [],
    gaps: [{ from: moment - 2 * HOUR_MS, to: moment - HOUR_MS }],
    leasedUntil: 0,
    narrowedMs: 0,
  });
  client.destroy();
}

describe('the permissions of the collectors', () => {
  it('are well when the token of the application holds those of its logs', async () => {
    identity.entra.roles.set(identity.clientId, [
      'AuditLog.Read.All',
      'IdentityRiskEvent.Read.All',
      'ActivityFeed.Read',
    ]);

    const checks = await checkCollectors(settings());

    const { tenantId } = identity.entra;
    expect(checks.slice(0, 2)).toEqual([
      {
        name: `permissions of Microsoft Graph in ${tenantId}`,
        status: 'ok',
        detail: 'AuditLog.Read.All, IdentityRiskEvent.Read.All',
      },
      { name: `permissions of Office 365 in ${tenantId}`, status: 'ok', detail: 'ActivityFeed.Read' },
    ]);
  });

  it('that are missing, or that nobody consented to, are named with the logs that need them', async () => {
    identity.entra.roles.set(identity.clientId, ['AuditLog.Read.All']);

    const [graph, office365] = await checkCollectors(settings());

    expect(graph).toMatchObject({
      status: 'failed',
      detail: 'IdentityRiskEvent.Read.All is missing (entra-risk-detections)',
      fix: expect.stringContaining('consent') as unknown,
    });
    expect(office365).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('ActivityFeed.Read') as unknown,
    });
  });

  it('are not looked at when Entra ID lets the collectors in and the person not', async () => {
    const credentials = identity.entra.applications.get(identity.clientId) ?? [];
    identity.entra.applications.set(identity.clientId, []);

    const [graph] = await checkCollectors(settings());
    identity.entra.applications.set(identity.clientId, credentials);

    expect(graph).toMatchObject({ status: 'skipped', fix: expect.stringContaining('own roles') as unknown });
  });

  it('are those of every log, each once', () => {
    const all = permissionsFor(Object.keys(LOG_TYPES));

    expect(all.map(({ permission }) => permission).toSorted()).toEqual(
      [
        ...new Set(GRAPH_LOG_TYPES.map(({ permission }) => permission)),
        'ActivityFeed.Read',
        'ActivityFeed.ReadDlp',
      ].toSorted(),
    );
    expect(new Set(all.flatMap(({ logTypes }) => logTypes))).toEqual(new Set(Object.keys(LOG_TYPES)));
    expect(readLogTypes(' entra-audits, office365-dlp,')).toEqual(['entra-audits', 'office365-dlp']);
    expect(() => readLogTypes('entra-audit')).toThrow('LOG_TYPE_UNKNOWN');
  });
});

describe('what the collectors did', () => {
  it('is well when they are not late, with what was lost; and not looked at before their first run', async () => {
    const now = Date.now();
    await collectedUpTo(now - HOUR_MS, 'entra-signins');
    await collectedUpTo(now - 7 * HOUR_MS, 'entra-risk-detections');

    const checks = await checkCollectors(settings());

    expect(checks.slice(2).map(({ name, status }) => [name.split(' ')[0], status])).toEqual([
      ['entra-signins', 'ok'],
      ['entra-risk-detections', 'failed'],
      ['office365-exchange', 'skipped'],
    ]);
    expect(checks[2]?.detail).toBe(
      `collected up to ${new Date(now - HOUR_MS).toISOString()}; lost before: 1 spans of time`,
    );
  });

  it('is nothing without logs to collect, and wrong settings are told', async () => {
    const none = await checkCollectors(settings({ GRAPH_LOG_TYPES: '', OFFICE365_LOG_TYPES: '' }));
    const wrong = await checkCollectors(settings({ ENTRA_TENANTS: 'contoso' }));

    expect(none).toEqual([]);
    expect(wrong).toEqual([
      expect.objectContaining({
        status: 'failed',
        detail: expect.stringContaining('ENTRA_TENANTS') as unknown,
      }),
    ]);
  });
});

it('without a storage account nobody signs in to one, and doctor says why', async () => {
  const checks = await checkAzure(settings({ AZURE_STORAGE_CONTAINER_NAME: '' }));

  expect(checks).toEqual([
    {
      name: 'sign-in to Azure',
      status: 'skipped',
      detail: 'AzureStorageContainerName is empty: only collectors are read',
    },
  ]);
});
