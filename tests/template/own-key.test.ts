import { readFile } from 'node:fs/promises';
import { idsOf, properties, template, type Json } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import {
  COLLECTING,
  COLLECTING_BY_SECRET,
  permissionsOf,
  statementsOf,
  type Parameters,
} from './permissions.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/0f0e0d0c-1111-4222-8333-444455556666';
const OWN: Parameters = { KmsKeyArn: KEY, Destination: 'Both' };

function made(id: string, parameters: Parameters): Json {
  return evaluate(properties(id), parameters) as Json;
}

/** What each type of resource that keeps something says when it is encrypted with a given key. */
const ENCRYPTED: Readonly<Record<string, Json>> = {
  'AWS::SQS::Queue': { KmsMasterKeyId: KEY },
  'AWS::DynamoDB::Table': { SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY } },
  'AWS::Logs::LogGroup': { KmsKeyId: KEY },
  'AWS::SNS::Topic': { KmsMasterKeyId: KEY },
  'AWS::SecretsManager::Secret': { KmsKeyId: KEY },
  'AWS::CloudTrail::EventDataStore': { KmsKeyId: KEY },
  'AWS::S3::Bucket': {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
          BucketKeyEnabled: true,
        },
      ],
    },
  },
  'AWS::Athena::WorkGroup': {
    WorkGroupConfiguration: {
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: KEY } },
    },
  },
};

const KEEPING = Object.keys(ENCRYPTED).flatMap((type) => idsOf(type).map((id) => [id, type] as const));

describe('a key of your own', () => {
  it.each([
    ['AggregatorRole', false],
    ['AuditorRole', false],
    ['ProcessorRole', true],
    ['ReplayerRole', true],
  ])('may be used by %s for the secrets that it reads', (roleId, hashes) => {
    const readsSecrets = (parameters: Parameters): boolean => {
      const statement = statementsOf(roleId, { ...OWN, ...parameters }).find(
        ({ Resource }) => evaluate(Resource, OWN) === KEY,
      );
      const { Condition } = statement as unknown as { Condition: unknown };
      return JSON.stringify(evaluate(Condition, { ...OWN, ...parameters })).includes('secretsmanager');
    };

    expect(readsSecrets({})).toBe(true);
    expect(readsSecrets({ AzureAuthentication: 'WorkloadIdentity' })).toBe(false);
    expect(readsSecrets({ AzureAuthentication: 'WorkloadIdentity', HashFields: '**.email' })).toBe(hashes);
  });

  it.each(['GraphCollectorRole', 'Office365CollectorRole'])(
    'may be used by %s for the secret of the application when there is one',
    (roleId) => {
      const used = (parameters: Parameters): string =>
        JSON.stringify(evaluate(statementsOf(roleId, parameters), parameters));

      expect(used({ ...OWN, ...COLLECTING_BY_SECRET })).toContain(
        'secretsmanager.eu-central-1.amazonaws.com',
      );
      expect(used({ ...OWN, ...COLLECTING })).not.toContain('secretsmanager.eu-central-1.amazonaws.com');
    },
  );

  it.each(KEEPING)('encrypts %s', (id, type) => {
    expect(made(id, OWN)).toMatchObject(ENCRYPTED[type] ?? {});
    expect(made(id, OWN)['SqsManagedSseEnabled']).toBeUndefined();
  });

  it.each(KEEPING)('is named nowhere in %s unless it is given', (id) => {
    expect(JSON.stringify(made(id, { Destination: 'Both' }))).not.toMatch(/kms(Master)?Key(Id|Arn)?"/i);
  });

  it.each([
    ['AggregatorRole', ['kms:Decrypt', 'kms:GenerateDataKey'], ['sqs', 'dynamodb', 'secretsmanager']],
    ['ProcessorRole', ['kms:Decrypt', 'kms:GenerateDataKey'], ['sqs', 'dynamodb', 's3', 'secretsmanager']],
    ['ReplayerRole', ['kms:Decrypt', 'kms:GenerateDataKey'], ['sqs', 's3', 'secretsmanager']],
    ['ScheduleRole', ['kms:Decrypt', 'kms:GenerateDataKey'], ['sqs']],
    ['GraphCollectorRole', ['kms:Decrypt', 'kms:GenerateDataKey'], ['sqs', 'dynamodb', 's3']],
    ['Office365CollectorRole', ['kms:Decrypt', 'kms:GenerateDataKey'], ['sqs', 'dynamodb', 's3']],
    ['AuditorRole', ['kms:Decrypt'], ['dynamodb', 'secretsmanager']],
  ])('may be used by %s for what it calls, and only when it is given', (roleId, actions, services) => {
    const own = permissionsOf(roleId, OWN).filter((permission) => permission.startsWith('kms:'));
    const statement = statementsOf(roleId, OWN).find(({ Resource }) => evaluate(Resource, OWN) === KEY) as
      { Condition?: unknown } | undefined;

    expect(own).toEqual(actions.map((action) => `${action} on ${KEY}`));
    expect(evaluate(statement?.Condition, OWN)).toEqual({
      StringEquals: {
        'kms:ViaService': services.map((service) => `${service}.eu-central-1.amazonaws.com`),
      },
    });
    expect(permissionsOf(roleId).filter((permission) => permission.startsWith('kms:'))).toEqual([]);
  });

  it('is an ARN: an alias would not stand in a policy', () => {
    const pattern = new RegExp(template.Parameters['KmsKeyArn']?.AllowedPattern ?? '$^');

    expect(pattern.test(KEY)).toBe(true);
    expect(pattern.test('')).toBe(true);
    expect(pattern.test('alias/crosstrail')).toBe(false);
    expect(pattern.test('arn:aws:kms:eu-central-1:111122223333:alias/crosstrail')).toBe(false);
  });

  it('has a policy in the docs that names the services which use it by themselves', async () => {
    const page = await readFile(new URL('../../docs/kms-key.md', import.meta.url), 'utf8');
    const policy = JSON.parse(/```json\n([^`]+)```/.exec(page)?.[1] ?? '{}') as {
      Statement: { Principal: { Service?: string } }[];
    };

    const services = policy.Statement.flatMap(({ Principal }) => Principal.Service ?? []);

    expect(services).toEqual([
      'logs.eu-central-1.amazonaws.com',
      'cloudwatch.amazonaws.com',
      'cloudtrail.amazonaws.com',
    ]);
  });
});
