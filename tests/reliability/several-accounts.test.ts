import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BlobServiceClient } from '@azure/storage-blob';
import { toSqsEvent } from '#local/lambda/sqs-event.ts';
import { CONNECTION_STRING_SECRET, lambdaEnvironment } from '#local/local-cloud.ts';
import { BACKFILL_QUEUE, RANGE_QUEUE } from '#local/sqs.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';
import { BuiltFunctions, loggedBy } from '../pipeline/built-functions.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const CROSSTRAIL = fileURLToPath(new URL('../../bin/crosstrail.js', import.meta.url));
const SIGN_INS = 'insights-logs-signinlogs';
const NOW = new Date().toISOString().slice(0, 13);

let pipeline: Pipeline;
let functions: BuiltFunctions;
let first: string;
let second: string;

beforeAll(async () => {
  functions = await BuiltFunctions.build('aggregator', 'processor', 'auditor');
});
beforeEach(async () => {
  pipeline = await Pipeline.start();
  const { azureBlob } = pipeline.cloud;
  [first, second] = [azureBlob.connectionString, azureBlob.second.connectionString];
  setSecret(first, second);
  await append(first, CONTAINER, 'of the first');
  await append(second, CONTAINER, 'of the second');
});
afterEach(async () => {
  await functions.end();
  await pipeline.close();
});
afterAll(async () => functions.close());

function setSecret(...connectionStrings: readonly string[]): void {
  pipeline.cloud.secretsManager.put(CONNECTION_STRING_SECRET, connectionStrings.join('\n'));
}

async function append(connectionString: string, container: string, marker: string): Promise<void> {
  const client = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);
  await client.createIfNotExists();
  const blob = client.getAppendBlobClient(nameAt(NOW));
  await blob.createIfNotExists();
  const bytes = Buffer.from(line(marker));
  await blob.appendBlock(bytes, bytes.length);
}

async function aggregate(containers = CONTAINER) {
  const change = { AZURE_STORAGE_CONTAINER_NAME: containers };
  return functions.create('aggregator', pipeline.cloud, change).invoke({});
}

/** Processes what waits; gives the places of the ranges, and how many came back. */
async function process(containers = CONTAINER) {
  const messages = await pipeline.takeRanges();
  const batch = toSqsEvent(messages, pipeline.cloud.sqs.queueArn(RANGE_QUEUE));
  const change = { AZURE_STORAGE_CONTAINER_NAME: containers };
  const result = await functions.create('processor', pipeline.cloud, change).invoke(batch);
  const places = messages.map(({ Body = '' }) => {
    const { account, container } = readRangeMessage(Body).logObject;
    return `${account}/${container}`;
  });
  return { places: places.toSorted(), result };
}

it('records of both accounts are delivered, of log objects with the same name too, and both add up', async () => {
  const listed = await aggregate();
  const { places, result } = await process();
  const audited = await functions.create('auditor', pipeline.cloud).invoke({});

  expect(listed.payload).toMatchObject({
    containers: [
      { account: 'devstoreaccount1', outcome: 'finished', rangesEnqueued: 1 },
      { account: 'devstoreaccount2', outcome: 'finished', rangesEnqueued: 1 },
    ],
  });
  expect(places).toEqual([`devstoreaccount1/${CONTAINER}`, `devstoreaccount2/${CONTAINER}`]);
  expect(result.payload).toEqual({ batchItemFailures: [] });
  expect(await pipeline.uids()).toHaveLength(2);
  expect(audited.payload).toMatchObject({
    containers: [
      { storageAccount: 'devstoreaccount1', account: { deliveredRecords: 1 }, findings: 0 },
      { storageAccount: 'devstoreaccount2', account: { deliveredRecords: 1 }, findings: 0 },
    ],
  });
  expect((await aggregate()).payload).toMatchObject({
    containers: [{ rangesEnqueued: 0 }, { rangesEnqueued: 0 }],
  });
});

