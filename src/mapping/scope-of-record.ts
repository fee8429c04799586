import type { JsonValue } from './audit-event.ts';
import type { Envelope } from './envelope.ts';
import { firstText, textOf } from './json-value.ts';
import { memberOf } from './office365/member-of.ts';
import type { Origin } from './origin.ts';
import { tenantOfClaims } from './principal.ts';
import { isHidden } from './rules/hidden-value.ts';

/** The segment after `/name/` or `name=/…` in a resource id or blob name, whatever its letter case. */
function segmentAfter(path: string | undefined, name: string): string | undefined {
  if (path === undefined) return undefined;
  const at = path.toLowerCase().indexOf(`/${name}/`);
  if (at === -1) return undefined;
  const start = at + name.length + 2;
  const end = path.indexOf('/', start);
  const segment = path.slice(start, end === -1 ? undefined : end);
  return segment === '' ? undefined : segment;
}

/** `properties.hierarchy`: tenant, management groups, subscription. */
function hierarchyOf({ properties }: Envelope): readonly string[] {
  return (textOf(properties['hierarchy']) ?? '').split('/').filter((part) => part !== '');
}

/** `OrganizationId` of Office 365 is the directory's id. */
function organizationOf({ form, record }: Envelope): JsonValue | undefined {
  return form === 'office365' ? memberOf(record, 'OrganizationId') : undefined;
}

/** Directory and subscription of a record in lower case, because Azure's letter case varies and SQL compares it. */
export interface RecordScope {
  readonly tenantId: string | undefined;
  readonly subscriptionId: string | undefined;
  readonly resourceGroup: string | undefined;
}

/** The directory in the path of a log object, of Azure (`tenantId=`) or of a collector (`tenant=`). */
function tenantInName(name: string): string | undefined {
  return /(?:^|\/)tenant(?:Id)?=([^/]+)\//i.exec(name)?.[1];
}

/** The resource id in the path of a log object, which stands before `y=`, or that of its directory. */
function resourceIdInName(name: string): string | undefined {
  const resourceId = /(?:^|\/)resourceId=(.+?)\/y=\d{4}\//i.exec(name)?.[1];
  const tenantId = tenantInName(name);
  return resourceId ?? (tenantId === undefined ? undefined : `/tenants/${tenantId}`);
}

/** The resource that a record is about: its own member, else the scope that its log object is of. */
export function resourceIdOf(envelope: Envelope, origin: Origin): string | undefined {
  return ownResourceId(envelope) ?? resourceIdInName(origin.name);
}

function ownResourceId({ resourceId, record }: Envelope): string | undefined {
  return resourceId ?? firstText(record['flowLogResourceID'], record['targetResourceID']);
}

/** What stands in place of a hidden value is no name, and stays as it is. */
function lowerCase(id: string | undefined): string | undefined {
  return id === undefined || isHidden(id) ? id : id.toLowerCase();
}

/** Where in Azure a record belongs, by its own members first and the name of its log object last. */
export function scopeOfRecord(envelope: Envelope, origin: Origin): RecordScope {
  const { record, properties, claims } = envelope;
  const resourceId = ownResourceId(envelope);
  const hierarchy = hierarchyOf(envelope);
  const tenantId =
    firstText(record['tenantId'], record['tenant_id'], record['tenantid'], organizationOf(envelope)) ??
    tenantOfClaims(claims) ??
    firstText(properties['tenantId'], properties['TenantID']) ??
    hierarchy[0] ??
    segmentAfter(resourceId, 'tenants') ??
    tenantInName(origin.name);
  const subscriptionId =
    segmentAfter(resourceId, 'subscriptions') ??
    segmentAfter(origin.name, 'subscriptions') ??
    firstText(record['subscriptionId'], record['subscription_id'], properties['SubscriptionID']) ??
    (hierarchy.length > 1 ? hierarchy.at(-1) : undefined);
  return {
    tenantId: lowerCase(tenantId),
    subscriptionId: lowerCase(subscriptionId),
    resourceGroup: segmentAfter(resourceId, 'resourcegroups')?.toLowerCase(),
  };
}
