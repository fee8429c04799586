import { setTimeout as sleep } from 'node:timers/promises';
import { REREAD_PAUSE_MS } from '#shared/azure/storage-account.ts';
import { CONNECTION_STRING_SECRET } from '#local/local-cloud.ts';
import { AGGREGATOR_SETTINGS } from '#shared/configuration/settings.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';
import {
  BuiltFunctions,
  eventOf,
  everythingOf,
  loggedBy,
  metricsOf,
  requiredOf,
  type EnvironmentChange,
} from '../pipeline/built-functions.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const ACCOUNT = 'devstoreaccount1';
const NAME = nameAt('2026-11-20T12');
const MARKER = 'marker-of-the-record';

let functions: BuiltFunctions;
let pipeline: Pipeline;
let connectionString: string;

beforeAll(async () => {
  functions = await BuiltFunctions.build('aggregator');
});
afterAll(async () => functions.close());
beforeEach(async () => {
  pipeline = await Pipeline.start();
  ({ connectionString } = pipeline.cloud.azureBlob);
  await pipeline.append(NAME, line(MARKER));
});
afterEach(async () => {
  await functions.end();
  await pipeline.close();
});

async function runSchedule(change: EnvironmentChange = {}) {
  return functions
    .create('aggregator', pipeline.cloud, change)
    .invoke(await eventOf('aggregator-schedule.json'));
}

async function watermark(container = CONTAINER): Promise<number | undefined> {
  return (await pipeline.aggregation.watermarks.read(ACCOUNT, container)).watermark;
}

async function enqueued(): Promise<string[]> {
  return (await pipeline.takeRanges()).map(({ Body = '' }) => readRangeMessage(Body).logObject.name);
}

function secret(value: string): void {
  pipeline.cloud.secretsManager.put(CONNECTION_STRING_SECRET, value);
}

