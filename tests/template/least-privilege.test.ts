import { ENTRA_AUDIENCE } from '#shared/aws/web-identity-token.ts';
import { idsOf, properties, type Json } from './deployed-template.ts';
import {
  COLLECTING,
  COLLECTING_BY_SECRET,
  COLLECTORS_ONLY,
  MODES,
  OFFICE365_ONLY,
  permissionsOf,
  statementsOf,
  type Parameters,
} from './permissions.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret';
const SECRET = `secretsmanager:GetSecretValue on ${SECRET_ARN}`;

const CHANNEL =
  'cloudtrail-data:PutAuditEvents on arn:aws:cloudtrail:eu-central-1:111122223333:channel/EXAMPLE8-0558-4f7e-a06a-43969EXAMPLE';

const WRITE_ROWS = 's3:PutObject on arn:aws:s3:::crosstrail-eventbucket-1a2b3c/events/*';

const RAW_BUCKET = 'arn:aws:s3:::crosstrail-rawbucket-1a2b3c';
const READ_RAW = [`s3:GetObject on ${RAW_BUCKET}/raw/*`, `s3:ListBucket on ${RAW_BUCKET}`];

/** Roles of the collectors, and where each may write. */
const COLLECTORS = [
  ['GraphCollector', 'raw/entra/'],
  ['Office365Collector', 'raw/office365/'],
] as const;

const SEND_TRACES = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];

const SIGN_IN = 'sts:GetWebIdentityToken on *';

/** Roles of the functions that read Azure. */
const READERS = ['AggregatorRole', 'AuditorRole', 'ProcessorRole', 'ReplayerRole'];

const BACKFILL_QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:crosstrail-BackfillQueue-1A2B3C.fifo';

