import type { JsonObject } from './audit-event.ts';
import type { Envelope } from './envelope.ts';
import { providerName } from './event-source.ts';
import { activityPim } from './families/activity-pim.ts';
import { activity } from './families/activity.ts';
import { directoryAudit } from './families/directory-audit.ts';
import type { Family } from './families/family.ts';
import { flowLog } from './families/flow-log.ts';
import { graphActivity } from './families/graph-activity.ts';
import { intuneAudit } from './families/intune-audit.ts';
import { keyVault } from './families/key-vault.ts';
import { kubeAudit } from './families/kube-audit.ts';
import { resource } from './families/resource.ts';
import { risk } from './families/risk.ts';
import { signIn } from './families/sign-in.ts';
import { storage } from './families/storage.ts';
import { objectOf, textOf } from './json-value.ts';
import { chooseOffice365Family, OFFICE365_FAMILIES } from './office365/choose-family.ts';

/** Every record family, in the order of docs/mapping.md. */
export const FAMILIES: readonly Family[] = [
  activity,
  activityPim,
  signIn,
  directoryAudit,
  intuneAudit,
  risk,
  graphActivity,
  keyVault,
  storage,
  kubeAudit,
  flowLog,
  resource,
  ...OFFICE365_FAMILIES,
];

/** Categories that belong to one family. `AuditLogs` and the activity log's are looked at more closely. */
const BY_CATEGORY: ReadonlyMap<string, Family> = new Map(
  FAMILIES.filter((family) => ![activityPim, intuneAudit].includes(family)).flatMap((family) =>
    family.categories.map((category): [string, Family] => [category.toLowerCase(), family]),
  ),
);

/** Where Azure Monitor writes a category when the record does not name it; the category in lower case. */
const CONTAINER_PREFIX = 'insights-logs-';
const ACTIVITY_CONTAINERS = new Set(['insights-activity-logs', 'insights-operational-logs']);

function has(members: JsonObject, ...names: readonly string[]): boolean {
  return names.some((name) => members[name] !== undefined);
}

function isIntune({ properties }: Envelope): boolean {
  return (
    has(properties, 'AuditEventId') || (has(properties, 'ActivityResultStatus') && has(properties, 'Actor'))
  );
}

/** An Entra audit by shape: Entra reuses names of the activity log as categories of its audits (`Policy`). */
function isDirectoryAudit({ properties, resourceId }: Envelope): boolean {
  if (
    has(properties, 'initiatedBy', 'activityDateTime') &&
    has(properties, 'targetResources', 'loggedByService')
  ) {
    return true;
  }
  return has(properties, 'activityDisplayName') && /\/providers\/microsoft\.aadiam$/i.test(resourceId ?? '');
}

function isPim({ properties, operationName }: Envelope): boolean {
  return (
    has(properties, 'CallerInfo') ||
    (has(properties, 'EventID') && has(properties, 'RoleDefinition', 'RoleAssignmentRequestId')) ||
    (providerName(operationName) === undefined && operationName?.includes('(PIM ') === true)
  );
}

function isActivity(envelope: Envelope): boolean {
  const { record, authorization, claims, operationName } = envelope;
  if (providerName(operationName) === undefined) return false;
  return (
    has(record, 'eventTimestamp', 'event_timestamp', 'eventDataId', 'event_data_id') ||
    // Both stand in Resource Manager's identity; a resource log's claims come without an authorisation.
    (Object.keys(authorization).length > 0 && Object.keys(claims).length > 0)
  );
}

function byShape(envelope: Envelope): Family | undefined {
  const { properties, record, operationName, identity } = envelope;
  if (operationName === 'Sign-in activity') return signIn;
  if (has(properties, 'riskEventType', 'riskState') && has(properties, 'riskLevel')) return risk;
  if (has(properties, 'requestUri') && has(properties, 'responseStatusCode', 'C_Idtyp')) return graphActivity;
  if (has(properties, 'metricResponseType') && has(properties, 'accountName', 'objectKey')) return storage;
  if (has(record, 'flowRecords') || (has(properties, 'flows') && has(record, 'macAddress'))) return flowLog;
  if (objectOf(identity['claim']) !== undefined && has(properties, 'httpStatusCode')) return keyVault;
  return isActivity(envelope) ? activity : undefined;
}

function byContainer(container: string, envelope: Envelope): Family | undefined {
  const name = container.toLowerCase();
  if (ACTIVITY_CONTAINERS.has(name)) {
    // A category that is new in the activity log; Entra's records do not name a provider.
    return providerName(envelope.operationName) === undefined ? undefined : activity;
  }
  if (envelope.category !== undefined || !name.startsWith(CONTAINER_PREFIX)) return undefined;
  return BY_CATEGORY.get(name.slice(CONTAINER_PREFIX.length));
}

/** True when a record of category `AuditEvent` is Key Vault's: other services use the name too. */
function isKeyVault({ resourceId, identity, properties }: Envelope): boolean {
  return (
    /\/providers\/microsoft\.keyvault\//i.test(resourceId ?? '') ||
    has(identity, 'claim') ||
    /\.(?:vault|managedhsm)\./i.test(textOf(properties['requestUri']) ?? '')
  );
}

/**
 * The family of a record: by what it is, and by its container only when the record itself does not tell. Containers
 * in Azure are shared (Intune writes to Entra's, both reuse category names) and may be unknown (`''`); those of the
 * collectors hold one log type each.
 */
export function chooseFamily(container: string, envelope: Envelope): Family {
  if (envelope.form === 'office365') return chooseOffice365Family(container, envelope.record);
  if (envelope.form === 'graph') return BY_CATEGORY.get(envelope.category?.toLowerCase() ?? '') ?? resource;
  if (isIntune(envelope)) return intuneAudit;
  if (isDirectoryAudit(envelope)) return directoryAudit;
  const named = BY_CATEGORY.get(envelope.category?.toLowerCase() ?? '');
  if (named === keyVault && !isKeyVault(envelope)) return resource;
  if (named !== undefined && named !== activity) return named;
  if (isPim(envelope)) return activityPim;
  return named ?? byShape(envelope) ?? byContainer(container, envelope) ?? resource;
}
