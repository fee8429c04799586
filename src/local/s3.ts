import { createOnlyOnce } from './s3-conditional-put.ts';
import { startFauxqs, type FauxqsStores } from './fauxqs.ts';

/** The bucket of template.yaml that takes the rows of events. */
export const EVENT_BUCKET = 'crosstrail-events';
/** The bucket of template.yaml that the collectors write raw records to. */
export const RAW_BUCKET = 'crosstrail-raw';

export interface S3Options {
  /** 0, the default: any free port. */
  port?: number;
  region?: string;
  /** Where buckets and objects live on; without it they are in memory and end with the server. */
  dataDirectory?: string;
}

export interface LocalS3 {
  /** `http://127.0.0.1:<port>`; the AWS SDKs and the AWS CLI take path-style addresses for an IP address. */
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

type S3Store = FauxqsStores['s3Store'];
type Listing = ReturnType<S3Store['listObjects']>;
type ListingOptions = Parameters<S3Store['listObjects']>[1];

/**
 * S3 on the laptop with Crosstrail's bucket: fauxqs in this process, on 127.0.0.1 only. Beware of what it takes and S3
 * refuses: a PUT whose If-Match does not hold (If-None-Match is kept), a wrong checksum, a key of more than 1,024 bytes,
 * an expected bucket owner that is another, any signature. It refuses an object of more than 11 MiB.
 */
export async function startS3({
  port = 0,
  region = 'us-east-1',
  dataDirectory,
}: S3Options = {}): Promise<LocalS3> {
  const { endpoint, stores, close } = await startFauxqs({
    port,
    region,
    onApp: createOnlyOnce,
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  });
  listInByteOrder(stores.s3Store);
  for (const bucket of [EVENT_BUCKET, RAW_BUCKET]) stores.s3Store.createBucket(bucket);
  return { endpoint, close };
}

/**
 * S3 lists keys in the order of their UTF-8 bytes. fauxqs sorts them as a person would and continues by code units, so
 * that the pages of more than 1,000 objects lose some keys and repeat others.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
 */
function listInByteOrder(store: S3Store): void {
  const listAll = store.listObjects.bind(store);
  store.listObjects = (bucket: string, options: ListingOptions = {}): Listing => {
    const { prefix = '', delimiter, maxKeys = 1000, startAfter = options.marker ?? '' } = options;
    const { objects } = listAll(bucket, { prefix, maxKeys: Infinity });
    const after = Buffer.from(startAfter);
    const isAfter = (key: string): boolean => startAfter === '' || Buffer.from(key).compare(after) > 0;

    const listing: Listing = { objects: [], commonPrefixes: [], isTruncated: false };
    for (const object of objects.toSorted((a, b) => Buffer.from(a.key).compare(Buffer.from(b.key)))) {
      const end =
        delimiter === undefined || delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
      const name = end < 0 ? object.key : object.key.slice(0, end + (delimiter ?? '').length);
      if (!isAfter(name) || name === listing.commonPrefixes.at(-1)) continue;
      if (listing.objects.length + listing.commonPrefixes.length >= maxKeys) {
        return { ...listing, isTruncated: true };
      }
      if (end < 0) listing.objects.push(object);
      else listing.commonPrefixes.push(name);
    }
    return listing;
  };
}
