import { createHash } from 'node:crypto';
import { findViolations } from '#mapping/target-schema.ts';
import type { EntryErrorCode } from './lake-faults.ts';
import type { AuditEventEntry } from './put-request.ts';

export interface EntryRefusal {
  readonly errorCode: EntryErrorCode;
  readonly errorMessage: string;
}

/** Longest `errorMessage`. https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_ResultErrorEntry.html */
const MAX_MESSAGE_LENGTH = 1024;

/** Why the Lake refuses this one entry, or undefined when it takes it. The message never holds the event's values. */
export function checkEntry(entry: AuditEventEntry, accountId: string): EntryRefusal | undefined {
  if (entry.eventDataChecksum !== undefined && entry.eventDataChecksum !== checksum(entry.eventData)) {
    return {
      errorCode: 'InvalidChecksum',
      errorMessage: 'eventDataChecksum is not base64(SHA-256(eventData))',
    };
  }
  let violations;
  try {
    violations = findViolations(JSON.parse(entry.eventData), accountId);
  } catch (error) {
    const tooDeep = error instanceof RangeError;
    return {
      errorCode: 'InvalidData',
      errorMessage: tooDeep ? 'eventData is nested too deeply' : 'eventData is not JSON',
    };
  }
  const [first] = violations;
  if (first === undefined) return undefined;
  const message = violations
    .map(({ path, message: text }) => (path === '' ? text : `${path}: ${text}`))
    .join('; ');
  return { errorCode: first.code, errorMessage: message.slice(0, MAX_MESSAGE_LENGTH) };
}

function checksum(eventData: string): string {
  return createHash('sha256').update(eventData, 'utf8').digest('base64');
}
