import { S3Client } from '@aws-sdk/client-s3';
import { LOG_TYPES } from '#mapping/log-types.ts';
import { clientOptions, RAW_BUCKET_PATIENCE } from '#shared/aws/client-options.ts';
import { storageAccounts, type AccountSettings } from '#shared/azure/connect-accounts.ts';
import { AzureLogObjectReader, type LogObjectReader } from '#shared/azure/log-object-reader.ts';
import type { ContainerEntry } from '#shared/azure/place.ts';
import { LogObjectReaders } from '#shared/log-object-readers.ts';
import { S3LogObjectReader } from './s3-log-object-reader.ts';

/** Settings that say where log objects lie. */
export type LogObjectSettings = AccountSettings & {
  readonly AZURE_STORAGE_CONTAINER_NAME: readonly ContainerEntry[];
  readonly RAW_BUCKET_NAME: string;
};

/**
 * Reads the log objects of Azure, and those of the collectors when there are any. `containers`: where a range may lie; a
 * log type is a container of the bucket.
 */
export function readLogObjects(settings: LogObjectSettings): {
  readonly reader: LogObjectReader;
  readonly containers: readonly ContainerEntry[];
} {
  const { AZURE_STORAGE_CONTAINER_NAME: entries, RAW_BUCKET_NAME: bucket } = settings;
  // Without a container nobody signs in to Azure, and there is no secret to read.
  const azure = entries.length === 0 ? [] : [new AzureLogObjectReader(storageAccounts(settings))];
  if (bucket === '') return { reader: new LogObjectReaders(azure), containers: entries };
  const collected = Object.keys(LOG_TYPES).map((container) => ({ account: bucket, container }));
  return {
    // The bucket first: it is known without a secret being read.
    reader: new LogObjectReaders([
      new S3LogObjectReader(new S3Client(clientOptions(RAW_BUCKET_PATIENCE)), bucket),
      ...azure,
    ]),
    containers: [...entries, ...collected],
  };
}
