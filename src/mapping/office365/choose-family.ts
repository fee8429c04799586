import type { JsonObject } from '../audit-event.ts';
import { office365AzureActiveDirectory } from '../families/office365-azureactivedirectory.ts';
import { office365Dlp } from '../families/office365-dlp.ts';
import { office365Exchange } from '../families/office365-exchange.ts';
import { office365General } from '../families/office365-general.ts';
import { office365SharePoint } from '../families/office365-sharepoint.ts';
import type { Family } from '../families/family.ts';
import { textOf } from '../json-value.ts';
import { memberOf } from './member-of.ts';
import { recordTypeName } from './number-names.ts';

/** The families of the content types. */
export const OFFICE365_FAMILIES: readonly Family[] = [
  office365AzureActiveDirectory,
  office365Exchange,
  office365SharePoint,
  office365General,
  office365Dlp,
];

const BY_WORKLOAD: ReadonlyMap<string, Family> = new Map<string, Family>([
  ['azureactivedirectory', office365AzureActiveDirectory],
  ['exchange', office365Exchange],
  ['sharepoint', office365SharePoint],
  ['onedrive', office365SharePoint],
]);

/**
 * The family of an Office 365 record: that of the content type that its container names, else the one under whose
 * content type such records come.
 */
export function chooseOffice365Family(container: string, record: JsonObject): Family {
  const named = OFFICE365_FAMILIES.find(({ name }) => name === container);
  if (named !== undefined) return named;
  const type = recordTypeName(record) ?? '';
  if (record['PolicyDetails'] !== undefined || /DLP/i.test(type)) return office365Dlp;
  if (type.startsWith('AzureActiveDirectory')) return office365AzureActiveDirectory;
  if (/^Exchange(?:Admin|Item|Aggregated)/.test(type)) return office365Exchange;
  if (/^(?:SharePoint|OneDrive$)/.test(type)) return office365SharePoint;
  if (type !== '') return office365General;
  return BY_WORKLOAD.get(textOf(memberOf(record, 'Workload'))?.toLowerCase() ?? '') ?? office365General;
}
