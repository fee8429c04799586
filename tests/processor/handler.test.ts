import type { SQSEvent } from 'aws-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { createEventSourceMapping } from '#local/lambda/event-source-mapping.ts';
import type { InvocationResult } from '#local/lambda/invocation.ts';
import { CONNECTION_STRING_SECRET, LOCAL_REGION } from '#local/local-cloud.ts';
import { EVENT_BUCKET } from '#local/s3.ts';
import { RANGE_QUEUE } from '#local/sqs.ts';
import { PROCESSOR_SETTINGS } from '#shared/configuration/settings.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';
import {
  appendAt,
  BuiltFunctions,
  eventOf,
  everythingOf,
  loggedBy,
  metricsOf,
  recordsOf,
  requiredOf,
  type EnvironmentChange,
} from '../pipeline/built-functions.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

let functions: BuiltFunctions;
let pipeline: Pipeline;
let connectionString: string;
let ranges: SQSEvent;
let partial: SQSEvent;

beforeAll(async () => {
  functions = await BuiltFunctions.build('processor');
  ranges = (await eventOf('processor-ranges.json')) as SQSEvent;
  partial = (await eventOf('processor-partial-failure.json')) as SQSEvent;
});
afterAll(async () => functions.close());
beforeEach(async () => {
  pipeline = await Pipeline.start();
  ({ connectionString } = pipeline.cloud.azureBlob);
  for (const { body } of ranges.Records) {
    const { logObject, end } = readRangeMessage(body);
    await appendAt(pipeline, logObject.generation, logObject.name, recordsOf(end));
  }
});
afterEach(async () => {
  await functions.end();
  await pipeline.close();
});

function runBatch(event: SQSEvent, change: EnvironmentChange = {}) {
  return functions.create('processor', pipeline.cloud, change).invoke(event);
}

function idsOf({ Records: records }: SQSEvent): string[] {
  return records.map(({ messageId }) => messageId);
}

