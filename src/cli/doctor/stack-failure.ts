/** An event of a stack, as DescribeStackEvents gives it. */
export interface StackEvent {
  readonly LogicalResourceId?: string | undefined;
  readonly ResourceStatus?: string | undefined;
  readonly ResourceStatusReason?: string | undefined;
}

/** What CloudFormation said, and what to do. */
export interface StackFailure {
  readonly detail: string;
  readonly fix: string;
}

/** Advice by what services say when a resource cannot be made. */
const ADVICE: readonly (readonly [says: RegExp, fix: string])[] = [
  [
    /no longer accepting new customers/i,
    'AWS closed CloudTrail Lake to accounts that never had an event data store. Deploy with Destination=S3: the same rows, queried with Athena.',
  ],
  [
    /event data store.*(limit|quota|maximum)|MaxConcurrent|EventDataStoreMaxLimitExceeded/i,
    'A Region has room for ten event data stores, and one that is deleted counts for seven days more. Give the ARN of one as CloudTrailEventDataStoreArn, or wait.',
  ],
  [
    /requires capabilities/i,
    'Deploy with CAPABILITY_IAM and CAPABILITY_AUTO_EXPAND, as samconfig.toml does: the stack makes roles.',
  ],
  [
    /not authorized|AccessDenied|UnauthorizedOperation/i,
    'You, or a service control policy of your organization, do not allow this. docs/deploy-aws.md names what deploying needs.',
  ],
  [
    /already exists/i,
    'Something of that name is left from another stack. Delete or rename it, or deploy under another stack name.',
  ],
];

const FALLBACK =
  'Correct what CloudFormation says, delete the stack when it is in ROLLBACK_COMPLETE, and deploy again.';

/** What follows from another failure and tells nothing. */
const CANCELLED = /cancelled|The following resource\(s\) failed/i;

/** The first thing that went wrong with a stack, newest event first as CloudFormation lists them; undefined for none. */
export function stackFailure(events: readonly StackEvent[]): StackFailure | undefined {
  const first = events.findLast(({ ResourceStatus = '', ResourceStatusReason: reason = '' }) =>
    ResourceStatus.endsWith('_FAILED') ? !CANCELLED.test(reason) : false,
  );
  if (first === undefined) return undefined;
  const { LogicalResourceId: resource = 'the stack', ResourceStatusReason: reason = 'no reason given' } =
    first;
  const fix = ADVICE.find(([says]) => says.test(reason))?.[1] ?? FALLBACK;
  return { detail: `${resource}: ${reason}`, fix };
}
