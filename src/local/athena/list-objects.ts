import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { partitionOfKey, LOCATION, type Projection } from './event-partition.ts';
import { badData, type EventObject } from './read-rows.ts';

/** An object of the table as a listing shows it. */
export interface ListedObject extends EventObject {
  readonly key: string;
  /** Another for other bytes. */
  readonly etag: string;
  /** Compressed bytes, which Athena bills. */
  readonly bytes: number;
}

/**
 * Lists the objects of the table.
 * @throws {ServiceError} HIVE_BAD_DATA for an object that Athena would not see.
 */
export async function* listEventObjects(
  client: S3Client,
  bucket: string,
  projection: Projection,
): AsyncGenerator<ListedObject> {
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: LOCATION })) {
    for (const { Key: key = '', ETag: etag = '', Size: bytes = 0 } of page.Contents ?? []) {
      const path = `s3://${bucket}/${key}`;
      const partition = partitionOfKey(key, projection);
      if (typeof partition === 'string') throw badData(path, partition);
      yield { ...partition, key, path, etag, bytes };
    }
  }
}
