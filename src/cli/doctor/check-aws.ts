import { CloudTrailClient, ListEventDataStoresCommand } from '@aws-sdk/client-cloudtrail';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { checkThat, NotChecked, NotWell, type Check } from './check.ts';

/** Who calls, and where. */
export function checkCredentials(): Promise<Check> {
  return checkThat('AWS credentials and Region', async () => {
    const client = new STSClient(clientOptions(AWS_PATIENCE));
    try {
      const region = await client.config.region();
      const { Arn = 'unknown' } = await client.send(new GetCallerIdentityCommand({}));
      return `${Arn} in ${region}`;
    } catch (error) {
      const { name, message } = error as Error;
      if (/Region is missing/.test(message)) {
        throw new NotWell('no Region is set', 'Set AWS_REGION, or a region in the profile.');
      }
      throw new NotWell(
        `AWS does not know you (${name})`,
        'Sign in: aws sso login, AWS_PROFILE, or the variables of a role.',
      );
    } finally {
      client.destroy();
    }
  });
}

const USE_S3 = 'Deploy with Destination=S3: the same rows and the same SQL in Athena, in every account.';

/**
 * Whether this account can have an event data store. AWS has taken no new customers since 2026-05-31, and does not say who
 * is one: an account without any store was refused.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-service-availability-change.html
 */
export function checkLake(destination: string | undefined): Promise<Check> {
  return checkThat('CloudTrail Lake', async () => {
    if (destination === 'S3') throw new NotChecked('Destination S3 does not use it');
    const client = new CloudTrailClient(clientOptions(AWS_PATIENCE));
    try {
      const { EventDataStores = [] } = await client.send(new ListEventDataStoresCommand({}));
      if (EventDataStores.length === 0) {
        throw new NotWell(
          'there is no event data store in this Region, and AWS makes none for an account that never had one',
          USE_S3,
        );
      }
      return `${EventDataStores.length} event data stores: this account is a customer`;
    } catch (error) {
      const { name, message } = error as Error;
      if (/no longer accepting new customers/i.test(message)) {
        throw new NotWell('CloudTrail Lake is no longer accepting new customers', USE_S3);
      }
      if (name.startsWith('AccessDenied')) {
        throw new NotChecked(
          'you may not list event data stores',
          'Allow yourself cloudtrail:ListEventDataStores.',
        );
      }
      throw error;
    } finally {
      client.destroy();
    }
  });
}
