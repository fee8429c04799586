import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AggregationResult } from '#aggregator/aggregate.ts';
import type { CollectionResult } from '#shared/collection/collect.ts';
import { buildBundles, type LambdaBundle } from './build-bundles.ts';
import { DUMMY_CREDENTIALS } from './dummy-credentials.ts';
import type { DestinationName } from './event-tables.ts';
import { createEventSourceMapping, type SettledBatch } from './lambda/event-source-mapping.ts';
import type { FunctionError } from './lambda/invocation.ts';
import { createLambdaFunction, type LocalLambdaFunction } from './lambda/runtime.ts';
import { lambdaEnvironment, LOCAL_REGION, type LocalCloud } from './local-cloud.ts';
import type { LocalMicrosoft } from './microsoft/local-microsoft.ts';
import { readTemplate } from './read-template.ts';
import { RAW_BUCKET } from './s3.ts';
import { BACKFILL_QUEUE, RANGE_QUEUE } from './sqs.ts';

/** What one scheduled run of the whole pipeline did. */
export interface PipelineRun {
  readonly containers: readonly AggregationResult[];
  /** What the collectors did; nothing without them. */
  readonly collected: readonly CollectionResult[];
  /** Ranges that were processed, and those that were given back. */
  readonly ranges: number;
  readonly unsettled: number;
  readonly invocations: number;
  readonly coldStarts: number;
  /** True when nothing was left in the range and backfill queues. */
  readonly drained: boolean;
}

/** The built Lambda bundles on the local cloud, triggered as in AWS. */
export interface LocalDeployment {
  /** One schedule tick: the Aggregator, then the Processor until the range and backfill queues are empty. Throws when one fails. */
  run(onBatch?: (batch: SettledBatch) => void): Promise<PipelineRun>;
  close(): Promise<void>;
}

const OUT_DIR = fileURLToPath(new URL('../../dist/', import.meta.url));
const SCHEDULE_EVENT = new URL('../../events/aggregator-schedule.json', import.meta.url);
/** Processors side by side: the laptop has few cores, and the local Lake is one process. */
const MAXIMUM_CONCURRENCY = 2;
/** Seconds until a range that failed comes again, whatever the Processor says: a demonstration does not wait. */
const RETRY_AFTER_SECONDS = 1;

function failureOf(functionName: string, { errorType, errorMessage }: FunctionError): Error {
  return new Error(`The ${functionName} failed: ${errorType}: ${errorMessage}`);
}

async function createFunction(
  bundles: readonly LambdaBundle[],
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<LocalLambdaFunction> {
  const bundle = bundles.find((each) => each.name === name);
  if (bundle === undefined) throw new Error(`src/${name} was not built`);
  const properties = (await readTemplate()).Resources[bundle.logicalId]?.Properties;
  return createLambdaFunction({
    functionName: name,
    bundle: bundle.file,
    environment: { ...environment, POWERTOOLS_SERVICE_NAME: name },
    timeoutSeconds: Number(properties?.['Timeout']),
    memoryMegabytes: Number(properties?.['MemorySize']),
    region: LOCAL_REGION,
  });
}

/** What a deployment may have beside what every one has. */
export interface DeploymentExtras {
  /** Variables of the functions beside those of the local cloud. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Microsoft's APIs: then both collectors run first. */
  readonly microsoft?: LocalMicrosoft;
}

async function collect(collector: LocalLambdaFunction, event: unknown): Promise<readonly CollectionResult[]> {
  const { error, payload } = await collector.invoke(event);
  if (error !== undefined) throw failureOf('collector', error);
  return (payload as { logTypes: readonly CollectionResult[] }).logTypes;
}

/** Builds the bundles as `npm run build` and `sam build` do, and connects them to the local cloud. */
export async function deployLocally(
  cloud: LocalCloud,
  containers: readonly string[],
  destination: DestinationName = 'CloudTrailLake',
  { environment: more = {}, microsoft }: DeploymentExtras = {},
): Promise<LocalDeployment> {
  const environment = {
    ...lambdaEnvironment(cloud, containers, destination),
    RAW_BUCKET_NAME: microsoft === undefined ? '' : RAW_BUCKET,
    ...more,
  };
  const collecting = microsoft === undefined ? [] : ['graph-collector', 'office365-collector'];
  const bundles = await buildBundles({ outDir: OUT_DIR, names: ['aggregator', 'processor', ...collecting] });
  const aggregator = await createFunction(bundles, 'aggregator', environment);
  const processor = await createFunction(bundles, 'processor', environment);
  const collectors: LocalLambdaFunction[] = [];
  for (const name of collecting)
    collectors.push(await createFunction(bundles, name, { ...environment, ...microsoft?.environment }));
  const scheduleEvent: unknown = JSON.parse(await readFile(SCHEDULE_EVENT, 'utf8'));
  const client = new SQSClient({
    endpoint: cloud.sqs.endpoint,
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });

  return {
    async run(onBatch) {
      const collected = await Promise.all(collectors.map((collector) => collect(collector, scheduleEvent)));
      const listed = await aggregator.invoke(scheduleEvent);
      if (listed.error !== undefined) throw failureOf('Aggregator', listed.error);
      const reports = [];
      for (const queue of [RANGE_QUEUE, BACKFILL_QUEUE]) {
        const mapping = createEventSourceMapping({
          client,
          queueUrl: cloud.sqs.queueUrl(queue),
          queueArn: cloud.sqs.queueArn(queue),
          lambda: processor,
          maximumConcurrency: MAXIMUM_CONCURRENCY,
          retryAfterSeconds: RETRY_AFTER_SECONDS,
          ...(onBatch === undefined ? {} : { onBatch }),
        });
        reports.push(await mapping.drain());
      }
      const drained = reports.every((report) => report.drained);
      const batches = reports.flatMap((report) => report.batches);
      const failure = batches.find(({ invocation }) => invocation.error !== undefined)?.invocation.error;
      if (failure !== undefined) throw failureOf('Processor', failure);
      return {
        containers: (listed.payload as { containers: AggregationResult[] }).containers,
        collected: collected.flat(),
        ranges: batches.reduce((total, { messages }) => total + messages, 0),
        unsettled: batches.reduce((total, { failed }) => total + failed, 0),
        invocations: batches.length,
        coldStarts: batches.filter(({ invocation }) => invocation.coldStart).length,
        drained,
      };
    },
    async close() {
      client.destroy();
      for (const collector of collectors) await collector.close();
      await aggregator.close();
      await processor.close();
    },
  };
}