function givenBack(ids: readonly string[]) {
  return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Log lines, but for the one that says that the messages of events/ are in no queue and cannot be put back. */
function loggedAboutRanges(result: InvocationResult): Record<string, unknown>[] {
  return loggedBy(result).filter(({ event }) => event !== 'range.delay-not-set');
}

function secret(value: string): void {
  pipeline.cloud.secretsManager.put(CONNECTION_STRING_SECRET, value);
}

describe('the built Processor, given a batch by SQS', () => {
  it('delivers every record of the ranges, commits them to their ends and gives nothing back', async () => {
    const result = await runBatch(ranges);

    expect(result.error).toBeUndefined();
    expect(result.payload).toEqual({ batchItemFailures: [] });
    expect(await pipeline.uids()).toHaveLength(6);
    const committed = (await pipeline.checkpoints()).map((checkpoint) => checkpoint.committed);
    expect(new Set(committed)).toEqual(new Set([12_345, 8_192]));
    expect(loggedBy(result).map(({ event }) => event)).toEqual(['range.settled', 'range.settled']);
    expect(metricsOf(result)).toMatchObject({ service: 'processor', RecordsDelivered: [3, 3] });
    expect(everythingOf(result)).not.toContain('marker');
  });

  it('gives back only the range that it refuses, and says which container to configure', async () => {
    const [settled = '', refused = ''] = idsOf(partial);

    const result = await runBatch(partial);

    expect(result.payload).toEqual(givenBack([refused]));
    expect(await pipeline.checkpoints()).toMatchObject([{ committed: 12_345, deliveredRecords: 3 }]);
    const [first] = loggedBy(result);
    expect(first).toMatchObject({
      event: 'range.refused',
      messageId: refused,
      error: {
        code: 'RANGE_REFUSED',
        message: expect.stringContaining('insights-logs-not-configured is not configured'),
        fix: expect.stringContaining('AzureStorageContainerName'),
      },
    });
    expect(JSON.stringify(first)).not.toContain(settled);
  });

  it('settles a batch that comes again without sending anything twice', async () => {
    await runBatch(ranges);
    const { requests } = pipeline.cloud.lake.counters();

    const again = await runBatch(ranges);

    expect(again.payload).toEqual({ batchItemFailures: [] });
    expect(pipeline.cloud.lake.counters().requests).toBe(requests);
  });
});

describe('settings', () => {
  it('that are missing are all named in one error, and the whole batch comes again', async () => {
    const names = requiredOf(PROCESSOR_SETTINGS);

    const result = await runBatch(ranges, Object.fromEntries(names.map((name) => [name, undefined])));

    expect(result.payload).toBeNull();
    expect(result.error?.errorType).toBe('CONFIGURATION_INVALID');
    for (const name of names)
      expect(result.error?.errorMessage).toMatch(new RegExp(`${name} is not set \\(.+; for example`));
    expect(result.error?.errorMessage).toContain('What to do: Correct the settings');
    expect(await pipeline.checkpoints()).toEqual([]);
  });

  it('that do not go together are all named in one error, too', async () => {
    const result = await runBatch(ranges, {
      DESTINATION: 'Both',
      CLOUDTRAIL_CHANNEL_ARN: undefined,
      EVENT_BUCKET_NAME: undefined,
    });

    expect(result.error?.errorType).toBe('CONFIGURATION_INVALID');
    for (const name of ['CLOUDTRAIL_CHANNEL_ARN', 'EVENT_BUCKET_NAME'])
      expect(result.error?.errorMessage).toContain(`${name} is not set, and DESTINATION Both needs it`);
  });
});

interface Obstacle {
  readonly what: string;
  readonly change?: (pipeline: Pipeline) => EnvironmentChange;
  /** The connection string in the secret. */
  readonly secret?: (good: string) => string;
  readonly code: string;
  /** What message and fix together must tell a person. */
  readonly tells: readonly string[];
}

const WHOLE: readonly Obstacle[] = [
  {
    what: 'a secret that does not exist',
    change: () => ({ AZURE_STORAGE_CONNECTION_STRING_SECRET: 'crosstrail/none' }),
    code: 'SECRET_NOT_READABLE',
    tells: ['secret crosstrail/none could not be read', 'ResourceNotFoundException', 'GetSecretValue'],
  },
  {
    what: 'a secret that holds something else',
    secret: () => 'hunter2-marker',
    code: 'CONNECTION_STRING_INVALID',
    tells: ['does not hold a storage account connection string', 'Access keys'],
  },
];

describe('what nobody can do anything with is a failed invocation: the whole batch comes again', () => {
  it.each(WHOLE)('$what', async ({ change, secret: broken, code, tells }) => {
    if (broken !== undefined) secret(broken(connectionString));

    const result = await runBatch(ranges, change?.(pipeline));

    expect(result.payload).toBeNull();
    expect(result.error?.errorType).toBe(code);
    for (const part of tells) expect(result.error?.errorMessage).toContain(part);
    expect(everythingOf(result)).not.toContain('hunter2');
    expect(await pipeline.checkpoints()).toEqual([]);
    expect(await pipeline.uids()).toEqual([]);
  });
});

const PER_RANGE: readonly Obstacle[] = [
  {
    what: 'a key that Azure refuses',
    secret: (good) => good.replace(/AccountKey=[^;]+/, 'AccountKey=bWFya2VyLWtleQ=='),
    code: 'AZURE_ACCESS_DENIED',
    tells: [`Reading devstoreaccount1/${CONTAINER}/resourceId=`, '403', 'Renew the connection string'],
  },
  {
    what: 'an endpoint where nobody answers',
    secret: (good) => good.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'),
    code: 'AZURE_UNREACHABLE',
    tells: ['127.0.0.1:9', 'ECONNREFUSED', 'Check the endpoint in the connection string'],
  },
  {
    what: 'a channel that does not exist',
    change: ({ cloud }) => ({
      CLOUDTRAIL_CHANNEL_ARN: cloud.lake.channelArn.replace(/[^/]+$/, '99999999-4e5f-4a6b-8c7d-9e0f1a2b3c4d'),
    }),
    code: 'CHANNEL_REFUSED',
    tells: ['channel/99999999-', 'answered ChannelNotFound', 'Check the channel ARN'],
  },
  {
    what: 'a channel of another account',
    change: ({ cloud }) => ({
      RECIPIENT_ACCOUNT_ID: '999999999999',
      CLOUDTRAIL_CHANNEL_ARN: cloud.lake.channelArn.replace(/:\d{12}:/, ':999999999999:'),
    }),
    code: 'CHANNEL_REFUSED',
    tells: [':999999999999:channel/', 'answered ChannelInsufficientPermission', 'account'],
  },
  {
    what: 'a table that does not exist',
    change: () => ({ CHECKPOINT_TABLE_NAME: 'no-such-table' }),
    code: 'STATE_TABLE_FAILED',
    tells: ['no-such-table', 'DynamoDB permissions'],
  },
];

describe('an obstacle is one clear error for each range, which comes again; checkpoints are untouched', () => {
  it.each(PER_RANGE)('$what', async ({ change, secret: broken, code, tells }) => {
    if (broken !== undefined) secret(broken(connectionString));

    const result = await runBatch(ranges, change?.(pipeline));

    expect(result.error).toBeUndefined();
    expect(result.payload).toEqual(givenBack(idsOf(ranges)));
    const errors = loggedAboutRanges(result).map(
      ({ error }) => error as { code: string; message: string; fix: string },
    );
    expect(errors.map((error) => error.code)).toEqual([code, code]);
    for (const { message, fix } of errors) {
      for (const part of tells) expect(`${message} ${fix}`).toContain(part);
    }
    expect(everythingOf(result)).not.toMatch(/AccountKey=|bWFya2Vy|marker/);
    expect(await pipeline.checkpoints()).toEqual([]);
    expect(await pipeline.uids()).toEqual([]);
  });

  it('a container that does not exist', async () => {
    await pipeline.blobs().delete();

    const result = await runBatch(ranges);

    expect(result.payload).toEqual(givenBack(idsOf(ranges)));
    expect(loggedAboutRanges(result)).toMatchObject([
      {
        event: 'range.failed',
        error: { code: 'CONTAINER_NOT_FOUND', fix: expect.stringContaining('container name') },
      },
      { event: 'range.failed' },
    ]);
    expect(await pipeline.checkpoints()).toEqual([]);
  });

  it('a bucket that does not exist, of which each window stays open until it is mended', async () => {
    const toS3 = { DESTINATION: 'S3', CLOUDTRAIL_CHANNEL_ARN: '' };

    const result = await runBatch(ranges, { ...toS3, EVENT_BUCKET_NAME: 'no-such-bucket' });

    expect(result.payload).toEqual(givenBack(idsOf(ranges)));
    expect(loggedAboutRanges(result)).toMatchObject(
      [1, 2].map(() => ({
        event: 'range.failed',
        error: {
          code: 'EVENT_BUCKET_REFUSED',
          message: expect.stringContaining('no-such-bucket answered NoSuchBucket (404)'),
          fix: expect.stringContaining('s3:PutObject'),
        },
      })),
    );
    expect((await pipeline.checkpoints()).map(({ committed }) => committed)).toEqual([0, 0]);

    const again = await runBatch(ranges, { ...toS3, EVENT_BUCKET_NAME: EVENT_BUCKET });

    expect(again.payload).toEqual({ batchItemFailures: [] });
    const [settled] = await pipeline.checkpoints();
    expect(settled).toMatchObject({ openWindow: undefined, examined: settled?.committed });
    const rows = (await pipeline.objects()).flatMap((object) => object.rows.map(({ eventid }) => eventid));
    const records = (await pipeline.checkpoints()).reduce((sum, each) => sum + each.deliveredRecords, 0);
    expect(new Set(rows).size).toBe(records);
    expect(rows).toHaveLength(records);
    expect(await pipeline.uids()).toEqual([]);
  });

  it('a failure queue that does not exist holds up only the log object that has a reject', async () => {
    const [withReject, without] = ranges.Records.map(({ body }) => readRangeMessage(body).logObject);
    await pipeline
      .blobs()
      .getBlobClient(withReject?.name ?? '')
      .delete();
    await appendAt(
      pipeline,
      withReject?.generation ?? '',
      withReject?.name ?? '',
      'no json\n'.padStart(12_345, ' '),
    );

    const result = await runBatch(ranges, {
      FAILURE_QUEUE_URL: `${pipeline.cloud.sqs.endpoint}/000000000000/no-such-queue`,
    });

    expect(result.payload).toEqual(givenBack(idsOf(ranges).slice(0, 1)));
    expect(await pipeline.checkpoints()).toMatchObject([
      { logObject: { name: without?.name }, committed: 8_192 },
    ]);
  });
});

it('a range stays in the queue while the key is wrong, and is settled by the same process once it is right', async () => {
  await pipeline.append(nameAt('2026-11-20T12'), line('a'));
  await pipeline.aggregate();
  secret(connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=b2xk'));
  const client = new SQSClient({
    endpoint: pipeline.cloud.sqs.endpoint,
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
  const mapping = createEventSourceMapping({
    client,
    queueUrl: pipeline.cloud.sqs.queueUrl(RANGE_QUEUE),
    queueArn: pipeline.cloud.sqs.queueArn(RANGE_QUEUE),
    lambda: functions.create('processor', pipeline.cloud),
    retryAfterSeconds: 1,
  });

  const refused = await mapping.poll();
  secret(connectionString);
  const { drained, batches } = await mapping.drain();
  client.destroy();

  expect(refused?.failed).toBe(refused?.messages);
  expect(drained).toBe(true);
  expect(batches.every(({ invocation }) => !invocation.coldStart)).toBe(true);
  expect(await pipeline.uids()).toHaveLength(7);
});
