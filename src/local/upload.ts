import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { mapConcurrently } from '#shared/concurrency.ts';
import type { SampleAppend } from './sample-log-objects.ts';

/** Uploads in flight: Azurite takes few at a time. */
const CONCURRENCY = 8;

async function append(container: ContainerClient, { name, bytes }: SampleAppend): Promise<void> {
  const blob = container.getAppendBlobClient(name);
  await blob.createIfNotExists();
  await blob.appendBlock(bytes, bytes.length);
}

/** Appends to append blobs as Azure Monitor does, creating containers and blobs where there are none. */
export async function uploadSamples(
  connectionString: string,
  appends: readonly SampleAppend[],
  done: () => void = () => undefined,
): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const containers = new Map<string, ContainerClient>();
  for (const name of new Set(appends.map(({ container }) => container))) {
    const container = service.getContainerClient(name);
    await container.createIfNotExists();
    containers.set(name, container);
  }
  await mapConcurrently(appends, CONCURRENCY, async (each) => {
    await append(containers.get(each.container) as ContainerClient, each);
    done();
  });
}
