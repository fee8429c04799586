import { accountForRecords, type RecordAccount } from '#local/account-for-records.ts';
import { openEventTables, type DestinationName } from '#local/event-tables.ts';
import type { LocalCloud } from '#local/local-cloud.ts';
import { deployLocally, type PipelineRun } from '#local/local-deployment.ts';
import { SAMPLE_CONTAINERS, sampleLogObjects } from '#local/sample-log-objects.ts';
import { uploadSamples } from '#local/upload.ts';
import type { Steps } from './steps.ts';

/** What running the sample records through the pipeline showed. */
export interface SampleRun {
  readonly runs: readonly PipelineRun[];
  readonly account: RecordAccount;
}

/**
 * Uploads the sample records, runs the built Lambdas, appends more to log objects that were read and to a new hour,
 * runs again, and holds what came out against what was put in.
 */
export async function runSamples(
  cloud: LocalCloud,
  steps: Steps,
  destination: DestinationName,
): Promise<SampleRun> {
  const { first, second } = await sampleLogObjects(Date.now());
  const deployment = await steps.step('Building the Lambda bundles', () =>
    deployLocally(cloud, SAMPLE_CONTAINERS, destination),
  );
  const runs: PipelineRun[] = [];
  const waves = [
    { upload: 'Uploading log objects', appends: first, run: 'Aggregator and Processor, first run' },
    {
      upload: 'Appending to them, and a new hour',
      appends: second,
      run: 'Aggregator and Processor, second run',
    },
  ];
  try {
    for (const { upload, appends, run } of waves) {
      const { connectionString } = cloud.azureBlob;
      await steps.counted(upload, appends.length, (done) => uploadSamples(connectionString, appends, done));
      runs.push(
        await steps.counted(run, appends.length, (done) =>
          deployment.run(({ messages }) => {
            for (let settled = 0; settled < messages; settled += 1) done();
          }),
        ),
      );
    }
  } finally {
    await deployment.close();
  }
  const { tables, close } = await openEventTables(cloud, destination, SAMPLE_CONTAINERS);
  try {
    return { runs, account: await accountForRecords(cloud, [...first, ...second], tables) };
  } finally {
    await close();
  }
}