describe('the built Aggregator, started by its schedule', () => {
  it('enqueues what grew, moves the watermark and says so in its log and metrics', async () => {
    const result = await runSchedule();

    expect(result.error).toBeUndefined();
    expect(result.payload).toEqual({
      containers: [
        {
          account: 'devstoreaccount1',
          container: CONTAINER,
          outcome: 'finished',
          scopes: 1,
          // The horizon and the hour of clock skew.
          days: 3,
          logObjectsListed: 1,
          rangesEnqueued: 1,
          bytesEnqueued: line(MARKER).length,
        },
      ],
    });
    expect(await enqueued()).toEqual([NAME]);
    expect(Math.abs(((await watermark()) ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(loggedBy(result)).toMatchObject([{ event: 'aggregation.finished', requestId: result.requestId }]);
    expect(metricsOf(result)).toMatchObject({ service: 'aggregator', RangesEnqueued: 1 });
    expect(everythingOf(result)).not.toContain(MARKER);
  });

  it('aggregates the other containers when one fails, and fails', async () => {
    const result = await runSchedule({
      AZURE_STORAGE_CONTAINER_NAME: `insights-logs-missing,${CONTAINER}`,
    });

    expect(result.error).toMatchObject({
      errorType: 'CONTAINER_NOT_FOUND',
      errorMessage: expect.stringContaining(`${ACCOUNT}/insights-logs-missing`),
    });
    expect(metricsOf(result)).toMatchObject({ AggregationsFailed: 1, RangesEnqueued: 1 });
    expect(await enqueued()).toEqual([NAME]);
    expect(await watermark()).toBeDefined();
    expect(await watermark('insights-logs-missing')).toBeUndefined();
  });
});

describe('settings', () => {
  it('that are missing are all named in one error, each with what it is for and an example', async () => {
    const names = requiredOf(AGGREGATOR_SETTINGS);

    const { error } = await runSchedule(Object.fromEntries(names.map((name) => [name, undefined])));

    expect(error?.errorType).toBe('CONFIGURATION_INVALID');
    for (const name of names)
      expect(error?.errorMessage).toMatch(new RegExp(`${name} is not set \\(.+; for example`));
    expect(error?.errorMessage).toContain('What to do: Correct the settings');
  });

  it('that are wrong are all named in one error, and none is repeated', async () => {
    const { error } = await runSchedule({
      AZURE_STORAGE_CONTAINER_NAME: 'Insights_Logs',
      AZURE_STORAGE_CONNECTION_STRING_SECRET: connectionString,
      RANGE_QUEUE_URL: 'ranges.fifo',
      HORIZON_HOURS: 'two days',
    });

    expect(error?.errorType).toBe('CONFIGURATION_INVALID');
    expect(error?.errorMessage).toMatch(/AZURE_STORAGE_CONTAINER_NAME must be .+ 3 to 63 lower-case letters/);
    expect(error?.errorMessage).toContain(
      'AZURE_STORAGE_CONNECTION_STRING_SECRET holds a connection string itself',
    );
    expect(error?.errorMessage).toContain('RANGE_QUEUE_URL must be a URL');
    expect(error?.errorMessage).toContain('HORIZON_HOURS must be a whole number from 4 to 744');
    expect(JSON.stringify(error)).not.toMatch(/Insights_Logs|AccountKey=|two days/);
  });
});

interface Obstacle {
  readonly what: string;
  readonly change?: EnvironmentChange;
  /** The connection string in the secret. */
  readonly secret?: (good: string) => string;
  readonly errorType: string;
  /** What the message must tell a person. */
  readonly tells: readonly string[];
}

const OBSTACLES: readonly Obstacle[] = [
  {
    what: 'a secret that does not exist',
    change: { AZURE_STORAGE_CONNECTION_STRING_SECRET: 'crosstrail/none' },
    errorType: 'SECRET_NOT_READABLE',
    tells: ['secret crosstrail/none could not be read', 'ResourceNotFoundException', 'GetSecretValue'],
  },
  {
    what: 'a secret that holds something else',
    secret: () => 'hunter2-marker',
    errorType: 'CONNECTION_STRING_INVALID',
    tells: ['does not hold a storage account connection string', 'Access keys'],
  },
  {
    what: 'a secret with several JSON members',
    secret: (good) => JSON.stringify({ connection: good, other: 'x' }),
    errorType: 'CONNECTION_STRING_INVALID',
    tells: [CONNECTION_STRING_SECRET, 'entry 2 of 2'],
  },
  {
    what: 'a container that does not exist',
    change: { AZURE_STORAGE_CONTAINER_NAME: 'insights-logs-none' },
    errorType: 'CONTAINER_NOT_FOUND',
    tells: [`Listing ${ACCOUNT}/insights-logs-none`, '404', 'Check the container name'],
  },
  {
    what: 'a key that Azure refuses',
    secret: (good) => good.replace(/AccountKey=[^;]+/, 'AccountKey=bWFya2VyLWtleQ=='),
    errorType: 'AZURE_ACCESS_DENIED',
    tells: [`Listing ${ACCOUNT}/${CONTAINER}`, '403', 'Renew the connection string', 'firewall'],
  },
  {
    what: 'an endpoint where nobody answers',
    secret: (good) => good.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'),
    errorType: 'AZURE_UNREACHABLE',
    tells: ['127.0.0.1:9', 'ECONNREFUSED', 'Check the endpoint in the connection string'],
  },
  {
    what: 'a table that does not exist',
    change: { CHECKPOINT_TABLE_NAME: 'no-such-table' },
    errorType: 'STATE_TABLE_FAILED',
    tells: ['no-such-table', 'ResourceNotFoundException', 'DynamoDB permissions'],
  },
];

describe('an obstacle is one clear error, a failed invocation, and an untouched watermark', () => {
  it.each(OBSTACLES)('$what', async ({ change = {}, secret: broken, errorType, tells }) => {
    if (broken !== undefined) secret(broken(connectionString));

    const result = await runSchedule(change);

    expect(result.payload).toBeNull();
    expect(result.error?.errorType).toBe(errorType);
    for (const part of tells) expect(result.error?.errorMessage).toContain(part);
    expect(result.error?.errorMessage.match(/What to do: /g)).toHaveLength(1);
    expect(loggedBy(result)).toMatchObject([{ event: 'aggregation.failed', level: 'ERROR' }]);
    expect(metricsOf(result)).toMatchObject({ AggregationsFailed: 1 });
    expect(everythingOf(result)).not.toMatch(/AccountKey=|bWFya2Vy|hunter2/);
    expect(await watermark()).toBeUndefined();
    expect(await enqueued()).toEqual([]);
  });

  it('a queue that does not exist, met after listing', async () => {
    const result = await runSchedule({
      RANGE_QUEUE_URL: `${pipeline.cloud.sqs.endpoint}/000000000000/no-such-queue.fifo`,
    });

    expect(result.error?.errorType).toBe('QUEUE_REFUSED');
    expect(result.error?.errorMessage).toContain('no-such-queue.fifo');
    expect(result.error?.errorMessage).toContain('Check the queue URL');
    expect(await watermark()).toBeUndefined();
  });
});

it('goes on in the same process once the secret holds the right connection string', async () => {
  secret(connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=b2xk'));
  const lambda = functions.create('aggregator', pipeline.cloud);
  const refused = await lambda.invoke(await eventOf('aggregator-schedule.json'));

  secret(connectionString);
  // A secret that was just read in vain is not read again at once.
  await sleep(REREAD_PAUSE_MS);
  const next = await lambda.invoke(await eventOf('aggregator-schedule.json'));

  expect(refused.error?.errorType).toBe('AZURE_ACCESS_DENIED');
  expect(next).toMatchObject({ coldStart: false, payload: { containers: [{ outcome: 'finished' }] } });
  expect(await enqueued()).toEqual([NAME]);
});