it('an account that fails is an error that names it, and stops no other', async () => {
  setSecret(first.replace(/AccountKey=[^;]+/, 'AccountKey=d3Jvbmc='), second);

  const listed = await aggregate();
  const { places } = await process();

  expect(listed.error?.errorMessage).toContain(`AZURE_ACCESS_DENIED: Listing devstoreaccount1/${CONTAINER}`);
  expect(loggedBy(listed)).toMatchObject([
    { event: 'aggregation.failed', account: 'devstoreaccount1', container: CONTAINER },
    { event: 'aggregation.finished', account: 'devstoreaccount2', container: CONTAINER },
  ]);
  expect(places).toEqual([`devstoreaccount2/${CONTAINER}`]);
});

it('a container of one account is no failure of the other, and is read in the account that is named only', async () => {
  await append(second, SIGN_INS, 'a sign-in');

  const anywhere = await aggregate(SIGN_INS);
  const named = await aggregate(`devstoreaccount1/${CONTAINER}`);

  expect(anywhere.error).toBeUndefined();
  expect(loggedBy(anywhere)).toMatchObject([
    { event: 'aggregation.finished', account: 'devstoreaccount2', container: SIGN_INS },
    { event: 'container.absent', account: 'devstoreaccount1', container: SIGN_INS },
  ]);
  expect(named.payload).toMatchObject({ containers: [{ account: 'devstoreaccount1' }] });
});

it('a container that was read and is gone from an account is loud', async () => {
  await aggregate();
  await BlobServiceClient.fromConnectionString(second).getContainerClient(CONTAINER).delete();

  const listed = await aggregate();

  expect(listed.error?.errorType).toBe('CONTAINER_NOT_FOUND');
  expect(listed.error?.errorMessage).toContain(`devstoreaccount2/${CONTAINER}`);
});

it('a range of an account, or of a container in an account, that is not configured is refused', async () => {
  await aggregate();
  setSecret(first);

  const { result } = await process(`devstoreaccount2/${CONTAINER},devstoreaccount1/other`);

  expect(result.payload).toMatchObject({ batchItemFailures: [{}, {}] });
  expect(loggedBy(result).filter(({ event }) => event === 'range.refused')).toHaveLength(2);
  expect(await pipeline.uids()).toEqual([]);
});

describe('the command line', () => {
  function crosstrail(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const env = {
      PATH: globalThis.process.env['PATH'] ?? '',
      ...lambdaEnvironment(pipeline.cloud, [CONTAINER]),
    };
    return new Promise((resolve) => {
      execFile(globalThis.process.execPath, [CROSSTRAIL, ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }
  const today = new Date().toISOString().slice(0, 10);

  it('backfills both accounts, or the one that is named', async () => {
    const both = await crosstrail('backfill', '--from', today, '--to', today, '--dry-run', '--json');
    const place = `devstoreaccount2/${CONTAINER}`;
    const one = await crosstrail('backfill', '--from', today, '--to', today, '--container', place);

    expect(JSON.parse(both.stdout)).toMatchObject({
      containers: [
        { account: 'devstoreaccount1', logObjects: 1 },
        { account: 'devstoreaccount2', logObjects: 1 },
      ],
    });
    expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining(`devstoreaccount2/${CONTAINER}`) });
    const [message, ...others] = await pipeline.takeRanges([BACKFILL_QUEUE]);
    expect(readRangeMessage(message?.Body ?? '').logObject.account).toBe('devstoreaccount2');
    expect(others).toEqual([]);
  });

  it('audits the account that works, says what failed, and ends with 2', async () => {
    await aggregate();
    await process();
    setSecret(first.replace(/AccountKey=[^;]+/, 'AccountKey=d3Jvbmc='), second);

    const audit = await crosstrail('audit', '--json');
    const alone = await crosstrail('audit', '--container', `devstoreaccount1/${CONTAINER}`);

    expect(audit.code).toBe(2);
    expect(audit.stderr).toContain(`AZURE_ACCESS_DENIED: Listing devstoreaccount1/${CONTAINER}`);
    expect(JSON.parse(audit.stdout)).toMatchObject({
      addsUp: true,
      containers: [{ storageAccount: 'devstoreaccount2', container: CONTAINER }],
    });
    expect(alone).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('AZURE_ACCESS_DENIED'),
    });
  });

  it('knows both forms of a container, and no others', async () => {
    for (const container of ['other', `devstoreaccount1/other`, 'a/b/c']) {
      const run = await crosstrail('audit', '--container', container);

      expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('CONTAINER_UNKNOWN') });
    }
  });
});
