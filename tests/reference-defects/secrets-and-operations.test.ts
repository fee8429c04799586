import { readdir, readFile } from 'node:fs/promises';
import { toSqsEvent } from '#local/lambda/sqs-event.ts';
import { RANGE_QUEUE } from '#local/sqs.ts';
import { AzureLogObjectListing } from '#shared/azure/log-object-listing.ts';
import { accountBySecret } from '../pipeline/account-by-secret.ts';
import { BuiltFunctions, eventOf, everythingOf, loggedBy, metricsOf } from '../pipeline/built-functions.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';
import { environmentOf, idsOf, properties, referredId, template } from '../template/deployed-template.ts';
import { evaluate } from '../template/evaluate.ts';
import { statementsOf } from '../template/permissions.ts';

const ROOT = new URL('../../', import.meta.url);
const NAME = nameAt('2026-11-20T12');
const MARKER = 'marker-of-the-record';
/** Functions that read the storage account. */
const READERS = ['AggregatorFunction', 'ProcessorFunction'];

let functions: BuiltFunctions;
let pipeline: Pipeline;
beforeAll(async () => {
  functions = await BuiltFunctions.build('aggregator', 'processor');
  pipeline = await Pipeline.start();
  await pipeline.append(NAME, line(MARKER));
});
afterAll(async () => {
  await functions.close();
  await pipeline.close();
});

function parameter(name: string) {
  const found = template.Parameters[name];
  if (found === undefined) throw new Error(`template.yaml has no parameter ${name}`);
  return found;
}

it('OPS1: the functions know the name of the secret, and read its value when they run', async () => {
  for (const id of READERS) {
    const environment = environmentOf(id);
    expect(environment['AZURE_STORAGE_CONNECTION_STRING_SECRET']).toEqual({
      Ref: 'AzureStorageConnectionStringSecret',
    });
  }
  expect(JSON.stringify(template)).not.toContain('{{resolve:');

  const result = await functions
    .create('aggregator', pipeline.cloud)
    .invoke(await eventOf('aggregator-schedule.json'));

  expect(result.error).toBeUndefined();
  expect(everythingOf(result)).not.toContain('AccountKey=');
});

