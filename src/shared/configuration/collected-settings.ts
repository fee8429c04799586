import * as v from 'valibot';
import { isLogType, type LogTypeName } from '#mapping/log-types.ts';
import type { ConfigurationOf, Settings } from './read-configuration.ts';

const names = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))),
);

/** Which collectors a deployment has, for those who audit what they collect; all empty when none. */
export const COLLECTED_SETTINGS = {
  RAW_BUCKET_NAME: {
    schema: v.pipe(v.string(), v.regex(/^([a-z0-9.-]{3,63})?$/, 'must be the name of a bucket, or empty')),
    description: 'bucket with the log objects of the collectors; empty without collectors',
    example: 'crosstrail-rawbucket-1a2b3c',
    fallback: '',
  },
  COLLECTION_TABLE_NAME: {
    schema: v.pipe(v.string(), v.regex(/^([\w.-]{3,255})?$/, 'must be a DynamoDB table name, or empty')),
    description: 'table of the collectors’ positions; empty without collectors',
    example: 'crosstrail-CollectionTable-1A2B3C',
    fallback: '',
  },
  ENTRA_TENANTS: {
    schema: names,
    description: 'tenants whose logs are collected',
    example: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    fallback: '',
  },
  GRAPH_LOG_TYPES: {
    schema: names,
    description: 'logs of Microsoft Graph that are collected',
    example: 'entra-signins,entra-audits',
    fallback: '',
  },
  OFFICE365_LOG_TYPES: {
    schema: names,
    description: 'content types of the Office 365 Management Activity API that are collected, by log type',
    example: 'office365-exchange,office365-sharepoint',
    fallback: '',
  },
} as const satisfies Settings;

export type CollectedConfiguration = ConfigurationOf<typeof COLLECTED_SETTINGS>;

/** What is wrong with an audit that would compare nothing, and so prove nothing; empty when it compares something. */
export function nothingToAudit(
  settings: CollectedConfiguration & { readonly AZURE_STORAGE_CONTAINER_NAME: readonly unknown[] },
): string[] {
  const isNothing =
    settings.AZURE_STORAGE_CONTAINER_NAME.length === 0 && collectedLogTypes(settings).length === 0;
  return isNothing
    ? [
        'AZURE_STORAGE_CONTAINER_NAME is empty, and GRAPH_LOG_TYPES and OFFICE365_LOG_TYPES name no log that is collected: there is nothing to audit',
      ]
    : [];
}

/** Log types that a deployment collects. */
export function collectedLogTypes(settings: CollectedConfiguration): LogTypeName[] {
  if (settings.RAW_BUCKET_NAME === '' || settings.COLLECTION_TABLE_NAME === '') return [];
  return [...settings.GRAPH_LOG_TYPES, ...settings.OFFICE365_LOG_TYPES].filter(isLogType);
}
