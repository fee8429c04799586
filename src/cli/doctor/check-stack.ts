import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { checkThat, NotWell, type Check } from './check.ts';
import { stackFailure, type StackEvent } from './stack-failure.ts';

/** States in which a stack runs: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
const RUNNING = /^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE$|^UPDATE_COMPLETE_CLEANUP/;
/** Events that are looked at: newest first, 100 on a page. */
const PAGES = 5;

async function eventsOf(client: CloudFormationClient, stack: string): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const { StackEvents = [], NextToken } = await client.send(
      new DescribeStackEventsCommand({
        StackName: stack,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    // What an earlier deployment met is over: the newest one begins with the stack itself.
    const begin = StackEvents.findIndex(
      ({ LogicalResourceId, ResourceStatus = '' }) =>
        LogicalResourceId === stack && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(ResourceStatus),
    );
    events.push(...(begin < 0 ? StackEvents : StackEvents.slice(0, begin)));
    if (begin >= 0 || NextToken === undefined) break;
    token = NextToken;
  }
  return events;
}

/** Whether the stack is deployed, and if not, what CloudFormation said and what to do. */
export async function checkStack(stack: string): Promise<Check> {
  const client = new CloudFormationClient(clientOptions(AWS_PATIENCE));
  try {
    return await checkThat(`stack ${stack}`, async () => {
      const { Stacks: [found] = [] } = await client
        .send(new DescribeStacksCommand({ StackName: stack }))
        .catch((error: unknown) => {
          if ((error as Error).name !== 'ValidationError') throw error;
          throw new NotWell(
            `there is no stack ${stack} in this Region`,
            'Deploy it, or check the name and AWS_REGION.',
          );
        });
      const status = String(found?.StackStatus);
      if (RUNNING.test(status)) return status;
      const failure = stackFailure(await eventsOf(client, stack));
      if (failure === undefined) {
        throw new NotWell(status, 'Wait until CloudFormation has ended, then look again.');
      }
      throw new NotWell(`${status}: ${failure.detail}`, failure.fix);
    });
  } finally {
    client.destroy();
  }
}
