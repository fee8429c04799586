import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { DestinationName } from '#local/event-tables.ts';
import { lambdaEnvironment, startLocalCloud, type LocalCloud } from '#local/local-cloud.ts';
import { SAMPLE_CONTAINERS } from '#local/sample-log-objects.ts';
import { localGuide } from './local-guide.ts';
import { EXIT, PORTS_IN_A_ROW } from './main.ts';
import { runSamples } from './run-samples.ts';
import { createSteps } from './steps.ts';

const STATE_FOLDER = '.crosstrail';

/** Everything that another process needs to use this cloud, as `NAME=value` lines that a shell can source. */
export function environmentFile(cloud: LocalCloud, destination: DestinationName): string {
  const variables: Record<string, string> = {
    ...lambdaEnvironment(cloud, SAMPLE_CONTAINERS, destination),
    CROSSTRAIL_CHANNEL_ARN: cloud.lake.channelArn,
    CROSSTRAIL_EVENT_DATA_STORE_ID: cloud.lake.eventDataStoreId,
    AZURE_STORAGE_CONNECTION_STRING: cloud.azureBlob.connectionString,
  };
  // For the Lambdas only: it would reach every Node of the user's shell.
  delete variables['NODE_OPTIONS'];
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
  return [
    '# The local cloud of Crosstrail. Credentials are dummies; nothing here reaches AWS or Azure.',
    '# Use it with: set -a; . .crosstrail/local.env; set +a',
    ...lines,
    '',
  ].join('\n');
}

/** Options of `crosstrail local`. */
export interface LocalOptions {
  readonly portBase?: number;
  readonly empty?: boolean;
  readonly data?: string;
  readonly destination: DestinationName;
  readonly workloadIdentity?: boolean;
}

async function start(options: LocalOptions): Promise<LocalCloud> {
  const { portBase, data } = options;
  try {
    return await startLocalCloud({
      ...(portBase === undefined ? {} : { portBase }),
      ...(data === undefined ? {} : { dataDirectory: resolve(data) }),
      withWorkloadIdentity: options.workloadIdentity ?? false,
    });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EADDRINUSE') {
      const ports = `a port from ${portBase} to ${(portBase ?? 0) + PORTS_IN_A_ROW - 1} is in use`;
      throw new CrosstrailError('PORT_TAKEN', ports, {}, error);
    }
    if (code === 'EACCES' && portBase !== undefined && data === undefined) {
      throw new CrosstrailError(
        'PORT_TAKEN',
        `this user may not listen on ports from ${portBase} on`,
        {},
        error,
      );
    }
    if (data === undefined) throw error;
    const why = code ?? 'another process uses it';
    throw new CrosstrailError(
      'DATA_FOLDER_UNUSABLE',
      `${data} cannot keep the local cloud (${why})`,
      {},
      error,
    );
  }
}

async function hasSamples({ azureBlob }: LocalCloud): Promise<boolean> {
  const service = BlobServiceClient.fromConnectionString(azureBlob.connectionString);
  return service.getContainerClient(SAMPLE_CONTAINERS[0] ?? '').exists();
}

/** Keeps the local cloud running until Ctrl-C. Throws PORT_TAKEN or DATA_FOLDER_UNUSABLE. */
export async function runLocal(options: LocalOptions): Promise<number> {
  const steps = createSteps();
  const cloud = await steps.step('Starting the local cloud', () => start(options));
  try {
    if (options.empty !== true && !(await hasSamples(cloud)))
      await runSamples(cloud, steps, options.destination);
    await mkdir(STATE_FOLDER, { recursive: true });
    const file = join(STATE_FOLDER, 'local.env');
    await writeFile(file, environmentFile(cloud, options.destination));
    process.stdout.write(localGuide(cloud, options.destination, file));
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    return EXIT.ok;
  } finally {
    await cloud.close();
  }
}
