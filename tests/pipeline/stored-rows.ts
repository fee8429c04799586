import { gunzipSync } from 'node:zlib';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { EVENT_BUCKET } from '#local/s3.ts';

/** A row as the tests look at it. */
export interface StoredRow {
  readonly eventid: string;
  readonly eventtime: string;
  readonly awsregion: string;
  readonly recipientaccountid: string;
  readonly eventdata: {
    readonly uid: string;
    readonly eventname: string;
    readonly additionaleventdata: Readonly<Record<string, string | null>>;
  };
}

/** An object of rows as S3 has it. */
export interface StoredObject {
  readonly key: string;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly rows: readonly StoredRow[];
}

/** The rows in the bytes of an object. */
export function rowsIn(bytes: Uint8Array): StoredRow[] {
  const lines = gunzipSync(bytes).toString('utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as StoredRow);
}

/** Every object of the event bucket, in the order of keys. */
export async function storedObjects(client: S3Client): Promise<StoredObject[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: EVENT_BUCKET }));
  const objects: StoredObject[] = [];
  for (const { Key = '' } of Contents) {
    const {
      Body,
      ContentType,
      Metadata = {},
    } = await client.send(new GetObjectCommand({ Bucket: EVENT_BUCKET, Key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    objects.push({ key: Key, contentType: ContentType, metadata: Metadata, rows: rowsIn(bytes) });
  }
  return objects;
}

/** Deletes every object of the event bucket. */
export async function emptyBucket(client: S3Client): Promise<void> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: EVENT_BUCKET }));
  if (Contents.length === 0) return;
  const Objects = Contents.map(({ Key = '' }) => ({ Key }));
  await client.send(new DeleteObjectsCommand({ Bucket: EVENT_BUCKET, Delete: { Objects } }));
}