describe('each role may do what its code does, and nothing else', () => {
  it.each([
    [
      'AggregatorRole',
      [
        'dynamodb:GetItem on CheckpointTable.Arn',
        'dynamodb:PutItem on CheckpointTable.Arn',
        'dynamodb:Query on CheckpointTable.Arn',
        'logs:CreateLogStream on AggregatorLogGroup.Arn',
        'logs:PutLogEvents on AggregatorLogGroup.Arn',
        `${SECRET}:crosstrail/azure-storage-??????`,
        'sqs:SendMessage on AggregatorDeadLetterQueue.Arn',
        'sqs:SendMessage on RangeQueue.Arn',
        `sqs:SendMessage on ${BACKFILL_QUEUE}`,
      ].toSorted(),
    ],
    [
      'ProcessorRole',
      [
        CHANNEL,
        'dynamodb:GetItem on CheckpointTable.Arn',
        'dynamodb:PutItem on CheckpointTable.Arn',
        'logs:CreateLogStream on ProcessorLogGroup.Arn',
        'logs:PutLogEvents on ProcessorLogGroup.Arn',
        `${SECRET}:crosstrail/azure-storage-??????`,
        'sqs:ChangeMessageVisibility on RangeQueue.Arn',
        'sqs:DeleteMessage on RangeQueue.Arn',
        'sqs:GetQueueAttributes on RangeQueue.Arn',
        'sqs:ReceiveMessage on RangeQueue.Arn',
        'sqs:SendMessage on FailureQueue.Arn',
        `sqs:ChangeMessageVisibility on ${BACKFILL_QUEUE}`,
        `sqs:DeleteMessage on ${BACKFILL_QUEUE}`,
        `sqs:GetQueueAttributes on ${BACKFILL_QUEUE}`,
        `sqs:ReceiveMessage on ${BACKFILL_QUEUE}`,
      ].toSorted(),
    ],
    [
      'AuditorRole',
      [
        'dynamodb:GetItem on CheckpointTable.Arn',
        'dynamodb:Query on CheckpointTable.Arn',
        'logs:CreateLogStream on AuditorLogGroup.Arn',
        'logs:PutLogEvents on AuditorLogGroup.Arn',
        `${SECRET}:crosstrail/azure-storage-??????`,
        `sqs:GetQueueAttributes on ${BACKFILL_QUEUE}`,
      ],
    ],
    [
      'ReplayerRole',
      [
        CHANNEL,
        'logs:CreateLogStream on ReplayerLogGroup.Arn',
        'logs:PutLogEvents on ReplayerLogGroup.Arn',
        `${SECRET}:crosstrail/azure-storage-??????`,
        'sqs:ChangeMessageVisibility on FailureQueue.Arn',
        'sqs:ChangeMessageVisibility on RangeDeadLetterQueue.Arn',
        'sqs:DeleteMessage on FailureQueue.Arn',
        'sqs:DeleteMessage on RangeDeadLetterQueue.Arn',
        'sqs:GetQueueAttributes on RangeDeadLetterQueue.Arn',
        'sqs:ReceiveMessage on FailureQueue.Arn',
        'sqs:ReceiveMessage on RangeDeadLetterQueue.Arn',
        'sqs:SendMessage on FailureQueue.Arn',
        'sqs:SendMessage on RangeQueue.Arn',
      ],
    ],
    [
      'ScheduleRole',
      [
        'lambda:InvokeFunction on AggregatorFunction.Arn',
        'lambda:InvokeFunction on AuditorFunction.Arn',
        'sqs:SendMessage on AggregatorDeadLetterQueue.Arn',
      ],
    ],
  ])('%s', (roleId, permissions) => {
    expect(permissionsOf(roleId)).toEqual(permissions);
  });

  it.each(COLLECTORS)('%sRole, below %s', (name, prefix) => {
    expect(permissionsOf(`${name}Role`, COLLECTING)).toEqual(
      [
        'dynamodb:BatchGetItem on CollectionTable.Arn',
        'dynamodb:BatchWriteItem on CollectionTable.Arn',
        'dynamodb:GetItem on CollectionTable.Arn',
        'dynamodb:PutItem on CollectionTable.Arn',
        `logs:CreateLogStream on ${name}LogGroup.Arn`,
        `logs:PutLogEvents on ${name}LogGroup.Arn`,
        `s3:GetObject on ${RAW_BUCKET}/${prefix}*`,
        `s3:ListBucket on ${RAW_BUCKET}`,
        `s3:PutObject on ${RAW_BUCKET}/${prefix}*`,
        SIGN_IN,
        'sqs:SendMessage on RangeQueue.Arn',
      ].toSorted(),
    );
  });

  it.each(COLLECTORS)('%sRole may sign in to Entra ID in the chosen way only', (name) => {
    const ofSignIn = (parameters: Parameters): string[] =>
      permissionsOf(`${name}Role`, parameters).filter((each) => /^(sts|secretsmanager):/.test(each));

    expect(ofSignIn(COLLECTING)).toEqual([SIGN_IN]);
    expect(ofSignIn(COLLECTING_BY_SECRET)).toEqual([`${SECRET}:crosstrail/entra-application-??????`]);
    expect(ofSignIn({ ...COLLECTING, EntraCredentialSecret: `${SECRET_ARN}:given-AbCdEf` })).toEqual([
      `${SECRET}:given-AbCdEf`,
      `${SECRET}:given-AbCdEf-??????`,
    ]);
  });

  it.each(['ProcessorRole', 'ReplayerRole'])(
    '%s may read raw records when some are collected, and see that one is gone',
    (roleId) => {
      const added = (parameters: Parameters): string[] =>
        permissionsOf(roleId, parameters).filter((each) => !permissionsOf(roleId).includes(each));

      expect(added(COLLECTING)).toEqual(READ_RAW);
      expect(added({})).toEqual([]);
    },
  );

  it.each(['AggregatorRole', 'ProcessorRole', 'AuditorRole', 'ReplayerRole'])(
    '%s may sign in to Azure only where there is a container to read',
    (roleId) => {
      const ofSignIn = (parameters: Parameters): string[] =>
        permissionsOf(roleId, parameters).filter((each) => /^(sts|secretsmanager):/.test(each));

      expect(ofSignIn({})).toHaveLength(1);
      expect(ofSignIn(COLLECTORS_ONLY)).toEqual([]);
      expect(ofSignIn({ ...COLLECTORS_ONLY, AzureAuthentication: 'WorkloadIdentity' })).toEqual([]);
    },
  );

  it('AuditorRole may list raw records and read positions when some are collected', () => {
    const added = permissionsOf('AuditorRole', COLLECTING).filter(
      (each) => !permissionsOf('AuditorRole').includes(each),
    );

    expect(added).toEqual(['dynamodb:GetItem on CollectionTable.Arn', `s3:ListBucket on ${RAW_BUCKET}`]);
  });

  it.each([
    ['AuditorRole', 'raw/*'],
    ['ProcessorRole', 'raw/*'],
    ['ReplayerRole', 'raw/*'],
    ['GraphCollectorRole', 'raw/entra/*'],
    ['Office365CollectorRole', 'raw/office365/*'],
  ])('%s lists nothing but %s', (roleId, prefix) => {
    const listing = statementsOf(roleId, COLLECTING).filter(({ Action }) => Action === 's3:ListBucket');

    expect(listing).toMatchObject([{ Condition: { StringLike: { 's3:prefix': prefix } } }]);
  });

  it('ScheduleRole starts the collectors that there are', () => {
    const started = (parameters: Parameters): string[] =>
      permissionsOf('ScheduleRole', parameters).filter((each) => each.startsWith('lambda:'));

    expect(started(COLLECTING)).toEqual([
      'lambda:InvokeFunction on AggregatorFunction.Arn',
      'lambda:InvokeFunction on AuditorFunction.Arn',
      'lambda:InvokeFunction on GraphCollectorFunction.Arn',
      'lambda:InvokeFunction on Office365CollectorFunction.Arn',
    ]);
    expect(started(OFFICE365_ONLY)).not.toContain('lambda:InvokeFunction on GraphCollectorFunction.Arn');
  });

  it.each(['ProcessorRole', 'ReplayerRole'])('%s may write to the chosen destinations only', (roleId) => {
    const ofDestinations = (Destination: string): string[] =>
      permissionsOf(roleId, { Destination }).filter((each) => /^(cloudtrail-data|s3):/.test(each));

    expect(ofDestinations('CloudTrailLake')).toEqual([CHANNEL]);
    expect(ofDestinations('S3')).toEqual([WRITE_ROWS]);
    expect(ofDestinations('Both')).toEqual([CHANNEL, WRITE_ROWS]);
  });

  it.each(['AggregatorRole', 'AuditorRole', 'ScheduleRole'])(
    '%s may do the same for every destination',
    (roleId) => {
      const expected = permissionsOf(roleId);

      for (const { Destination = '' } of MODES) {
        expect(permissionsOf(roleId, { Destination })).toEqual(expected);
      }
    },
  );

  it.each(idsOf('AWS::IAM::Role').filter((id) => id !== 'ScheduleRole'))(
    '%s may send traces when tracing is on, and then only',
    (roleId) => {
      const traces = (Tracing: string): string[] =>
        permissionsOf(roleId, { Tracing }).filter((each) => each.startsWith('xray:'));

      expect(traces('Active')).toEqual(SEND_TRACES);
      expect(traces('PassThrough')).toEqual([]);
    },
  );

  it.each(READERS)('%s may sign in to Azure in the chosen way only', (roleId) => {
    const ofSignIn = (AzureAuthentication: string): string[] =>
      permissionsOf(roleId, { AzureAuthentication }).filter((each) => /^(sts|secretsmanager):/.test(each));

    expect(ofSignIn('ConnectionString')).toEqual([`${SECRET}:crosstrail/azure-storage-??????`]);
    expect(ofSignIn('WorkloadIdentity')).toEqual([SIGN_IN]);
  });

  it.each([...READERS, 'GraphCollectorRole', 'Office365CollectorRole'])(
    '%s gets web identity tokens for Entra only, for five minutes at most',
    (roleId) => {
      const statement = statementsOf(roleId, { AzureAuthentication: 'WorkloadIdentity', ...COLLECTING }).find(
        ({ Action }) => Action === 'sts:GetWebIdentityToken',
      );

      expect(statement).toMatchObject({
        Condition: {
          'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': ENTRA_AUDIENCE },
          StringEquals: { 'sts:SigningAlgorithm': 'RS256' },
          NumericLessThanEquals: { 'sts:DurationSeconds': 300 },
        },
      });
    },
  );

  it('covers every role of the template', () => {
    expect(idsOf('AWS::IAM::Role').toSorted()).toEqual([
      'AggregatorRole',
      'AuditorRole',
      'GraphCollectorRole',
      'Office365CollectorRole',
      'ProcessorRole',
      'ReplayerRole',
      'ScheduleRole',
    ]);
  });
});

