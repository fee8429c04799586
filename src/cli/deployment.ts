import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/**
 * Names of the settings that a command of a deployment may need, with the template's output or parameter that holds
 * each. They are the environment variables of the Lambdas, so that `.crosstrail/local.env` serves the commands too.
 */
const SOURCES = {
  CHECKPOINT_TABLE_NAME: 'CheckpointTableName',
  RANGE_QUEUE_URL: 'RangeQueueUrl',
  BACKFILL_QUEUE_URL: 'BackfillQueueUrl',
  RANGE_DEAD_LETTER_QUEUE_URL: 'RangeDeadLetterQueueUrl',
  FAILURE_QUEUE_URL: 'FailureQueueUrl',
  DESTINATION: 'Destination',
  CLOUDTRAIL_CHANNEL_ARN: 'ChannelArn',
  CROSSTRAIL_EVENT_DATA_STORE_ID: 'EventDataStoreId',
  EVENT_BUCKET_NAME: 'EventBucketName',
  RAW_BUCKET_NAME: 'RawBucketName',
  COLLECTION_TABLE_NAME: 'CollectionTableName',
  ENTRA_TENANTS: 'EntraTenants',
  GRAPH_LOG_TYPES: 'GraphLogTypes',
  OFFICE365_LOG_TYPES: 'Office365LogTypes',
  ATHENA_DATABASE: 'AthenaDatabase',
  ATHENA_WORK_GROUP: 'AthenaWorkGroupName',
  INCLUDE_RECORDS: 'IncludeRecords',
  EXCLUDE_RECORDS: 'ExcludeRecords',
  REDACT_FIELDS: 'RedactFields',
  HASH_FIELDS: 'HashFields',
  HASH_KEY_SECRET: 'HashKeySecretArn',
  HORIZON_HOURS: 'HorizonHours',
  UNSETTLED_GRACE_SECONDS: 'UnsettledGraceSeconds',
  CHECKPOINT_RETENTION_DAYS: 'CheckpointRetentionDays',
  AZURE_STORAGE_CONTAINER_NAME: 'AzureStorageContainerName',
  AZURE_AUTHENTICATION: 'AzureAuthentication',
  AZURE_STORAGE_CONNECTION_STRING_SECRET: 'AzureStorageConnectionStringSecret',
  AZURE_TENANT_ID: 'AzureTenantId',
  AZURE_CLIENT_ID: 'AzureClientId',
  AZURE_STORAGE_ACCOUNT_URLS: 'AzureStorageAccountUrls',
  AZURE_AUTHORITY_HOST: 'AzureAuthorityHost',
  AZURE_FEDERATION_SUBJECTS: 'AzureFederationSubjects',
  ENTRA_FEDERATION_SUBJECTS: 'EntraFederationSubjects',
  ENTRA_CLIENT_ID: 'EntraClientId',
  ENTRA_CREDENTIAL_SECRET: 'EntraCredentialSecret',
  GRAPH_ENDPOINT: 'GraphEndpoint',
  OFFICE365_ENDPOINT: 'Office365Endpoint',
} as const;

/**
 * Settings of a deployment: of the CloudFormation stack when one is named, else of the environment. They are read with
 * `readConfiguration`, which names what is missing. Throws STACK_NOT_READABLE.
 */
export async function deploymentSettings(
  stack: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, string | undefined>>> {
  if (stack === undefined) return environment;
  const client = new CloudFormationClient();
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const { Outputs = [], Parameters = [], StackId = '' } = Stacks[0] ?? {};
    const values = new Map([
      ...Parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue] as const),
      ...Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue] as const),
    ]);
    return {
      ...Object.fromEntries(Object.entries(SOURCES).map(([name, source]) => [name, values.get(source)])),
      // arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID
      RECIPIENT_ACCOUNT_ID: StackId.split(':')[4],
    };
  } catch (error) {
    throw new CrosstrailError(
      'STACK_NOT_READABLE',
      `stack ${stack} could not be described`,
      { stack },
      error,
    );
  } finally {
    client.destroy();
  }
}
