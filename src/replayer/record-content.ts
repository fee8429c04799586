import { createHash } from 'node:crypto';
import { isCrosstrailError, type CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import { MAX_RECORD_BYTES } from '#shared/framing/frame.ts';
import { notConfigured, type LogObjectReader } from '#shared/azure/log-object-reader.ts';
import { covers, type ContainerEntry } from '#shared/azure/place.ts';
import type { Rejection } from '#mapping/reject-reason.ts';
import type { KeptReject } from '#shared/rejects/read-reject-message.ts';
import type { RecordFrame } from './map-again.ts';

/** The record of a reject: its frame, or why there is none any more, or why nobody can tell now. */
export type RecordContent =
  | { readonly kind: 'frame'; readonly frame: RecordFrame }
  | { readonly kind: 'lost'; readonly rejection: Rejection }
  | { readonly kind: 'unsettled'; readonly error: CrosstrailError };

/** What reading a record again needs of the world. */
export interface SourcePorts {
  readonly reader: LogObjectReader;
  /** Containers whose log objects may be read. */
  readonly containers: readonly ContainerEntry[];
}

/** Bytes that a line ending adds to a record, at most. */
const LINE_ENDING_BYTES = 2;

/** The log object, or these bytes of it, will not come back. One in the archive tier may. */
const GONE: ReadonlySet<ErrorCode> = new Set([
  'CONTAINER_NOT_FOUND',
  'LOG_OBJECT_NOT_FOUND',
  'LOG_OBJECT_RECREATED',
  'LOG_OBJECT_SHRUNK',
] as const);

/**
 * The record of a reject: from its message, or, when it did not fit into that, read again from the same place of the
 * same generation and compared by its hash. Throws only what is not a CrosstrailError.
 */
export async function contentOf(reject: KeptReject, ports: SourcePorts): Promise<RecordContent> {
  const { origin, sha256, bytes } = reject;
  const { offset, length } = origin;
  if (bytes !== undefined) return { kind: 'frame', frame: { kind: 'record', offset, length, bytes } };
  // Too long to be read whole, so that it is not read at all.
  if (length > MAX_RECORD_BYTES + LINE_ENDING_BYTES) {
    return { kind: 'frame', frame: { kind: 'oversize', offset, length, sha256 } };
  }
  try {
    if (!covers(ports.containers, origin) || !(await ports.reader.knows(origin.account))) {
      throw notConfigured(origin);
    }
    const record = recordOf(await ports.reader.read(origin, offset, length), sha256);
    if (record === undefined) {
      const message = `The ${length} bytes at this place are no longer the record that was rejected as ${reject.reason}.`;
      return { kind: 'lost', rejection: { reason: 'SOURCE_CHANGED', message } };
    }
    return { kind: 'frame', frame: frameOf(record, offset, length, sha256) };
  } catch (error) {
    if (!isCrosstrailError(error)) throw error;
    if (!GONE.has(error.code)) return { kind: 'unsettled', error };
    const message = `The record, rejected as ${reject.reason}, can no longer be read (${error.code}).`;
    return { kind: 'lost', rejection: { reason: 'SOURCE_GONE', message } };
  }
}

function frameOf(bytes: Uint8Array, offset: number, length: number, sha256: string): RecordFrame {
  return bytes.length > MAX_RECORD_BYTES
    ? { kind: 'oversize', offset, length, sha256 }
    : { kind: 'record', offset, length, bytes };
}

/** The bytes without the line ending that the record was cut off at, which its hash tells; undefined when none fits. */
function recordOf(bytes: Buffer, sha256: string): Buffer | undefined {
  for (const ending of ['\r\n', '\n', '\r', '']) {
    const end = bytes.length - ending.length;
    if (bytes.toString('latin1', end) !== ending) continue;
    const record = bytes.subarray(0, end);
    if (createHash('sha256').update(record).digest('hex') === sha256) return record;
  }
  return undefined;
}
