import { buildApp } from 'fauxqs';

export interface FauxqsOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The Region that clients sign for. */
  readonly region: string;
  /** Where state lives on; without it it is in memory and ends with the server. */
  readonly dataDirectory?: string;
  /** Told of the server before it listens: it speaks for what the emulator leaves out. */
  onApp?(this: void, app: FauxqsApp, stores: FauxqsStores): void;
}

export type FauxqsApp = ReturnType<typeof buildApp>;

export type FauxqsStores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

export interface Fauxqs {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly stores: FauxqsStores;
  /** Ends connections, writes what is to be kept and frees the port. */
  readonly close: () => Promise<void>;
}

type Persistence = NonNullable<FauxqsStores['sqsStore']['persistence']>;

/**
 * An emulator of SQS and S3 in this process, on 127.0.0.1 only. Its own start binds all interfaces; only with stores
 * of our own can it be kept to 127.0.0.1 and still keep its state, or give queue URLs that resolve.
 */
export async function startFauxqs({ port, region, dataDirectory, onApp }: FauxqsOptions): Promise<Fauxqs> {
  const { stores, closeStores } = await openStores(dataDirectory);
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  app.addHook('preClose', async () => closeStores());
  onApp?.(app, stores);
  const endpoint = await app.listen({ port, host: '127.0.0.1' });
  return { endpoint, stores, close: () => app.close() };
}

/** The package exports none of these classes, hence the paths. */
async function openStores(
  dataDirectory?: string,
): Promise<{ stores: FauxqsStores; closeStores: () => void }> {
  const load = (path: string): Promise<unknown> => import(new URL(path, import.meta.resolve('fauxqs')).href);
  const { SqsStore } = (await load('sqs/sqsStore.js')) as { SqsStore: new () => FauxqsStores['sqsStore'] };
  const { SnsStore } = (await load('sns/snsStore.js')) as { SnsStore: new () => FauxqsStores['snsStore'] };
  const { S3Store } = (await load('s3/s3Store.js')) as { S3Store: new () => FauxqsStores['s3Store'] };
  const stores: FauxqsStores = {
    sqsStore: new SqsStore(),
    snsStore: new SnsStore(),
    s3Store: new S3Store(),
  };
  stores.sqsStore.host = ''; // queue URLs then carry the host of the request
  if (dataDirectory === undefined) return { stores, closeStores: () => {} };

  const { PersistenceManager } = (await load('persistence.js')) as {
    PersistenceManager: new (directory: string) => Persistence;
  };
  const persistence = new PersistenceManager(dataDirectory);
  // Before the stores know where to write: reading in must write nothing.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  stores.s3Store.persistence = persistence;
  return { stores, closeStores: () => persistence.close() };
}
