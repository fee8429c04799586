import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { clientOptions, LAKE_PATIENCE, EVENT_BUCKET_PATIENCE } from '#shared/aws/client-options.ts';
import { CloudTrailDataClient } from '#shared/aws/cloudtrail-data/index.ts';
import type { DestinationConfiguration } from '#shared/configuration/destination-settings.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { CloudTrailLake } from './cloudtrail-lake.ts';
import type { Destination } from './destination.ts';
import { RequestPace } from './request-pace.ts';
import { EventBucket, type RowWriter } from './rows/event-bucket.ts';

/** The chosen destinations. A record is settled when all of them took it. */
export interface Destinations {
  /** CloudTrail Lake, at a share of the account's rate; without Lake what takes its place and takes everything. */
  readonly lakeAt: (requestsPerSecond: number) => Destination;
  /** The event bucket; undefined without S3. */
  readonly rows: RowWriter | undefined;
  /** AWS account of the events, 12 digits. */
  readonly recipientAccountId: string;
}

/** In the place of CloudTrail Lake when DESTINATION is S3: there, no record is ever rejected. */
export const WITHOUT_LAKE: Destination = {
  deliver: async (events) => events.map(() => ({ kind: 'delivered' })),
};

/** Connects to the destinations that a configuration without {@link destinationProblems} names. */
export function connectDestinations(
  { DESTINATION, RECIPIENT_ACCOUNT_ID, CLOUDTRAIL_CHANNEL_ARN, EVENT_BUCKET_NAME }: DestinationConfiguration,
  telemetry: Telemetry,
): Destinations {
  const lake = DESTINATION === 'S3' ? undefined : new CloudTrailDataClient(clientOptions(LAKE_PATIENCE));
  const s3 =
    DESTINATION === 'CloudTrailLake' ? undefined : new S3Client(clientOptions(EVENT_BUCKET_PATIENCE));
  return {
    recipientAccountId: RECIPIENT_ACCOUNT_ID,
    lakeAt(requestsPerSecond) {
      if (lake === undefined) return WITHOUT_LAKE;
      return new CloudTrailLake({
        client: lake,
        channelArn: CLOUDTRAIL_CHANNEL_ARN,
        pace: new RequestPace(requestsPerSecond, Date.now, sleep),
        telemetry,
        sleep,
        random: Math.random,
      });
    },
    rows:
      s3 &&
      new EventBucket({
        client: s3,
        bucket: EVENT_BUCKET_NAME,
        region: async () => s3.config.region(),
        accountId: RECIPIENT_ACCOUNT_ID,
        telemetry,
        now: Date.now,
        sleep,
        random: Math.random,
      }),
  };
}
