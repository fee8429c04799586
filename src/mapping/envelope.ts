import type { JsonObject, JsonValue } from './audit-event.ts';
import { firstText, objectOf, scalarText, textOf } from './json-value.ts';
import type { RecordForm } from './record-form.ts';

const NO_MEMBERS: JsonObject = Object.freeze({});

/** The members that records of all log types share, whatever the form in which they stand. */
export interface Envelope {
  readonly form: RecordForm;
  readonly record: JsonObject;
  /** `properties`, empty when it is absent or no object; in the flat forms of the collectors the record itself. */
  readonly properties: JsonObject;
  /** `identity`; empty when it is absent or no object. */
  readonly identity: JsonObject;
  /** `identity` when it is a text: Entra's display name of who acted. */
  readonly identityName: string | undefined;
  readonly claims: JsonObject;
  readonly authorization: JsonObject;
  readonly time: JsonValue | undefined;
  readonly operationName: string | undefined;
  readonly category: string | undefined;
  readonly resourceId: string | undefined;
  readonly resultType: string | undefined;
  readonly resultSignature: string | undefined;
  readonly resultDescription: string | undefined;
  readonly callerAddress: JsonValue | undefined;
}

/** A JSON object that is there as such or as JSON text. */
export function objectInside(value: JsonValue | undefined): JsonObject | undefined {
  if (typeof value !== 'string') return objectOf(value);
  if (!value.trimStart().startsWith('{')) return undefined;
  try {
    return objectOf(JSON.parse(value) as JsonValue);
  } catch {
    return undefined;
  }
}

/** Text that is there as such or as the `value` of a REST object. */
function nameOf(value: JsonValue | undefined): string | undefined {
  return scalarText(objectOf(value)?.['value'] ?? value);
}

/** The envelope of a record that has none: its members stand for themselves. */
export function flatEnvelope(
  record: JsonObject,
  read: Pick<Envelope, 'form' | 'time' | 'operationName' | 'category'>,
): Envelope {
  return {
    record,
    properties: record,
    identity: NO_MEMBERS,
    identityName: undefined,
    claims: NO_MEMBERS,
    authorization: NO_MEMBERS,
    resourceId: undefined,
    resultType: undefined,
    resultSignature: undefined,
    resultDescription: undefined,
    callerAddress: undefined,
    ...read,
  };
}

/**
 * Reads the shared members from any of the forms in which Azure writes them: as exported to storage, in lower case, as
 * the REST API answers (objects with `value`) and as the Python SDK writes them. Wrong types read as absent.
 */
export function readDiagnosticEnvelope(record: JsonObject): Envelope {
  const identity = objectInside(record['identity']);
  const properties = objectInside(record['properties']) ?? NO_MEMBERS;
  const http = objectOf(record['httpRequest']) ?? objectOf(record['http_request']);
  return {
    form: 'diagnostic',
    record,
    properties,
    identity: identity ?? NO_MEMBERS,
    identityName: identity === undefined ? textOf(record['identity']) : undefined,
    claims:
      objectInside(identity?.['claims']) ??
      objectInside(identity?.['claim']) ??
      objectInside(record['claims']) ??
      NO_MEMBERS,
    authorization:
      objectInside(identity?.['authorization']) ?? objectInside(record['authorization']) ?? NO_MEMBERS,
    time: record['time'] ?? record['eventTimestamp'] ?? record['event_timestamp'],
    operationName:
      nameOf(record['operationName']) ?? nameOf(record['operation_name']) ?? nameOf(record['operationname']),
    category: nameOf(record['category']),
    resourceId: firstText(record['resourceId'], record['resource_id'], record['resourceid']),
    resultType:
      scalarText(record['resultType']) ?? scalarText(record['resulttype']) ?? nameOf(record['status']),
    resultSignature:
      scalarText(record['resultSignature']) ??
      scalarText(record['resultsignature']) ??
      nameOf(record['subStatus']) ??
      nameOf(record['sub_status']),
    resultDescription: firstText(
      record['resultDescription'],
      record['resultdescription'],
      record['description'],
    ),
    callerAddress:
      record['callerIpAddress'] ??
      record['calleripaddress'] ??
      http?.['clientIpAddress'] ??
      http?.['client_ip_address'],
  };
}