describe('every role', () => {
  it.each(idsOf('AWS::IAM::Role'))('%s has no wildcard and no managed policy', (roleId) => {
    const statements = MODES.flatMap((mode) => statementsOf(roleId, mode));
    const permissions = MODES.flatMap((mode) => permissionsOf(roleId, mode));

    // The keys under events/ and raw/ are made up as objects are written, X-Ray knows no resources, and a web identity
    // token is none: its statement is bounded by conditions. Nothing else has to stand for more than itself.
    const wide = permissions.filter((permission) => permission.includes('*'));
    const raw = COLLECTORS.flatMap(([, prefix]) => [
      `s3:GetObject on ${RAW_BUCKET}/${prefix}*`,
      `s3:PutObject on ${RAW_BUCKET}/${prefix}*`,
    ]);
    const known = new Set([WRITE_ROWS, SIGN_IN, ...SEND_TRACES, ...READ_RAW, ...raw]);
    expect(wide.filter((permission) => !known.has(permission))).toEqual([]);
    expect(properties(roleId)['ManagedPolicyArns']).toBeUndefined();
    expect(statements.every(({ Effect }) => Effect === 'Allow')).toBe(true);
  });

  it.each(idsOf('AWS::IAM::Role'))('%s is assumed by one service only', (roleId) => {
    const trust = properties(roleId)['AssumeRolePolicyDocument'] as { Statement: { Principal: Json }[] };

    expect(trust.Statement).toHaveLength(1);
    expect(Object.keys(trust.Statement[0]?.Principal ?? {})).toEqual(['Service']);
  });

  it.each(idsOf('AWS::Serverless::Function'))(
    '%s has a role of its own, so that SAM adds no policy',
    (functionId) => {
      const role = functionId.replace('Function', 'Role');

      expect(properties(functionId)['Role']).toEqual({ 'Fn::GetAtt': [role, 'Arn'] });
      expect(properties(functionId)['Policies']).toBeUndefined();
    },
  );
});

