import type { Envelope } from './envelope.ts';
import type { Family } from './families/family.ts';
import { arrayOf, kindOf, textOf } from './json-value.ts';
import { childPath, pathName } from './json-pointer.ts';
import { recordTypeName, userTypeName } from './office365/number-names.ts';
import { DIAGNOSTIC_MEMBERS } from './known-members/diagnostic.ts';
import type { Drift, DriftObservation } from './drift.ts';
import { GRAPH_MEMBERS, GRAPH_VALUES } from './known-members/graph.ts';
import { COMMON_MEMBERS, OFFICE365_MEMBERS } from './known-members/office365.ts';

/** Takes what differs: where, and what was met there. */
type Report = (path: string, observed: DriftObservation) => void;

const unknownMember = (report: Report, name: string): void => {
  report(pathName(childPath('', name)), 'unknown member');
};

function isKnownCategory({ categories }: Family, category: string): boolean {
  // Azure's letter case varies, but hardly ever.
  return (
    categories.includes(category) ||
    categories.some((known) => known.toLowerCase() === category.toLowerCase())
  );
}

function inDiagnostic(family: Family, { record, category }: Envelope, report: Report): void {
  for (const name of Object.keys(record)) {
    const kinds = DIAGNOSTIC_MEMBERS.get(name);
    const kind = kindOf(record[name]);
    if (kinds === undefined) unknownMember(report, name);
    else if (!kinds.includes(kind)) report(`/${name}`, kind);
  }
  if (category === undefined) report('/category', 'absent');
  else if (!isKnownCategory(family, category)) report('/category', 'unknown value');
}

function inGraph(family: Family, { record }: Envelope, report: Report): void {
  const members = GRAPH_MEMBERS.get(family.name);
  for (const name of Object.keys(record)) {
    // `@odata.type` and the like are the protocol's.
    if (!name.startsWith('@odata.') && members?.has(name) !== true) unknownMember(report, name);
    const values = GRAPH_VALUES.get(name);
    const value = record[name]!;
    const texts = (Array.isArray(value) ? arrayOf(value) : [value]).map(textOf);
    if (values !== undefined && texts.some((text) => text !== undefined && !values.has(text))) {
      report(`/${name}`, 'unknown value');
    }
  }
}

function inOffice365(family: Family, { record }: Envelope, report: Report): void {
  const members = OFFICE365_MEMBERS.get(family.name);
  for (const name of Object.keys(record)) {
    const kinds = COMMON_MEMBERS.get(name);
    const kind = kindOf(record[name]);
    if (kinds !== undefined && !kinds.includes(kind)) report(`/${name}`, kind);
    if (members?.has(name) === false) unknownMember(report, name);
  }
  if (record['RecordType'] !== undefined && recordTypeName(record) === undefined) {
    report('/RecordType', 'unknown value');
  }
  if (record['UserType'] !== undefined && userTypeName(record) === undefined) {
    report('/UserType', 'unknown value');
  }
}

const BY_FORM = { diagnostic: inDiagnostic, graph: inGraph, office365: inOffice365 } as const;

/**
 * Where a record differs from what is known of its log type: a category, a member, a kind of value, or a value of a
 * member whose values are listed. Only names and kinds, so that it can be logged and counted.
 */
export function findDrift(family: Family, envelope: Envelope, repeated: readonly string[]): Drift[] {
  const drift: Drift[] = [];
  const report: Report = (path, observed) => {
    drift.push({ family: family.name, path, observed });
  };
  BY_FORM[envelope.form](family, envelope, report);
  for (const path of repeated) report(pathName(path), 'repeated member');
  return drift;
}
