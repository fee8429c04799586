import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { SQSEvent } from 'aws-lambda';
import { readTemplate } from '#local/read-template.ts';
import {
  GRAPH_COLLECTOR_SETTINGS,
  OFFICE365_COLLECTOR_SETTINGS,
} from '#shared/configuration/collector-settings.ts';
import { readConfiguration, type Settings } from '#shared/configuration/read-configuration.ts';
import {
  AGGREGATOR_SETTINGS,
  AUDITOR_SETTINGS,
  PROCESSOR_SETTINGS,
  REPLAYER_SETTINGS,
} from '#shared/configuration/settings.ts';
import { messageDeduplicationId, messageGroupId, readRangeMessage } from '#shared/ranges/range.ts';
import { readReplayRequest } from '#replayer/replay-request.ts';

const EVENTS = new URL('../../events/', import.meta.url);

async function event(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(name, EVENTS), 'utf8'));
}

const BATCHES = ['processor-ranges.json', 'processor-partial-failure.json'];

describe.each(BATCHES)('%s is a batch as the SQS poller of Lambda sends it', (name) => {
  it('holds two messages of the FIFO range queue with all that SQS adds', async () => {
    const { Records: records } = (await event(name)) as SQSEvent;

    expect(records).toHaveLength(2);
    expect(new Set(records.map(({ messageId }) => messageId)).size).toBe(2);
    for (const record of records) {
      expect(record).toMatchObject({
        receiptHandle: expect.any(String) as unknown,
        messageAttributes: {},
        md5OfBody: createHash('md5').update(record.body).digest('hex'),
        eventSource: 'aws:sqs',
        eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:\d{12}:[\w-]+\.fifo$/) as unknown,
        awsRegion: 'us-east-1',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/) as unknown,
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as unknown,
          SenderId: expect.any(String) as unknown,
          SequenceNumber: expect.stringMatching(/^\d{20}$/) as unknown,
        },
      });
    }
  });

  it('carries range messages as the Aggregator writes them, grouped by log object', async () => {
    const { Records: records } = (await event(name)) as SQSEvent;

    for (const { body, attributes } of records) {
      const range = readRangeMessage(body);

      expect(range.end).toBeGreaterThan(0);
      expect(attributes.MessageGroupId).toBe(messageGroupId(range.logObject));
      expect(attributes.MessageDeduplicationId).toBe(messageDeduplicationId(range));
    }
  });
});

describe('the containers of the events', () => {
  async function containersOf(name: string): Promise<string[]> {
    const { Records: records } = (await event(name)) as SQSEvent;
    return records.map(({ body }) => readRangeMessage(body).logObject.container);
  }

  async function configured(): Promise<string[]> {
    const { ProcessorFunction } = (await event('env.json')) as { ProcessorFunction: Record<string, string> };
    return (ProcessorFunction['AZURE_STORAGE_CONTAINER_NAME'] ?? '').split(',');
  }

  it('are configured in the batch that is settled', async () => {
    expect(await configured()).toEqual(expect.arrayContaining(await containersOf('processor-ranges.json')));
  });

  it('make the second range of the partial failure the one that is refused', async () => {
    const [first, second] = await containersOf('processor-partial-failure.json');

    expect(await configured()).toContain(first);
    expect(await configured()).not.toContain(second);
  });
});

const SCHEDULES = [
  'aggregator-schedule.json',
  'auditor-schedule.json',
  'graph-collector-schedule.json',
  'office365-collector-schedule.json',
];

it.each(SCHEDULES)(
  '%s is what EventBridge Scheduler sends when a schedule has no input of its own',
  async (name) => {
    expect(await event(name)).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: expect.stringMatching(/^\d{12}$/) as unknown,
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/) as unknown,
      region: 'us-east-1',
      resources: [
        expect.stringMatching(/^arn:aws:scheduler:us-east-1:\d{12}:schedule\/default\//) as unknown,
      ],
      // Text, unlike the events of an EventBridge rule.
      detail: '{}',
    });
  },
);

it.each([
  ['replayer-by-reason.json', { ranges: false, reason: 'NOT_JSON', limit: 100, dryRun: true }],
  [
    'replayer-ranges.json',
    { ranges: true, reason: undefined, limit: Number.POSITIVE_INFINITY, dryRun: false },
  ],
])('%s is a request that the Replayer reads', async (name, request) => {
  expect(readReplayRequest(await event(name))).toEqual(request);
});

it('env.json sets variables that the template declares, because sam local invoke drops all others', async () => {
  const { Globals, Resources } = await readTemplate();
  const variables = (owner: unknown): string[] =>
    Object.keys((owner as { Environment: { Variables: Record<string, unknown> } }).Environment.Variables);

  for (const [id, values] of Object.entries(
    (await event('env.json')) as Record<string, Record<string, string>>,
  )) {
    const declared = new Set([...variables(Globals.Function), ...variables(Resources[id]?.Properties)]);

    expect(Object.keys(values).filter((name) => !declared.has(name))).toEqual([]);
  }
});

describe.each([
  ['AggregatorFunction', AGGREGATOR_SETTINGS],
  ['AuditorFunction', AUDITOR_SETTINGS],
  ['ProcessorFunction', PROCESSOR_SETTINGS],
  ['ReplayerFunction', REPLAYER_SETTINGS],
  ['GraphCollectorFunction', GRAPH_COLLECTOR_SETTINGS],
  ['Office365CollectorFunction', OFFICE365_COLLECTOR_SETTINGS],
])('env.json for %s', (id, settings: Settings) => {
  async function environment(): Promise<Record<string, string>> {
    return ((await event('env.json')) as Record<string, Record<string, string>>)[id] ?? {};
  }

  it('is a configuration that the handler accepts', async () => {
    const values = await environment();

    expect(() => readConfiguration(settings, values)).not.toThrow();
  });

  it('sends every AWS call to this machine', async () => {
    const { NODE_OPTIONS = '' } = await environment();

    const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'JSON.stringify(process.env)'], {
      env: { NODE_OPTIONS },
    });

    const endpoints = Object.entries(JSON.parse(stdout) as Record<string, string>).filter(([name]) =>
      name.startsWith('AWS_ENDPOINT_URL_'),
    );
    expect(endpoints.length).toBeGreaterThanOrEqual(3);
    for (const [, url] of endpoints) expect(new URL(url).hostname).toBe('127.0.0.1');
  });
});

it('every file of events/ is checked here', async () => {
  const files = (await readdir(EVENTS)).filter((name) => name.endsWith('.json'));

  expect(files.toSorted()).toEqual(
    [...BATCHES, ...SCHEDULES, 'replayer-by-reason.json', 'replayer-ranges.json', 'env.json'].toSorted(),
  );
});
