import type { Drift, DriftObservation } from './drift.ts';
import type { Envelope } from './envelope.ts';
import type { Family } from './families/family.ts';
import { kindOf, type JsonKind } from './json-value.ts';
import { childPath, pathName } from './json-pointer.ts';

/** Top-level members and the kinds in which they are known, over all log types and forms. */
const KNOWN_MEMBERS: ReadonlyMap<string, readonly JsonKind[]> = new Map<string, readonly JsonKind[]>([
  ['time', ['string']],
  ['resourceId', ['string']],
  ['operationName', ['string', 'object']],
  ['operationVersion', ['string']],
  ['schemaVersion', ['string']],
  ['category', ['string', 'object']],
  ['resultType', ['string', 'number']],
  ['resultSignature', ['string', 'number', 'null']],
  ['resultDescription', ['string', 'null']],
  ['durationMs', ['string', 'number', 'null']],
  ['callerIpAddress', ['string', 'null']],
  ['correlationId', ['string', 'null']],
  ['identity', ['object', 'string', 'null']],
  ['level', ['string', 'number']],
  ['Level', ['string', 'number']],
  ['location', ['string', 'null']],
  ['properties', ['object', 'null']],
  ['tenantId', ['string']],
  ['RoleLocation', ['string']],
  ['ReleaseVersion', ['string']],
  ['Stamp', ['string']],
  ['VmSku', ['string']],
  ['jobId', ['string']],
  ['jobType', ['string']],
  ['eventDataId', ['string']],
  ['statusCode', ['number', 'string']],
  ['statusText', ['string', 'null']],
  ['uri', ['string', 'null']],
  ['protocol', ['string', 'null']],
  ['resourceType', ['string']],
  // The REST API's form.
  ['authorization', ['object']],
  ['claims', ['object']],
  ['caller', ['string']],
  ['channels', ['string']],
  ['eventTimestamp', ['string']],
  ['subscriptionId', ['string']],
  // Flow logs.
  ['systemId', ['string']],
  ['macAddress', ['string']],
  ['flowLogGUID', ['string']],
  ['flowLogResourceID', ['string']],
  ['flowLogVersion', ['number']],
  ['flowRecords', ['object']],
  ['targetResourceID', ['string']],
  // AKS.
  ['serviceBuild', ['string']],
]);

function isKnownCategory({ categories }: Family, category: string): boolean {
  // Azure's letter case varies, but hardly ever.
  return (
    categories.includes(category) ||
    categories.some((known) => known.toLowerCase() === category.toLowerCase())
  );
}

/**
 * Where a record differs from what is known of its log type: a category, a member or a kind of value. Only names and
 * kinds, so that it can be logged and counted.
 */
export function findDrift(family: Family, envelope: Envelope, repeated: readonly string[]): Drift[] {
  const drift: Drift[] = [];
  const add = (path: string, observed: DriftObservation): void => {
    drift.push({ family: family.name, path, observed });
  };
  const { record, category } = envelope;
  for (const name of Object.keys(record)) {
    const kinds = KNOWN_MEMBERS.get(name);
    if (kinds === undefined) {
      add(pathName(childPath('', name)), 'unknown member');
    } else {
      const kind = kindOf(record[name]);
      if (!kinds.includes(kind)) add(`/${name}`, kind);
    }
  }
  if (category === undefined) {
    add('/category', 'absent');
  } else if (!isKnownCategory(family, category)) {
    add('/category', 'unknown value');
  }
  for (const path of repeated) add(pathName(path), 'repeated member');
  return drift;
}
