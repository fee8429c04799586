import type {
  ContainerClient,
  ContainerListBlobFlatSegmentResponse,
  ContainerListBlobHierarchySegmentResponse,
} from '@azure/storage-blob';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { toAzureError } from './azure-error.ts';
import { generationOf } from '#shared/generation.ts';
import type { StorageAccount } from './storage-account.ts';

/** A log object as a listing shows it. */
export interface ListedLogObject {
  readonly name: string;
  readonly generation: string;
  /** Bytes. */
  readonly length: number;
  /** When it was last written to, epoch ms; absent where a listing does not tell. */
  readonly lastModified?: number;
}

/** One level of names below a prefix. */
export interface Level {
  /** Full prefixes, each ending with a slash. */
  readonly prefixes: string[];
  /** Full names that lie directly in this level. */
  readonly names: string[];
}

/** Lists what a container holds, in name order, one page in memory at a time. */
export interface LogObjectListing {
  /** Storage account name. */
  readonly account: string;
  /** Pages of the level right below `prefix` (empty for the root). */
  level(container: string, prefix: string): AsyncIterable<Level>;
  /** Pages of all log objects below `prefix`, at any depth. */
  below(container: string, prefix: string): AsyncIterable<ListedLogObject[]>;
}

/**
 * Names in a page. Azure gives at most 5,000 and may give fewer, even none, with a marker to go on.
 * https://learn.microsoft.com/rest/api/storageservices/list-blobs
 */
const PAGE_SIZE = 1_000;

/** Lists a storage account of Azure. Each page is one request, so that each is tried again and a refused credential renewed. */
export class AzureLogObjectListing implements LogObjectListing {
  readonly account: string;
  readonly #account: StorageAccount;

  constructor(account: StorageAccount) {
    this.account = account.name;
    this.#account = account;
  }

  async *level(container: string, prefix: string): AsyncIterable<Level> {
    yield* this.#pages(container, prefix, async (client, marker, abortSignal) => {
      const pages = client
        .listBlobsByHierarchy('/', { prefix, abortSignal })
        .byPage({ maxPageSize: PAGE_SIZE, ...(marker === undefined ? {} : { continuationToken: marker }) });
      const { value: page } = (await pages.next()) as { value?: ContainerListBlobHierarchySegmentResponse };
      return {
        page: {
          prefixes: (page?.segment.blobPrefixes ?? []).map(({ name }) => name),
          names: (page?.segment.blobItems ?? []).map(({ name }) => name),
        },
        next: page?.continuationToken,
      };
    });
  }

  async *below(container: string, prefix: string): AsyncIterable<ListedLogObject[]> {
    yield* this.#pages(container, prefix, async (client, marker, abortSignal) => {
      const pages = client
        .listBlobsFlat({ prefix, abortSignal })
        .byPage({ maxPageSize: PAGE_SIZE, ...(marker === undefined ? {} : { continuationToken: marker }) });
      const { value: page } = (await pages.next()) as { value?: ContainerListBlobFlatSegmentResponse };
      return {
        page: (page?.segment.blobItems ?? []).map(({ name, properties }) => ({
          name,
          generation: generationOf(properties.createdOn),
          length: properties.contentLength ?? 0,
          lastModified: properties.lastModified.getTime(),
        })),
        next: page?.continuationToken,
      };
    });
  }

  async *#pages<Page>(
    container: string,
    prefix: string,
    request: (
      client: ContainerClient,
      marker: string | undefined,
      abortSignal: AbortSignal,
    ) => Promise<{ page: Page; next: string | undefined }>,
  ): AsyncIterable<Page> {
    let marker: string | undefined;
    do {
      let answer: { page: Page; next: string | undefined };
      try {
        answer = await this.#account.use((client, signal) =>
          request(client.getContainerClient(container), marker, signal).catch((error: unknown) => {
            // What the SDK makes of a success without a listing in it, which a proxy may give.
            if (!(error instanceof TypeError)) throw error;
            const what = `the listing of ${container}/${prefix} came without its entries`;
            throw new CrosstrailError('READ_INCOMPLETE', what, { container, prefix }, error);
          }),
        );
      } catch (error) {
        if (error instanceof CrosstrailError) throw error;
        const endpoint = await this.#account.endpoint();
        throw toAzureError(error, 'Listing', { account: this.account, container, prefix, endpoint });
      }
      yield answer.page;
      marker = answer.next;
    } while (marker !== undefined && marker !== '');
  }
}
