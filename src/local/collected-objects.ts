import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { LOG_TYPES } from '#mapping/log-types.ts';
import { DUMMY_CREDENTIALS } from './dummy-credentials.ts';
import { LOCAL_REGION, type LocalCloud } from './local-cloud.ts';
import { RAW_BUCKET } from './s3.ts';
import type { SampleAppend } from './sample-log-objects.ts';

/** The log objects that the collectors wrote, with their bytes. */
export async function collectedObjects({ s3 }: LocalCloud): Promise<SampleAppend[]> {
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
  const objects: SampleAppend[] = [];
  for (const [container, { prefix }] of Object.entries(LOG_TYPES)) {
    const pages = paginateListObjectsV2({ client }, { Bucket: RAW_BUCKET, Prefix: prefix });
    for await (const { Contents = [] } of pages) {
      for (const { Key: name = '' } of Contents) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: RAW_BUCKET, Key: name }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        objects.push({ container, name, bytes });
      }
    }
  }
  client.destroy();
  return objects;
}
