import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { CHECKPOINT_TABLE, LOCAL_REGION } from '#local/local-cloud.ts';
import { Canary } from './canary.ts';

let canary: Canary;

beforeAll(async () => {
  canary = await Canary.start();
  await canary.fill();
  await canary.runEverything();
  // Some forty functions, each started cold.
}, 240_000);
afterAll(async () => canary.close());

/** Forms in which a text may stand somewhere. */
function formsOf(text: string): string[] {
  // Without the last characters, which depend on what follows.
  const base64 = Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -2);
  const hex = Buffer.from(text).toString('hex');
  return [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), base64, hex];
}

/** Names of the markers that a text holds. */
function foundIn(haystack: string): string[] {
  return [...canary.markers]
    .filter(([, text]) => formsOf(text).some((form) => haystack.includes(form)))
    .map(([name]) => name);
}

it('every marker can be found, in every form', () => {
  for (const [name, text] of canary.markers) {
    expect(text.length).toBeGreaterThan(8);
    for (const form of formsOf(text)) expect(foundIn(`…${form}…`)).toContain(name);
  }
});

it.each([
  'CONNECTION_STRING_INVALID',
  'CONFIGURATION_INVALID',
  'AZURE_ACCESS_DENIED',
  'AZURE_UNREACHABLE',
  'RANGE_MESSAGE_INVALID',
  'CHANNEL_REFUSED',
  'DELIVERY_INCOMPLETE',
  'EVENT_BUCKET_REFUSED',
  'EVENT_BUCKET_UNAVAILABLE',
  'REPLAY_REQUEST_INVALID',
  'range.settled',
  'record.rejected',
  'rows.written',
  'mapping.drift',
  '"_aws"',
])('the runs met what they were meant to meet: %s', (sign) => {
  expect(canary.letOut.some((text) => text.includes(sign))).toBe(true);
});

it('the content arrived where it belongs: in the event data store and in the failure queue', async () => {
  const { lake } = canary.pipeline.cloud;
  const { rows } = await lake.query(
    `SELECT json_format(CAST(eventData AS JSON)) FROM ${lake.eventDataStoreId}`,
  );
  const rejects = await canary.pipeline.rejects();

  expect(foundIn(JSON.stringify(rows))).toEqual(expect.arrayContaining(['body', 'claim', 'address']));
  expect(foundIn(JSON.stringify(rejects))).toContain('invalid');
});

it('no log line, metric, result, error or message of the range queue holds a secret or content', () => {
  const leaks = canary.letOut.filter((text) => foundIn(text).length > 0);

  expect(leaks.map((text) => [foundIn(text), text.slice(0, 1_000)])).toEqual([]);
});

it('no item of the table holds a secret or content', async () => {
  const client = new DynamoDBClient({
    endpoint: canary.pipeline.cloud.awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });

  const { Items = [] } = await client.send(new ScanCommand({ TableName: CHECKPOINT_TABLE }));
  client.destroy();

  expect(Items.length).toBeGreaterThan(2);
  expect(foundIn(JSON.stringify(Items))).toEqual([]);
});
