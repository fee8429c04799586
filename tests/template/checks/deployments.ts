import type { Parameters } from '../permissions.ts';

const ACCOUNT = '111122223333';
const ID = '0f0e0d0c-1111-4222-8333-444455556666';

/** Everything that is off by default, on. */
const EVERYTHING: Parameters = {
  KmsKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/${ID}`,
  AlarmEmail: 'security@example.com',
  NothingDeliveredHours: '60',
  Tracing: 'Active',
  EventRetentionDays: '400',
  EventInfrequentAccessDays: '30',
  ExcludeRecords: 'category:Policy',
  RedactFields: 'callerIpAddress',
  HashFields: '**.userPrincipalName',
  LakeDashboard: 'yes',
  AthenaSources: 'insights-activity-logs,insights-logs-signinlogs',
};

const APPLICATION: Parameters = { EntraTenants: ID, EntraClientId: ID };
const GRAPH: Parameters = { ...APPLICATION, GraphLogTypes: 'entra-signins' };
const OFFICE365: Parameters = {
  ...APPLICATION,
  Office365LogTypes: 'office365-exchange,office365-general',
  EntraCredentialSecret: 'crosstrail/entra-application',
  RawRetentionDays: '400',
};

const ENTRA_SECRET_BY_ARN: Parameters = {
  EntraCredentialSecret: `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:entra-AbCdEf`,
};

const EXISTING_STORE: Parameters = {
  CloudTrailEventDataStoreArn: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:eventdatastore/${ID}`,
};

const SECRET: Parameters = { AzureAuthentication: 'ConnectionString' };
const SECRET_BY_ARN: Parameters = {
  AzureAuthentication: 'ConnectionString',
  AzureStorageConnectionStringSecret: `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:azure-AbCdEf`,
};
const NO_SECRET: Parameters = {
  AzureAuthentication: 'WorkloadIdentity',
  AzureStorageConnectionStringSecret: '',
  AzureTenantId: ID,
  AzureClientId: ID,
  AzureStorageAccountUrls: 'https://account.blob.core.windows.net',
};

/** Deployments that between them make every resource, each option on and off: enough for rules about single resources. */
export const EVERY_RESOURCE = ['both', 'both-everything'] as const;

/**
 * Deployments whose resources the linters see: each destination with each way to sign in, and every option both on and
 * off. Linters do not know which conditions go together, so that each deployment is written out for them.
 */
export const DEPLOYMENTS: Readonly<Record<string, Parameters>> = {
  lake: { Destination: 'CloudTrailLake', ...SECRET, OperationsDashboard: 'no' },
  'lake-graph': { Destination: 'CloudTrailLake', ...SECRET, ...GRAPH },
  'lake-everything': { Destination: 'CloudTrailLake', ...NO_SECRET, ...EVERYTHING, ...OFFICE365 },
  s3: { Destination: 'S3', ...NO_SECRET, AzureStorageContainerName: 'account/insights-activity-logs' },
  's3-everything': {
    Destination: 'S3',
    ...SECRET_BY_ARN,
    ...EVERYTHING,
    ...GRAPH,
    ...OFFICE365,
    ...ENTRA_SECRET_BY_ARN,
  },
  'collectors-only': {
    Destination: 'S3',
    ...SECRET,
    ...GRAPH,
    AzureStorageContainerName: '',
    AzureStorageConnectionStringSecret: '',
  },
  both: { Destination: 'Both', ...SECRET, ...EXISTING_STORE, AlarmEmail: 'a@example.com' },
  'both-everything': { Destination: 'Both', ...NO_SECRET, ...EVERYTHING, ...OFFICE365, ...GRAPH },
};
