import type { JsonObject } from './audit-event.ts';

/** The four objects of an audit event that take the record's members. */
export type MapName = 'details' | 'requestParameters' | 'responseElements' | 'additionalEventData';

/** The four objects while an event is made. */
export type EventMaps = Record<MapName, JsonObject>;

/**
 * Members that the mapping adds beside the record's own, per object: the closed list that `rebuildRecord` leaves out.
 * A record's own top-level member of such a name stands under `additionalEventData.record`.
 */
export const DERIVED_MEMBERS = {
  details: ['name', 'upn', 'objectId', 'appId', 'appName', 'role', 'scope', 'principalType', 'authMethods'],
  requestParameters: [
    'action',
    'scope',
    'resourceGroup',
    'resource',
    'target',
    'method',
    'arguments',
    'changes',
    'extras',
  ],
  responseElements: ['outcome', 'httpStatus', 'riskLevel', 'riskState', 'conditionalAccess'],
  additionalEventData: [
    'family',
    'eventTime',
    'eventName',
    'tenantId',
    'subscriptionId',
    'sourceIPAddress',
    'city',
    'country',
    'recordTypeName',
    'logObject',
    'generation',
    'offset',
    'length',
    'parsed',
    'repeated',
    'redacted',
    'hashed',
    'omitted',
    'record',
  ],
} as const satisfies Record<MapName, readonly string[]>;

const SETS: Record<MapName, ReadonlySet<string>> = {
  details: new Set(DERIVED_MEMBERS.details),
  requestParameters: new Set(DERIVED_MEMBERS.requestParameters),
  responseElements: new Set(DERIVED_MEMBERS.responseElements),
  additionalEventData: new Set(DERIVED_MEMBERS.additionalEventData),
};

/** True when `name` in `map` is the mapping's own member, not the record's. */
export function isDerived(map: MapName, name: string): boolean {
  return SETS[map].has(name);
}

export type DetailsMember = (typeof DERIVED_MEMBERS.details)[number];
/** Lists of named values, flattened. */
export type ListMember = 'arguments' | 'changes' | 'extras';
export type RequestMember = Exclude<(typeof DERIVED_MEMBERS.requestParameters)[number], ListMember>;
export type ResponseMember = 'riskLevel' | 'riskState' | 'conditionalAccess';
/** What else a family reads: where the caller was, and the documented name of a number. */
export type FactMember = 'city' | 'country' | 'recordTypeName';
