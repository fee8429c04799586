import type { AuditEvent, EventData, JsonObject, JsonValue, UserIdentity } from './audit-event.ts';
import { chooseFamily } from './choose-family.ts';
import { clipText } from './clip-text.ts';
import { addDerivedMembers } from './derive-members.ts';
import type { Drift } from './drift.ts';
import { parseEmbedded } from './embedded-json.ts';
import type { Envelope } from './envelope.ts';
import { eventSourceOf } from './event-source.ts';
import { eventTimeOf } from './event-time.ts';
import type { Family, FamilyName, Reading } from './families/family.ts';
import { findDrift } from './find-drift.ts';
import { fitLimits } from './fit-limits.ts';
import { recordId } from './ids.ts';
import { pathName } from './json-pointer.ts';
import { kindOf, textOf } from './json-value.ts';
import type { Origin } from './origin.ts';
import { parseRecord, type ParsedRecord } from './parse-record.ts';
import { PLACEHOLDERS } from './placeholders.ts';
import { placeMembers } from './place-members.ts';
import { readEnvelope } from './read-envelope.ts';
import type { Rejection } from './reject-reason.ts';
import { exclusionOf } from './rules/exclusion.ts';
import { NO_RULES, type RecordRules } from './rules/record-rules.ts';
import { showRecord } from './shown-record.ts';
import { sourceIp } from './source-ip.ts';
import { TEXT_LIMITS } from './target-schema.ts';

/** `version` of every event: the layout that docs/mapping.md describes. */
export const EVENT_VERSION = '1.0';

export interface MappingInput {
  /** One record, its line ending already stripped. */
  readonly bytes: Uint8Array;
  readonly origin: Origin;
  /** The AWS account that owns the channel, 12 digits. */
  readonly recipientAccountId: string;
  /** What is left out and hidden; nothing unless given. */
  readonly rules?: RecordRules;
}

export type MappingOutcome =
  | {
      readonly outcome: 'event';
      readonly event: AuditEvent;
      readonly family: FamilyName;
      readonly drift: readonly Drift[];
    }
  | ({ readonly outcome: 'reject' } & Rejection)
  /** A filter rule leaves the record out: the rule's name. */
  | { readonly outcome: 'excluded'; readonly rule: string };

/**
 * One record as an audit event that CloudTrail Lake takes, or the reason why it can never be one, or the rule by which
 * it is left out. Bytes that are no record are a reject whatever the rules say. Pure, and never throws: a record,
 * whatever it holds, must not stop its neighbours.
 */
export function mapRecord(input: MappingInput): MappingOutcome {
  try {
    const parsed = parseRecord(input.bytes);
    return 'reason' in parsed ? { outcome: 'reject', ...parsed } : mapParsed(parsed, input);
  } catch (error) {
    // The error's own text could quote the record, so only its kind is told.
    const kind = error instanceof Error ? error.name : 'error';
    const message = `The mapping stopped with a ${kind}; please report it.`;
    return { outcome: 'reject', reason: 'MAPPING_FAILED', message };
  }
}

