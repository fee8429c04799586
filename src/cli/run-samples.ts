import type { DestinationName } from '#local/event-tables.ts';
import type { LocalCloud } from '#local/local-cloud.ts';
import { deployLocally, type DeploymentExtras, type PipelineRun } from '#local/local-deployment.ts';
import { SAMPLE_CONTAINERS, sampleLogObjects, type SampleAppend } from '#local/sample-log-objects.ts';
import { uploadSamples } from '#local/upload.ts';
import type { Steps } from './steps.ts';

/** The sample records on their way through the pipeline. */
export interface SampleRun {
  readonly runs: readonly PipelineRun[];
  readonly uploaded: readonly SampleAppend[];
}

/**
 * Uploads the sample records, collects those of Microsoft's APIs when there are any, runs the built Lambdas, appends
 * more to log objects that were read and to a new hour, and runs again.
 */
export async function runSamples(
  cloud: LocalCloud,
  steps: Steps,
  destination: DestinationName,
  extras: DeploymentExtras = {},
): Promise<SampleRun> {
  const { first, second } = await sampleLogObjects(Date.now());
  const deployment = await steps.step('Building the Lambda bundles', () =>
    deployLocally(cloud, SAMPLE_CONTAINERS, destination, extras),
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
  return { runs, uploaded: [...first, ...second] };
}
