import ipaddr from 'ipaddr.js';
import type { JsonObject } from './audit-event.ts';

/**
 * Longest value of each text field, in UTF-8 bytes. AWS does not say whether it counts characters or bytes, so
 * the stricter reading holds.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-integration-event-schema.html
 */
export const TEXT_LIMITS = {
  version: 256,
  'userIdentity.type': 128,
  'userIdentity.principalId': 1024,
  userAgent: 1024,
  eventSource: 1024,
  eventName: 1024,
  UID: 1024,
  errorCode: 256,
  errorMessage: 256,
} as const;

/**
 * Largest serialised JSON of each object field, in UTF-8 bytes. AWS says "kB" without saying 1000 or 1024, so the
 * smaller holds; `userIdentity.details` has no documented limit, ours keeps a single event below
 * {@link MAX_REQUEST_BYTES}.
 */
export const OBJECT_LIMITS = {
  requestParameters: 100_000,
  responseElements: 100_000,
  additionalEventData: 28_000,
  'userIdentity.details': 100_000,
} as const;

/** Events in one PutAuditEvents request: 1..100. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
export const MAX_EVENTS_PER_REQUEST = 100;

/** Serialised body of one PutAuditEvents request, bytes ("up to 1 MB"; read as 10^6, the smaller). */
export const MAX_REQUEST_BYTES = 1_000_000;

/** `id` of an entry. https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_AuditEvent.html */
export const ID_PATTERN = /^[-_A-Za-z0-9]{1,128}$/;

/** `eventTime`: UTC, whole seconds; the Z is what every known sender writes. */
export const EVENT_TIME_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z?$/;

/** The per-entry error codes of PutAuditEvents that a schema violation leads to. */
export type ViolationCode = 'FieldNotFound' | 'FieldTooLong' | 'InvalidData' | 'InvalidRecipient';

/** One way in which an event breaks the target schema. */
export interface Violation {
  readonly code: ViolationCode;
  /** Field name, dotted (`userIdentity.principalId`). Never a value: values may be secret. */
  readonly path: string;
  readonly message: string;
}

const REQUIRED_TEXTS = [
  'version',
  'userIdentity.type',
  'userIdentity.principalId',
  'eventSource',
  'eventName',
  'eventTime',
  'UID',
  'recipientAccountId',
] as const;
const OPTIONAL_TEXTS = ['userAgent', 'errorCode', 'errorMessage', 'sourceIPAddress'] as const;
const TOP_LEVEL_FIELDS = new Set([
  'version',
  'userIdentity',
  'userAgent',
  'eventSource',
  'eventName',
  'eventTime',
  'UID',
  'requestParameters',
  'responseElements',
  'errorCode',
  'errorMessage',
  'sourceIPAddress',
  'recipientAccountId',
  'additionalEventData',
]);

/** Size of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** What a plain address is written in; a zone would begin with `%`. */
const ADDRESS_CHARACTERS = /^[\d.:a-f]+$/i;

/** True for a plain IPv4 or IPv6 address: no port, brackets, zone or prefix length. */
export function isIpAddress(text: string): boolean {
  // First, because the library makes an error of what is none, which costs more than the rest of a record.
  if (!ADDRESS_CHARACTERS.test(text)) return false;
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/** True for a JSON object (not an array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when an `eventTime` of the right form is a real moment (not 30 February). */
function isRealMoment(eventTime: string): boolean {
  const seconds = eventTime.endsWith('Z') ? eventTime.slice(0, -1) : eventTime;
  const moment = new Date(`${seconds}Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(seconds);
}

/**
 * Every way in which `eventData` breaks the CloudTrail Lake integration schema; an empty list means that Lake takes
 * it. Never throws. `recipientAccountId`: the account that owns the channel, when known.
 */
export function findViolations(eventData: unknown, recipientAccountId?: string): Violation[] {
  if (!isJsonObject(eventData)) {
    return [{ code: 'InvalidData', path: '', message: 'eventData is not a JSON object' }];
  }
  const violations: Violation[] = [];
  const add = (code: ViolationCode, path: string, message: string): void => {
    violations.push({ code, path, message });
  };

  for (const field of Object.keys(eventData)) {
    if (!TOP_LEVEL_FIELDS.has(field)) add('InvalidData', field, 'not a field of the integration schema');
  }

  const identity = eventData['userIdentity'];
  if (identity !== undefined && !isJsonObject(identity)) {
    add('InvalidData', 'userIdentity', 'not a JSON object');
  } else if (identity !== undefined) {
    for (const field of Object.keys(identity)) {
      if (!['type', 'principalId', 'details'].includes(field)) {
        add('InvalidData', `userIdentity.${field}`, 'not a field of the integration schema');
      }
    }
  }

  const valueAt = (path: string): unknown =>
    path.startsWith('userIdentity.')
      ? isJsonObject(identity)
        ? identity[path.slice('userIdentity.'.length)]
        : undefined
      : eventData[path];

  for (const path of [...REQUIRED_TEXTS, ...OPTIONAL_TEXTS]) {
    const value = valueAt(path);
    const required = (REQUIRED_TEXTS as readonly string[]).includes(path);
    if (value === undefined || (required && (value === null || value === ''))) {
      if (required) add('FieldNotFound', path, 'required, but absent or empty');
      continue;
    }
    if (typeof value !== 'string') {
      add('InvalidData', path, 'not a string');
      continue;
    }
    const limit = (TEXT_LIMITS as Record<string, number>)[path];
    if (limit !== undefined && utf8Length(value) > limit) {
      add('FieldTooLong', path, `${utf8Length(value)} bytes, at most ${limit}`);
    }
  }

  for (const [path, limit] of Object.entries(OBJECT_LIMITS)) {
    const value = valueAt(path);
    if (value === undefined) continue;
    if (!isJsonObject(value)) {
      add('InvalidData', path, 'not a JSON object');
      continue;
    }
    const bytes = utf8Length(JSON.stringify(value));
    if (bytes > limit) add('FieldTooLong', path, `${bytes} bytes of JSON, at most ${limit}`);
  }

  const { eventTime, sourceIPAddress, recipientAccountId: recipient } = eventData;
  if (typeof eventTime === 'string' && eventTime !== '') {
    if (!EVENT_TIME_PATTERN.test(eventTime) || !isRealMoment(eventTime)) {
      add('InvalidData', 'eventTime', 'not a UTC time of the form YYYY-MM-DDTHH:MM:SSZ');
    }
  }
  if (typeof sourceIPAddress === 'string' && !isIpAddress(sourceIPAddress)) {
    add('InvalidData', 'sourceIPAddress', 'not an IPv4 or IPv6 address');
  }
  if (typeof recipient === 'string' && recipient !== '') {
    if (!/^\d{12}$/.test(recipient)) {
      add('InvalidRecipient', 'recipientAccountId', 'not a 12-digit AWS account id');
    } else if (recipientAccountId !== undefined && recipient !== recipientAccountId) {
      add('InvalidRecipient', 'recipientAccountId', 'not the account that owns the channel');
    }
  }
  return violations;
}
