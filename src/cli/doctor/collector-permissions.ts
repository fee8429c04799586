import { GRAPH_LOG_TYPES } from '#graph-collector/graph-log-types.ts';
import { isLogType, LOG_TYPES, OFFICE365_LOG_TYPE_NAMES, type LogTypeName } from '#mapping/log-types.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** An API that collectors read. */
export type CollectedApi = 'graph' | 'office365';

/** Application ids of the APIs, the same in every tenant. */
export const API_IDS: Readonly<Record<CollectedApi, string>> = {
  graph: '00000003-0000-0000-c000-000000000000',
  office365: 'c5393580-f805-4401-95e8-94b7a6ef2fc2',
};

/** An application permission, and the logs that need it. */
export interface NeededPermission {
  readonly api: CollectedApi;
  readonly permission: string;
  readonly logTypes: readonly string[];
}

interface Need {
  readonly api: CollectedApi;
  readonly permission: string;
  readonly logType: string;
}

/** What each log needs. https://learn.microsoft.com/office/office-365-management-api/get-started-with-office-365-management-apis */
const NEEDS: readonly Need[] = [
  ...GRAPH_LOG_TYPES.map(({ logType, permission }): Need => ({ api: 'graph', permission, logType })),
  ...OFFICE365_LOG_TYPE_NAMES.map((logType): Need => ({
    api: 'office365',
    permission: 'ActivityFeed.Read',
    logType,
  })),
  { api: 'office365', permission: 'ActivityFeed.ReadDlp', logType: 'office365-dlp' },
];

/** Names of log types in a list with commas. Throws LOG_TYPE_UNKNOWN. */
export function readLogTypes(list: string): LogTypeName[] {
  const names = list.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const unknown = names.filter((name) => !isLogType(name));
  if (unknown.length > 0) {
    const known = Object.keys(LOG_TYPES).join(', ');
    throw new CrosstrailError('LOG_TYPE_UNKNOWN', `${unknown.join(', ')} is none of ${known}`);
  }
  return names.filter(isLogType);
}

/** The permissions that some logs need, each once. */
export function permissionsFor(logTypes: readonly string[]): NeededPermission[] {
  const needs = NEEDS.filter(({ logType }) => logTypes.includes(logType));
  return [...new Set(needs.map(({ permission }) => permission))].map((permission) => {
    const its = needs.filter((need) => need.permission === permission);
    return { api: its[0]?.api ?? 'graph', permission, logTypes: its.map(({ logType }) => logType) };
  });
}