function mapParsed({ record, repeated }: ParsedRecord, input: MappingInput): MappingOutcome {
  const { bytes, origin, recipientAccountId, rules = NO_RULES } = input;
  const whole = readEnvelope(record, origin.container);
  const rule = rules.filter === undefined ? undefined : exclusionOf(rules.filter, whole, origin);
  if (rule !== undefined) return { outcome: 'excluded', rule };

  const family = chooseFamily(origin.container, whole);
  const drift = findDrift(family, whole, repeated);
  const read = family.read(whole);
  const time = timeOf(read.times);
  if ('reason' in time) return { outcome: 'reject', ...time };

  // From here on nothing may be read from `whole` or `read`: they may tell what is hidden in `shown`.
  const shown = showRecord(
    { record, repeated, envelope: whole, family, reading: read, origin, bytes },
    rules.redaction,
  );
  const { envelope, reading } = shown;
  const address = addressOf(reading.addresses);
  const isFlat = envelope.form !== 'diagnostic';
  const parsed = parseEmbedded(record, family.embedded, isFlat);
  const maps = placeMembers(record, family, parsed, isFlat);
  addDerivedMembers(maps, {
    envelope,
    origin,
    reading,
    family: family.name,
    eventTime: time.text,
    rawAddress: address.valid === undefined ? address.raw : undefined,
    parsed,
    repeated: shown.repeated.map(pathName),
    redacted: shown.redacted,
    hashed: shown.hashed,
  });
  const omitted = fitLimits(maps, parsed, shown.maxBytes);
  if (omitted.length > 0) maps.additionalEventData['omitted'] = omitted.map(pathName);

  const { principal, userAgent, outcome } = reading;
  const userIdentity: UserIdentity = {
    type: principal.type,
    principalId: clip('userIdentity.principalId', principal.id ?? PLACEHOLDERS['userIdentity.principalId']),
  };
  if (hasMembers(maps.details)) userIdentity.details = maps.details;
  const eventData: EventData = {
    version: EVENT_VERSION,
    userIdentity,
    eventSource: clip('eventSource', sourceOf(envelope, family, reading.eventSource)),
    eventName: clip('eventName', envelope.operationName?.toUpperCase() ?? PLACEHOLDERS.eventName),
    eventTime: time.utc,
    UID: shown.uid,
    recipientAccountId,
  };
  if (address.valid !== undefined) eventData.sourceIPAddress = address.valid;
  if (userAgent !== undefined) eventData.userAgent = clip('userAgent', userAgent);
  if (outcome.code !== undefined) eventData.errorCode = clip('errorCode', outcome.code);
  if (outcome.message !== undefined) eventData.errorMessage = clip('errorMessage', outcome.message);
  if (hasMembers(maps.requestParameters)) eventData.requestParameters = maps.requestParameters;
  if (hasMembers(maps.responseElements)) eventData.responseElements = maps.responseElements;
  eventData.additionalEventData = maps.additionalEventData;
  return { outcome: 'event', event: { id: recordId(origin), eventData }, family: family.name, drift };
}

function hasMembers(map: JsonObject): boolean {
  for (const name in map) if (Object.hasOwn(map, name)) return true;
  return false;
}

/** A text of the event within its limit; the whole text stands in the record's own member. */
function clip(field: keyof typeof TEXT_LIMITS, text: string): string {
  return clipText(text, TEXT_LIMITS[field]);
}

/** The first time that is there, as Lake wants it and as it was written. None is ever invented. */
function timeOf(times: Reading['times']): { utc: string; text: string } | Rejection {
  const value = times.find((time) => time !== undefined && time !== null && time !== '');
  if (value === undefined) {
    return { reason: 'NO_EVENT_TIME', message: 'The record has no time of its own.' };
  }
  const utc = typeof value === 'string' ? eventTimeOf(value) : undefined;
  if (typeof value !== 'string' || utc === undefined) {
    const found = typeof value === 'string' ? 'a text in no known form' : `of kind ${kindOf(value)}`;
    return { reason: 'INVALID_EVENT_TIME', message: `The time of the record is ${found}.` };
  }
  return { utc, text: value };
}

function addressOf(addresses: readonly (JsonValue | undefined)[]): { valid?: string; raw?: string } {
  let raw: string | undefined;
  for (const value of addresses) {
    const text = textOf(value);
    if (text === undefined) continue;
    const valid = sourceIp(text);
    if (valid !== undefined) return { valid };
    raw ??= text;
  }
  return raw === undefined ? {} : { raw };
}

function sourceOf(envelope: Envelope, family: Family, named: string | undefined): string {
  const { form, operationName, resourceId, category } = envelope;
  return (
    named ??
    // Operations of Office 365 name no provider, even where they look so.
    (form === 'office365' ? undefined : eventSourceOf(operationName, resourceId)) ??
    family.eventSource ??
    (category === undefined ? PLACEHOLDERS.eventSource : `AZURE.${category.toUpperCase()}`)
  );
}
