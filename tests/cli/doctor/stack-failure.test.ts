import { stackFailure } from '#cli/doctor/stack-failure.ts';

const CLOSED =
  'Resource handler returned message: "Invalid request provided: CloudTrail Lake is no longer accepting new customers. Existing customers can continue to use their event data stores. (Service: CloudTrail, Status Code: 400)"';

it.each([
  ['CloudTrail Lake is closed', CLOSED, 'Destination=S3'],
  [
    'no room for another store',
    'EventDataStoreMaxLimitExceeded: limit of event data stores',
    'CloudTrailEventDataStoreArn',
  ],
  [
    'a permission',
    'User: arn:aws:iam::1:user/x is not authorized to perform: iam:CreateRole',
    'service control policy',
  ],
  [
    'a name that is taken',
    'crosstrail-topic already exists in stack arn:aws:cloudformation:…',
    'another stack name',
  ],
  ['anything else', 'Properties validation failed', 'deploy again'],
])('%s: what to do follows from what the service says', (_, reason, advice) => {
  const failure = stackFailure([
    { LogicalResourceId: 'crosstrail', ResourceStatus: 'ROLLBACK_COMPLETE' },
    {
      LogicalResourceId: 'AlarmTopic',
      ResourceStatus: 'CREATE_FAILED',
      ResourceStatusReason: 'Resource creation cancelled',
    },
    { LogicalResourceId: 'EventDataStore', ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: reason },
    { LogicalResourceId: 'EventDataStore', ResourceStatus: 'CREATE_IN_PROGRESS' },
  ]);

  expect(failure?.detail).toBe(`EventDataStore: ${reason}`);
  expect(failure?.fix).toContain(advice);
});

it('the first of several failures is told, not those that follow from it', () => {
  const failure = stackFailure([
    { LogicalResourceId: 'b', ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: 'later' },
    { LogicalResourceId: 'a', ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: 'first' },
  ]);

  expect(failure?.detail).toBe('a: first');
});

it('a stack that is being made has not failed', () => {
  expect(stackFailure([{ LogicalResourceId: 'a', ResourceStatus: 'CREATE_IN_PROGRESS' }])).toBeUndefined();
});
