import { sha256Hex } from '#mapping/ids.ts';
import type { LogObject } from '#mapping/origin.ts';

/**
 * User-defined metadata of an S3 object, bytes: keys and values together. AWS says "2 KB", read as the smaller; the
 * prefix that each key has as a header counts here too.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export const MAX_METADATA_BYTES = 2_000;
const HEADER_PREFIX = 'x-amz-meta-';

/**
 * Where the rows of an object come from, for a person who finds it: log object, generation, number of rows, offsets of
 * the first and of the last record. Headers are US-ASCII, so that the name is URI-encoded, slashes and equal signs left
 * as they are; a name that is too long for that is there as its SHA-256.
 */
export function objectMetadata(logObject: LogObject, offsets: readonly number[]): Record<string, string> {
  const { account, container, name, generation } = logObject;
  const [first, last] = [offsets[0], offsets.at(-1)];
  const metadata: Record<string, string> = {
    account: encode(account),
    container: encode(container),
    'log-object': encode(name),
    generation,
    rows: String(offsets.length),
    ...(first === undefined ? {} : { 'first-offset': String(first) }),
    ...(last === undefined ? {} : { 'last-offset': String(last) }),
  };
  if (bytesOf(metadata) <= MAX_METADATA_BYTES) return metadata;
  const { 'log-object': _tooLong, ...others } = metadata;
  return { ...others, 'log-object-sha256': sha256Hex(name) };
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '/').replaceAll('%3D', '=');
}

function bytesOf(metadata: Readonly<Record<string, string>>): number {
  return Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + HEADER_PREFIX.length + name.length + value.length,
    0,
  );
}