it('with workload identity no role can read any secret', () => {
  for (const roleId of idsOf('AWS::IAM::Role')) {
    for (const mode of MODES.filter(
      ({ AzureAuthentication, EntraCredentialSecret }) =>
        AzureAuthentication === 'WorkloadIdentity' && EntraCredentialSecret === undefined,
    )) {
      expect(permissionsOf(roleId, mode).filter((each) => each.startsWith('secretsmanager:'))).toEqual([]);
    }
  }
});

describe('the secret that a role may read', () => {
  const PREFIX = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret';

  function mayRead(given: string, arn: string): boolean {
    return permissionsOf('ProcessorRole', { AzureStorageConnectionStringSecret: given })
      .filter((permission) => permission.startsWith('secretsmanager:'))
      .map((permission) => permission.split(' on ')[1] ?? '')
      .some((pattern) => {
        const literal = pattern.replace(/[.+\\^$|()[\]{}]/g, String.raw`\$&`);
        return new RegExp(`^${literal.replaceAll('?', '.').replaceAll('*', '.*')}$`).test(arn);
      });
  }

  it.each([
    ['its name', 'crosstrail/azure'],
    ['its ARN', `${PREFIX}:crosstrail/azure-AbCdEf`],
    ['its ARN without the random characters', `${PREFIX}:crosstrail/azure`],
  ])('is the one that %s names', (_, given) => {
    expect(mayRead(given, `${PREFIX}:crosstrail/azure-AbCdEf`)).toBe(true);
    expect(mayRead(given, `${PREFIX}:crosstrail/azure-production-AbCdEf`)).toBe(false);
    expect(mayRead(given, `${PREFIX}:other-AbCdEf`)).toBe(false);
  });
});
