import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { queueDepth } from '#shared/aws/queue-depth.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import type { SettingTexts } from './check-azure.ts';
import { checkThat, type Check } from './check.ts';

/** Queues by the setting that names them, and what waits there. */
const QUEUES: readonly (readonly [setting: string, name: string, waiting: string])[] = [
  ['RANGE_QUEUE_URL', 'range queue', 'ranges wait for the Processor'],
  ['BACKFILL_QUEUE_URL', 'backfill queue', 'ranges of history wait for the Processor'],
  ['RANGE_DEAD_LETTER_QUEUE_URL', 'range dead-letter queue', 'ranges that nobody could process'],
  ['FAILURE_QUEUE_URL', 'failure queue', 'records that were rejected'],
];

/** Whether what a deployment made can be reached: its table, its queues and its bucket. None of them when there is none. */
export async function checkState(texts: SettingTexts): Promise<Check[]> {
  const checks: Check[] = [];
  const table = texts['CHECKPOINT_TABLE_NAME'] ?? '';
  if (table !== '') {
    const client = new DynamoDBClient(clientOptions(AWS_PATIENCE));
    checks.push(
      await checkThat('checkpoint table', async () => {
        // Any key will do: what counts is that the table answers.
        await new DynamoWatermarkStore(client, table).read('doctor', 'doctor');
        return table;
      }),
    );
    client.destroy();
  }
  const sqs = new SQSClient(clientOptions(AWS_PATIENCE));
  for (const [setting, name, waiting] of QUEUES) {
    const url = texts[setting] ?? '';
    if (url !== '') {
      checks.push(await checkThat(name, async () => `${await queueDepth(sqs, url)} ${waiting}`));
    }
  }
  sqs.destroy();
  for (const [setting, name] of [
    ['EVENT_BUCKET_NAME', 'bucket of the events'],
    ['RAW_BUCKET_NAME', 'bucket of the collectors'],
  ] as const) {
    const bucket = texts[setting] ?? '';
    if (bucket === '') continue;
    const client = new S3Client(clientOptions(AWS_PATIENCE));
    checks.push(
      await checkThat(name, async () => {
        await client.send(new HeadBucketCommand({ Bucket: bucket }));
        return bucket;
      }),
    );
    client.destroy();
  }
  return checks;
}
