import type { JsonObject } from './audit-event.ts';
import { textOf } from './json-value.ts';
import { logTypeOf, type CollectedForm } from './log-types.ts';
import { memberOf } from './office365/member-of.ts';

/**
 * How a record is laid out. `diagnostic`: as Azure exports it, an envelope with `time`, `category` and `properties`;
 * `graph`: as Microsoft Graph gives it, which is what stands in `properties` of the export; `office365`: the common
 * schema of the Office 365 Management Activity API, with the members of a service beside it.
 */
export type RecordForm = 'diagnostic' | CollectedForm;

function has(record: JsonObject, ...names: readonly string[]): boolean {
  return names.some((name) => record[name] !== undefined && record[name] !== null);
}

function isOffice365(record: JsonObject): boolean {
  return ['RecordType', 'CreationTime', 'Operation'].every((name) => memberOf(record, name) !== undefined);
}

/** The kinds of record that Microsoft Graph gives, by members that only they have. */
const GRAPH_SHAPES: readonly (readonly [category: string, all: readonly string[], any: readonly string[]])[] =
  [
    ['RiskyUsers', ['riskLastUpdatedDateTime'], ['riskState', 'riskLevel']],
    ['UserRiskEvents', ['riskEventType'], ['detectedDateTime', 'lastUpdatedDateTime', 'activityDateTime']],
    ['AuditLogs', ['activityDisplayName', 'activityDateTime'], ['initiatedBy', 'targetResources']],
    [
      'SignInLogs',
      ['createdDateTime'],
      ['signInEventTypes', 'appDisplayName', 'conditionalAccessStatus', 'status'],
    ],
  ];

/** The category under which a diagnostic setting writes what this record is by its shape; none for other records. */
export function graphCategoryByShape(record: JsonObject): string | undefined {
  // What has an envelope was exported, whatever it holds.
  if (textOf(record['id']) === undefined || has(record, 'time', 'properties', 'operationName'))
    return undefined;
  return GRAPH_SHAPES.find(
    ([, all, any]) => all.every((name) => has(record, name)) && has(record, ...any),
  )?.[0];
}

/** The form of a record: that of its container, else by its shape. */
export function formOf(container: string, record: JsonObject): RecordForm {
  const known = logTypeOf(container)?.form;
  if (known !== undefined) return known;
  if (isOffice365(record)) return 'office365';
  return graphCategoryByShape(record) === undefined ? 'diagnostic' : 'graph';
}
