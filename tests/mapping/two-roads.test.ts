import type { EventData, JsonObject } from '#mapping/audit-event.ts';
import { LOG_TYPES } from '#mapping/log-types.ts';
import { recordKey } from '#mapping/record-key.ts';
import { recordsOf } from './corpus-records.ts';
import { eventDataOf } from './map-one.ts';

/** What two events of one happening share, whichever road it came by: who, what, when, where, on what, result. */
function happening(eventData: EventData): unknown {
  const { userIdentity, eventSource, eventName, eventTime, UID, sourceIPAddress, userAgent, errorCode } =
    eventData;
  const flat = (map: JsonObject | undefined, ...names: string[]): unknown[] =>
    names.map((name) => map?.[name]);
  return {
    who: [
      userIdentity.type,
      userIdentity.principalId,
      ...flat(userIdentity.details, 'name', 'upn', 'objectId', 'appId', 'appName', 'principalType'),
    ],
    what: [eventSource, eventName, UID, ...flat(eventData.requestParameters, 'action')],
    when: [eventTime],
    where: [sourceIPAddress, userAgent, ...flat(eventData.additionalEventData, 'city', 'country')],
    onWhat: flat(eventData.requestParameters, 'resource', 'target', 'changes', 'extras'),
    result: [
      errorCode,
      ...flat(eventData.responseElements, 'outcome', 'riskLevel', 'riskState', 'conditionalAccess'),
    ],
    family: flat(eventData.additionalEventData, 'family'),
  };
}

/** What a diagnostic setting exports, and the same record as Microsoft Graph gives it. */
const ROADS = [
  ['entra/datadog_sign_in_logs.json', 'entra-signins'],
  ['entra/datadog_non_interactive_user_sign_in_logs.json', 'entra-signins-noninteractive'],
  ['entra/datadog_service_principal_sign_in_logs.json', 'entra-signins-serviceprincipal'],
  ['entra/datadog_managed_identity_sign_in_logs.json', 'entra-signins-managedidentity'],
  ['entra/datadog_audit_logs.json', 'entra-audits'],
  ['entra/datadog_user_risk_event_logs.json', 'entra-risk-detections'],
  ['entra/datadog_risky_users_logs.json', 'entra-risky-users'],
] as const;

it.each(ROADS)('the records of %s are the same happenings when they come as %s', (file, container) => {
  for (const { bytes, offset } of recordsOf(file)) {
    const exported = eventDataOf(bytes, { offset, container: 'insights-logs-x' });
    const { properties } = JSON.parse(Buffer.from(bytes).toString()) as { properties: JsonObject };
    const collected = eventDataOf(properties, { container });
    // The address from which an application changed something stands in the envelope of the export only.
    if (collected.sourceIPAddress === undefined) delete exported.sourceIPAddress;

    expect(happening(collected)).toEqual(happening(exported));
    expect(collected.UID).toBe(recordKey(container, properties));
  }
});

it('one sign-in that arrives by both roads has one UID, and two ids', () => {
  const [record] = recordsOf('entra/datadog_sign_in_logs.json');
  const { properties } = JSON.parse(Buffer.from(record!.bytes).toString()) as { properties: JsonObject };

  const [exported, collected] = [eventDataOf(record!.bytes), eventDataOf(properties)];

  expect(exported.UID).toBe('94cb51df-08a4-4a74-b42b-1210a7a12a00');
  expect(collected.UID).toBe(exported.UID);
});

it('an update of a risk detection is another event, at the time of the update', () => {
  const [first, update] = recordsOf('graph/synthetic_risk_detections.jsonl').map(({ bytes }) =>
    eventDataOf(bytes),
  );

  expect(first!.eventTime).toBe('2026-11-20T04:11:27Z');
  expect(update!.eventTime).toBe('2026-11-20T09:30:00Z');
  expect(update!.UID).not.toBe(first!.UID);
  expect(update!.responseElements).toMatchObject({ riskState: 'remediated' });
});

it.each(Object.keys(LOG_TYPES).filter((container) => container.startsWith('office365-')))(
  'the UID of a record of %s is its key for the collector',
  (container) => {
    const record = {
      Id: '80c76bd2-9d81-4c57-a97a-accfc3443dca',
      CreationTime: '2026-11-20T10:00:12',
      RecordType: 1,
      Operation: 'X',
    };

    expect(eventDataOf(record, { container }).UID).toBe(record.Id);
    expect(recordKey(container as keyof typeof LOG_TYPES, record)).toBe(record.Id);
  },
);
