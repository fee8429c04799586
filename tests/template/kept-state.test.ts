import { idsOf, properties, referredId, resource } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';

describe.each(['CheckpointTable', 'CollectionTable'])('%s', (id) => {
  it('has the keys that its items are stored under', () => {
    expect(properties(id)['KeySchema']).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(properties(id)['AttributeDefinitions']).toEqual([
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ]);
  });

  it('is paid by use, encrypted, restorable, and forgets what expired', () => {
    expect(properties(id)).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('is made after the channel, so that an account without CloudTrail Lake is left with no table', () => {
    const [tag] = properties(id)['Tags'] as { Value: unknown }[];

    expect(tag?.Value).toEqual({
      'Fn::If': ['DeliverToLake', { 'Fn::GetAtt': ['CloudTrailChannel', 'ChannelArn'] }, 'none'],
    });
  });
});

/** What a failed first deployment could not delete, being protected, and leaves behind to be used again. */
const PROTECTED = new Set(['CheckpointTable', 'CollectionTable', 'EventDataStore']);

describe('what would be missed stays when the stack goes', () => {
  it.each([
    'CheckpointTable',
    'CollectionTable',
    'EventDataStore',
    'EventBucket',
    'EventBucketPolicy',
    'RawBucket',
    'RawBucketPolicy',
    'FailureQueue',
    'HashKey',
  ])('%s', (id) => {
    expect(resource(id)).toMatchObject({
      DeletionPolicy: PROTECTED.has(id) ? 'Retain' : 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('a click deletes neither the audit trail nor the checkpoints', () => {
    expect(properties('EventDataStore')['TerminationProtectionEnabled']).toBe(true);
    expect(properties('CheckpointTable')['DeletionProtectionEnabled']).toBe(true);
    expect(properties('CollectionTable')['DeletionProtectionEnabled']).toBe(true);
  });

  it('what stays has no name of its own, so that the next stack can be made', () => {
    expect(properties('CheckpointTable')['TableName']).toBeUndefined();
    expect(properties('CollectionTable')['TableName']).toBeUndefined();
    expect(properties('RawBucket')['BucketName']).toBeUndefined();
    expect(properties('EventDataStore')['Name']).toBeUndefined();
    expect(properties('EventBucket')['BucketName']).toBeUndefined();
    expect(properties('AthenaResultsBucket')['BucketName']).toBeUndefined();
    expect(properties('FailureQueue')['QueueName']).toBeUndefined();
    expect(properties('HashKey')['Name']).toBeUndefined();
  });
});

describe('the event data store', () => {
  it('takes events from outside of AWS, of this account and Region', () => {
    expect(properties('EventDataStore')).toMatchObject({
      MultiRegionEnabled: false,
      OrganizationEnabled: false,
    });
    expect(properties('EventDataStore')['AdvancedEventSelectors']).toEqual([
      {
        Name: 'Events from outside of AWS',
        FieldSelectors: [{ Field: 'eventCategory', Equals: ['ActivityAuditLog'] }],
      },
    ]);
  });

  it('keeps events as long as the parameter says', () => {
    const period = properties('EventDataStore')['RetentionPeriod'];

    expect(evaluate(period)).toBe('7');
    expect(evaluate(period, { CloudTrailEventRetentionPeriod: '2557' })).toBe('2557');
  });
});

describe('logs', () => {
  it.each(idsOf('AWS::Serverless::Function'))('%s writes to a log group that forgets', (id) => {
    const { LogGroup } = properties(id)['LoggingConfig'] as { LogGroup: unknown };

    expect(resource(referredId(LogGroup)).Type).toBe('AWS::Logs::LogGroup');
    expect(properties(referredId(LogGroup))['RetentionInDays']).toEqual({ Ref: 'LogRetentionDays' });
  });
});