it('OPS2: a rotated key is read again when Azure refuses the old one, without a new deployment', async () => {
  const { connectionString } = pipeline.cloud.azureBlob;
  const secrets = [connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=b2xkLWtleQ=='), connectionString];
  const { account } = await accountBySecret(() => secrets.shift() ?? connectionString);

  const result = await pipeline.aggregate({ listing: new AzureLogObjectListing(account) });

  expect(result).toMatchObject({ outcome: 'finished', logObjectsListed: 1 });
  expect(secrets).toEqual([]);
});

it('OPS3: the permission to read the secret is used, and its ARN allows for the six characters that AWS adds', () => {
  for (const id of ['AggregatorRole', 'ProcessorRole']) {
    const statement = statementsOf(id).find(({ Action }) => Action === 'secretsmanager:GetSecretValue');

    expect(evaluate(statement?.Resource)).toEqual([
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:crosstrail/azure-storage-??????',
    ]);
  }
});

it('OPS4: no record, claim or address reaches the log, at any level', async () => {
  await pipeline.append(NAME, line(MARKER).replace('Success', 'Failed') + `no json ${MARKER}\n`);
  const change = { POWERTOOLS_LOG_LEVEL: 'DEBUG' };
  const aggregator = functions.create('aggregator', pipeline.cloud, change);
  const processor = functions.create('processor', pipeline.cloud, change);

  const listed = await aggregator.invoke(await eventOf('aggregator-schedule.json'));
  const messages = await pipeline.takeRanges();
  const processed = await processor.invoke(toSqsEvent(messages, pipeline.cloud.sqs.queueArn(RANGE_QUEUE)));

  expect(messages.length).toBeGreaterThan(0);
  expect(loggedBy(processed).map(({ event }) => event)).toContain('record.rejected');
  expect(everythingOf(listed) + everythingOf(processed)).not.toContain(MARKER);
});

it('OPS5: logs stay for months, events for as long as one says, and the short default is called what it is', () => {
  const retention = parameter('CloudTrailEventRetentionPeriod');

  expect(parameter('LogRetentionDays').Default).toBeGreaterThanOrEqual(90);
  expect(retention.MaxValue).toBe(3653);
  // The default is the seed's; its text tells what an audit trail wants.
  expect(retention.Description).toContain('suits a trial only');
});

it('OPS6: neither the events nor the checkpoints can be deleted by a click', () => {
  expect(properties('EventDataStore')['TerminationProtectionEnabled']).toBe(true);
  expect(properties('CheckpointTable')['DeletionProtectionEnabled']).toBe(true);
});

it('OPS7: an alarm watches every function, and every queue or the one to which it gives up its messages', () => {
  const watched = JSON.stringify(idsOf('AWS::CloudWatch::Alarm').map((id) => properties(id)['Dimensions']));
  const restOf = (id: string): string => {
    const redrive = properties(id)['RedrivePolicy'] as { deadLetterTargetArn: unknown } | undefined;
    return redrive === undefined ? id : referredId(redrive.deadLetterTargetArn);
  };

  for (const id of [...idsOf('AWS::Serverless::Function'), ...idsOf('AWS::SQS::Queue')]) {
    expect([id, watched.includes(`"${restOf(id)}"`)]).toEqual([id, true]);
  }
});

it('OPS8: each run counts what it did in metrics, and each of its log lines names the run and its trace', async () => {
  const processor = functions.create('processor', pipeline.cloud);
  const message = { MessageId: 'm', ReceiptHandle: 'r', Body: JSON.stringify({ version: 1 }) };

  const result = await processor.invoke(toSqsEvent([message], pipeline.cloud.sqs.queueArn(RANGE_QUEUE)));

  expect(metricsOf(result)).toMatchObject({ service: 'processor', RangesRefused: 1 });
  expect(loggedBy(result).length).toBeGreaterThan(0);
  for (const logged of loggedBy(result)) {
    expect(logged).toMatchObject({
      requestId: result.requestId,
      xray_trace_id: expect.stringMatching(/^1-/),
    });
  }
});

it('OPS9: one script runs tests, lint, types and build; every dependency has one exact version', async () => {
  const script = await readFile(new URL('.ci/run', ROOT), 'utf8');
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(new URL('package.json', ROOT), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const requirements = await readFile(new URL('.ci/requirements.txt', ROOT), 'utf8');

  for (const step of [
    'npm ci',
    'npm test',
    'npm run lint',
    'npm run typecheck',
    'npm run build',
    'cfn-lint',
  ]) {
    expect(script).toContain(step);
  }
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d/);
  for (const requirement of requirements.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    expect(requirement).toContain('==');
  }
});

it('OPS10: the schedule is one of EventBridge Scheduler, in the template and in what is written about it', async () => {
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  const names = (await readdir(new URL('docs/', ROOT))).filter((name) => name.endsWith('.md'));
  const pages = await Promise.all(
    ['README.md', ...names.map((name) => `docs/${name}`)].map((page) =>
      readFile(new URL(page, ROOT), 'utf8'),
    ),
  );

  expect(types).toContain('AWS::Scheduler::Schedule');
  expect(types).not.toContain('AWS::Events::Rule');
  expect(pages.join('\n')).not.toMatch(/EventBridge rule/i);
});

it('OPS11: one deployment reads several containers, and storage accounts do not get into each other’s way', async () => {
  const other = 'insights-logs-signinlogs';
  await pipeline.append(NAME, line('b'), other);
  const aggregator = functions.create('aggregator', pipeline.cloud, {
    AZURE_STORAGE_CONTAINER_NAME: `${CONTAINER},${other}`,
  });

  const { payload } = await aggregator.invoke(await eventOf('aggregator-schedule.json'));

  expect(payload).toMatchObject({
    containers: [{ container: CONTAINER }, { container: other, rangesEnqueued: 1 }],
  });
  const { watermarks } = pipeline.aggregation;
  expect((await watermarks.read('devstoreaccount1', other)).watermark).toBeDefined();
  expect((await watermarks.read('anotheraccount', other)).watermark).toBeUndefined();
});
