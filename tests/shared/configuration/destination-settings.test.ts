import {
  DESTINATION_SETTINGS,
  destinationProblems,
  type DestinationConfiguration,
} from '#shared/configuration/destination-settings.ts';
import { readConfiguration, refuseProblems } from '#shared/configuration/read-configuration.ts';

const ACCOUNT = { RECIPIENT_ACCOUNT_ID: '111122223333' };
const CHANNEL = {
  CLOUDTRAIL_CHANNEL_ARN:
    'arn:aws:cloudtrail:us-east-1:111122223333:channel/EXAMPLE8-0558-4f7e-a06a-43969EXAMPLE',
};
const BUCKET = { EVENT_BUCKET_NAME: 'crosstrail-eventbucket-1a2b3c4d' };

function configurationOf(environment: Record<string, string>): DestinationConfiguration {
  return readConfiguration(DESTINATION_SETTINGS, { ...ACCOUNT, ...environment });
}

describe('the destination', () => {
  it.each([
    ['CloudTrail Lake, when nothing is said', CHANNEL],
    ['CloudTrail Lake', { DESTINATION: 'CloudTrailLake', ...CHANNEL }],
    ['S3, without a channel', { DESTINATION: 'S3', ...BUCKET }],
    ['both', { DESTINATION: 'Both', ...CHANNEL, ...BUCKET }],
  ])('may be %s', (_, environment) => {
    const problems = destinationProblems(configurationOf(environment));

    expect(problems).toEqual([]);
  });

  it.each([
    ['CloudTrail Lake without a channel', {}, [/^CLOUDTRAIL_CHANNEL_ARN is not set/]],
    ['S3 without a bucket', { DESTINATION: 'S3', ...CHANNEL }, [/^EVENT_BUCKET_NAME is not set/]],
    [
      'both without either',
      { DESTINATION: 'Both' },
      [/^CLOUDTRAIL_CHANNEL_ARN is not set/, /^EVENT_BUCKET_NAME is not set/],
    ],
    [
      'a channel of another account than the events name',
      { ...CHANNEL, RECIPIENT_ACCOUNT_ID: '999999999999' },
      [/channel of account 111122223333, RECIPIENT_ACCOUNT_ID is 999999999999/],
    ],
  ])('is refused for %s, with every problem', (_, environment, expected) => {
    const problems = destinationProblems(configurationOf(environment));

    expect(problems).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as string));
    expect(() => refuseProblems(problems)).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_INVALID', fields: { problems: expected.length } }),
    );
  });

  it.each([
    ['DESTINATION', 'Lake'],
    ['RECIPIENT_ACCOUNT_ID', '12345'],
    ['EVENT_BUCKET_NAME', 's3://bucket'],
    ['CLOUDTRAIL_CHANNEL_ARN', 'arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/x'],
  ])('%s does not take %j', (name, value) => {
    expect(() => configurationOf({ [name]: value })).toThrow(name);
  });
});
