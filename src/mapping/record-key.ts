import type { JsonObject, JsonValue } from './audit-event.ts';
import { exactTime } from './event-time.ts';
import { LOG_TYPES, type LogTypeName } from './log-types.ts';
import { textOf } from './json-value.ts';

/** An id as the record wrote it; nothing when it is blank or no text. */
function idIn(value: JsonValue | undefined): string | undefined {
  return textOf(value) === undefined ? undefined : (value as string);
}

/**
 * The key of something that is written again at each change, so that its id alone would make different events one: the
 * id and when it changed. The time stands in one form, because the roads to a record differ in how they write it.
 */
export function changeKey(id: JsonValue | undefined, changed: JsonValue | undefined): string | undefined {
  const own = idIn(id);
  const time = textOf(changed);
  return own === undefined || time === undefined ? undefined : `${own}:${exactTime(time) ?? time}`;
}

/** A risk detection: its id, with the time of its last update where the record has one. */
export function riskDetectionKey(record: JsonObject): string | undefined {
  return changeKey(record['id'], record['lastUpdatedDateTime']) ?? idIn(record['id']);
}

/** The risk state of an account, whose id names the account: only with the time of its change is it an event. */
export function riskStateKey(record: JsonObject): string | undefined {
  return changeKey(record['id'], record['riskLastUpdatedDateTime']);
}

/**
 * What tells an event of a collector's log type from all others: the same for the same record fetched again, another
 * one after an update of a risk. It is the UID of the audit event. Nothing when the record has no id, which the APIs do
 * not do.
 */
export function recordKey(logType: LogTypeName, record: JsonObject): string | undefined {
  if (logType === 'entra-risk-detections') return riskDetectionKey(record);
  if (logType === 'entra-risky-users') return riskStateKey(record);
  return idIn(LOG_TYPES[logType].form === 'graph' ? record['id'] : (record['Id'] ?? record['id']));
}
