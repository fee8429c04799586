import type { JsonObject, JsonValue } from '../audit-event.ts';
import type { FactMember, ListMember, MapName, RequestMember, ResponseMember } from '../derived-members.ts';
import type { Envelope } from '../envelope.ts';
import type { Outcome } from '../outcome.ts';
import type { Principal } from '../principal.ts';

/** The record families: each name is the name of its file, of its table in docs/mapping.md and of its metric. */
export type FamilyName =
  | 'activity'
  | 'activity-pim'
  | 'sign-in'
  | 'directory-audit'
  | 'intune-audit'
  | 'risk'
  | 'graph-activity'
  | 'key-vault'
  | 'storage'
  | 'kube-audit'
  | 'flow-log'
  | 'office365-azureactivedirectory'
  | 'office365-exchange'
  | 'office365-sharepoint'
  | 'office365-general'
  | 'office365-dlp'
  | 'resource';

/** What a family reads out of a record. */
export interface Reading {
  /** Where the event's own time stands, best first: the first that is there counts, also when it cannot be read. */
  readonly times: readonly (JsonValue | undefined)[];
  readonly principal: Principal;
  /** Where the source address stands, best first: the first valid one counts. */
  readonly addresses: readonly (JsonValue | undefined)[];
  readonly userAgent: string | undefined;
  readonly outcome: Outcome;
  /** What the record itself says about its source; without it, operation and resource are asked. */
  readonly eventSource?: string | undefined;
  /** The record's own id, where its log type has one. */
  readonly uid: JsonValue | undefined;
  /** Flattened members of `requestParameters`. */
  readonly request: Readonly<Partial<Record<RequestMember, string | undefined>>>;
  /** Lists of named values, flattened into `requestParameters`. */
  readonly lists?: Readonly<Partial<Record<ListMember, JsonObject | undefined>>>;
  /** Flattened members of `responseElements`, beside the outcome. */
  readonly response?: Readonly<Partial<Record<ResponseMember, string | undefined>>>;
  /** Flattened members of `additionalEventData`. */
  readonly facts?: Readonly<Partial<Record<FactMember, string | undefined>>>;
}

/** Where members of a record go; a name that is not listed goes to `additionalEventData`. */
export type Routes = ReadonlyMap<string, MapName>;

/** One kind of record: where its members go, what its fields mean. */
export interface Family {
  readonly name: FamilyName;
  /** `eventSource` when neither operation nor resource names a provider. */
  readonly eventSource: string | undefined;
  /**
   * UID of a record without an id of its own: by its bytes, or by its bytes and where they stand, for log types that
   * write byte-identical lines for different events.
   */
  readonly uidWithoutId: 'content' | 'place';
  /** True when no record of the family has a `properties`: the body is the record itself. */
  readonly flat?: true;
  /** Top-level members of diagnostic records, beside those that all families share. */
  readonly members?: Routes;
  /** Members of the body: of `properties`, in the flat forms of the collectors of the record itself. */
  readonly body: Routes;
  /** Members of the body that may be JSON text. */
  readonly embedded: readonly string[];
  /** The categories that are known; others are drift. */
  readonly categories: readonly string[];
  read(envelope: Envelope): Reading;
}

/** Routes from lists of names per object. */
export function routesOf(names: Partial<Record<MapName, readonly string[]>>): Routes {
  const routes = new Map<string, MapName>();
  for (const [map, list] of Object.entries(names)) {
    for (const name of list) routes.set(name, map as MapName);
  }
  return routes;
}

/** Top-level members that go to the same place in every family, in all the forms in which they occur. */
export const SHARED_MEMBERS: Routes = routesOf({
  details: ['identity', 'claims', 'authorization', 'caller'],
  requestParameters: ['resourceId', 'resource_id', 'resourceid', 'httpRequest', 'http_request', 'uri'],
  responseElements: [
    'resultType',
    'resulttype',
    'resultSignature',
    'resultsignature',
    'resultDescription',
    'resultdescription',
    'status',
    'subStatus',
    'sub_status',
    'statusCode',
    'statusText',
  ],
});
