import * as v from 'valibot';
import type { ConfigurationOf, Settings } from './read-configuration.ts';

/** Where audit events go. */
export const DESTINATION_SETTINGS = {
  DESTINATION: {
    schema: v.picklist(['CloudTrailLake', 'S3', 'Both'], 'must be CloudTrailLake, S3 or Both'),
    description: 'where audit events go',
    example: 'Both',
    fallback: 'CloudTrailLake',
  },
  RECIPIENT_ACCOUNT_ID: {
    schema: v.pipe(v.string(), v.regex(/^\d{12}$/, 'must be the 12 digits of an AWS account')),
    description: 'AWS account that receives the events, which is the one of this stack and of its channel',
    example: '111122223333',
  },
  CLOUDTRAIL_CHANNEL_ARN: {
    schema: v.pipe(
      v.string(),
      v.regex(
        /^(arn:aws[\w-]*:cloudtrail:[\w-]+:\d{12}:channel\/[\w-]+)?$/,
        'must be the ARN of a CloudTrail channel',
      ),
    ),
    description: 'channel of the CloudTrail Lake integration; may be empty when DESTINATION is S3',
    example: 'arn:aws:cloudtrail:us-east-1:111122223333:channel/EXAMPLE8-0558-4f7e-a06a-43969EXAMPLE',
    fallback: '',
  },
  EVENT_BUCKET_NAME: {
    schema: v.pipe(
      v.string(),
      /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
      v.regex(/^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$/, 'must be the name of an S3 bucket'),
    ),
    description: 'S3 bucket of the event rows; may be empty when DESTINATION is CloudTrailLake',
    example: 'crosstrail-eventbucket-1a2b3c4d',
    fallback: '',
  },
} as const satisfies Settings;

export type DestinationConfiguration = ConfigurationOf<typeof DESTINATION_SETTINGS>;

/** What is wrong with the destination settings together, though each may be right by itself; empty when nothing is. */
export function destinationProblems(configuration: DestinationConfiguration): string[] {
  const { DESTINATION, RECIPIENT_ACCOUNT_ID, CLOUDTRAIL_CHANNEL_ARN, EVENT_BUCKET_NAME } = configuration;
  const problems: string[] = [];
  if (DESTINATION !== 'S3' && CLOUDTRAIL_CHANNEL_ARN === '') {
    problems.push(`CLOUDTRAIL_CHANNEL_ARN is not set, and DESTINATION ${DESTINATION} needs it`);
  }
  if (DESTINATION !== 'CloudTrailLake' && EVENT_BUCKET_NAME === '') {
    problems.push(`EVENT_BUCKET_NAME is not set, and DESTINATION ${DESTINATION} needs it`);
  }
  const [, , , , channelAccount = ''] = CLOUDTRAIL_CHANNEL_ARN.split(':');
  if (DESTINATION !== 'S3' && channelAccount !== '' && channelAccount !== RECIPIENT_ACCOUNT_ID) {
    // Lake takes events for no other account: every record would be refused.
    problems.push(
      `CLOUDTRAIL_CHANNEL_ARN is a channel of account ${channelAccount}, RECIPIENT_ACCOUNT_ID is ${RECIPIENT_ACCOUNT_ID}`,
    );
  }
  return problems;
}
