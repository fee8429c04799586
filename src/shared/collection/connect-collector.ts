import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { setTimeout as delay } from 'node:timers/promises';
import { AWS_PATIENCE, clientOptions, RAW_BUCKET_PATIENCE } from '#shared/aws/client-options.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { StsWebIdentityTokens } from '#shared/aws/web-identity-token.ts';
import { secretOfApplication } from '#shared/azure/application-secret.ts';
import { SecretApplication } from '#shared/azure/secret-application.ts';
import { WorkloadIdentity } from '#shared/azure/workload-identity.ts';
import type { CollectorConfiguration } from '#shared/configuration/collector-settings.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import type { AccessTokens } from './api-client.ts';
import { DynamoCollectionStateStore } from './collection-state-store.ts';
import { S3RawLogObjects } from './s3-raw-log-objects.ts';
import { DynamoSeenRecords, type SeenRecordScope } from './seen-record-store.ts';

async function sleep(ms: number): Promise<void> {
  await delay(ms);
}

/** Connects a collector to AWS and to Entra ID. Nothing is asked for yet. */
export function connectCollector(settings: CollectorConfiguration, telemetry: Telemetry) {
  const table = new DynamoDBClient(clientOptions(AWS_PATIENCE));
  const s3 = new S3Client(clientOptions(RAW_BUCKET_PATIENCE));
  const name = settings.COLLECTION_TABLE_NAME;
  return {
    telemetry,
    s3,
    bucket: settings.RAW_BUCKET_NAME,
    objects: new S3RawLogObjects(s3, settings.RAW_BUCKET_NAME),
    states: new DynamoCollectionStateStore(table, name),
    seenIn: (scope: SeenRecordScope) =>
      new DynamoSeenRecords(scope, { client: table, table: name, now: Date.now, sleep }),
    ranges: new QueueSender(new SQSClient(clientOptions(AWS_PATIENCE)), settings.RANGE_QUEUE_URL),
    tokensOf: tokensOfTenants(settings),
    now: Date.now,
    sleep,
    random: Math.random,
  };
}

/** How the application of the collectors signs in. */
export type ApplicationSettings = Pick<
  CollectorConfiguration,
  'ENTRA_CLIENT_ID' | 'ENTRA_CREDENTIAL_SECRET' | 'AZURE_AUTHORITY_HOST'
>;

/** Tokens of each tenant: by the AWS role itself, or with the application's secret. */
export function tokensOfTenants(settings: ApplicationSettings): (tenant: string) => AccessTokens {
  const secretId = settings.ENTRA_CREDENTIAL_SECRET;
  const application = (tenantId: string) => ({
    tenantId,
    clientId: settings.ENTRA_CLIENT_ID,
    authorityHost: settings.AZURE_AUTHORITY_HOST,
  });
  if (secretId === '') {
    const assertions = new StsWebIdentityTokens(new STSClient(clientOptions(AWS_PATIENCE)));
    return (tenant) => new WorkloadIdentity(application(tenant), assertions);
  }
  const source = secretOfApplication(new SecretsManagerClient(clientOptions(AWS_PATIENCE)), secretId);
  return (tenant) => new SecretApplication(application(tenant), source);
}
