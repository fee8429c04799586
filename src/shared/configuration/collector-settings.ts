import * as v from 'valibot';
import { GRAPH_LOG_TYPE_NAMES, OFFICE365_LOG_TYPE_NAMES } from '#mapping/log-types.ts';
import type { ConfigurationOf, Settings } from './read-configuration.ts';
import { httpUrl, wholeNumber } from './setting-schemas.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function list(text: string): string[] {
  return [...new Set(text.split(',').map((entry) => entry.trim()))];
}

function listOf(names: readonly string[]) {
  return v.pipe(
    v.string(),
    v.transform(list),
    v.check(
      (entries) => entries.every((entry) => names.includes(entry)),
      `must be one or several of ${names.join(', ')}, with commas between them`,
    ),
  );
}

/** `https` everywhere but on this machine, where stand-ins listen. */
const endpoint = v.pipe(
  v.string(),
  v.regex(
    /^(https:\/\/[\w.-]+(:\d+)?|http:\/\/127\.0\.0\.1:\d+)\/?$/,
    'must be https:// and a host, without a path',
  ),
  v.transform((text) => text.replace(/\/$/, '')),
);

/** What both collectors need. */
const COLLECTOR_SETTINGS = {
  COLLECTION_TABLE_NAME: {
    schema: v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/, 'must be a DynamoDB table name')),
    description: 'table of the collectors’ positions and of the records that were seen',
    example: 'crosstrail-CollectionTable-1A2B3C',
  },
  RAW_BUCKET_NAME: {
    schema: v.pipe(v.string(), v.regex(/^[a-z0-9.-]{3,63}$/, 'must be the name of a bucket')),
    description: 'bucket that the collectors write raw records to',
    example: 'crosstrail-rawbucket-1a2b3c',
  },
  RANGE_QUEUE_URL: {
    schema: httpUrl,
    description: 'URL of the FIFO range queue',
    example: 'https://sqs.us-east-1.amazonaws.com/111122223333/crosstrail-ranges.fifo',
  },
  ENTRA_TENANTS: {
    schema: v.pipe(
      v.string(),
      v.transform(list),
      v.check(
        (tenants) => tenants.every((tenant) => GUID.test(tenant)),
        'must be one tenant id or several with commas between them, each a GUID',
      ),
    ),
    description: 'tenants whose logs are collected',
    example: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  },
  ENTRA_CLIENT_ID: {
    schema: v.pipe(v.string(), v.regex(GUID, 'must be a GUID')),
    description: 'client id of the application that has the permissions in each tenant',
    example: '00001111-aaaa-2222-bbbb-3333cccc4444',
  },
  ENTRA_CREDENTIAL_SECRET: {
    schema: v.pipe(v.string(), v.regex(/^[\w/+=.@:!-]{0,512}$/, 'must be the name or ARN of a secret')),
    description:
      'name or ARN of the secret with the application’s client secret or certificate; empty signs in by the AWS role itself, without a secret',
    example: 'crosstrail/entra-application',
    fallback: '',
  },
  AZURE_AUTHORITY_HOST: {
    schema: endpoint,
    description: 'host of Entra ID; another one in a national cloud',
    example: 'https://login.microsoftonline.us',
    fallback: 'https://login.microsoftonline.com',
  },
} as const satisfies Settings;

export const GRAPH_COLLECTOR_SETTINGS = {
  ...COLLECTOR_SETTINGS,
  GRAPH_LOG_TYPES: {
    schema: listOf(GRAPH_LOG_TYPE_NAMES),
    description: 'logs of Microsoft Graph that are collected',
    example: 'entra-signins,entra-audits',
    fallback: 'entra-signins,entra-audits',
  },
  GRAPH_DAYS_BACK: {
    schema: wholeNumber(0, 30),
    description: 'days before the first run that are collected too',
    example: '7',
    fallback: '1',
  },
  ENTRA_LOG_RETENTION_DAYS: {
    schema: v.pipe(
      v.string(),
      v.picklist(['7', '30'], 'must be 7 (no licence) or 30 (P1 or P2)'),
      v.transform((text): 7 | 30 => (text === '7' ? 7 : 30)),
    ),
    description: 'days that the tenants keep these logs: 7 without, 30 with a P1 or P2 licence',
    example: '30',
    fallback: '30',
  },
  GRAPH_ENDPOINT: {
    schema: endpoint,
    description: 'host of Microsoft Graph; another one in a national cloud',
    example: 'https://graph.microsoft.us',
    fallback: 'https://graph.microsoft.com',
  },
} as const satisfies Settings;

export const OFFICE365_COLLECTOR_SETTINGS = {
  ...COLLECTOR_SETTINGS,
  OFFICE365_LOG_TYPES: {
    schema: listOf(OFFICE365_LOG_TYPE_NAMES),
    description: 'content types of the Office 365 Management Activity API that are collected, by log type',
    example: 'office365-exchange,office365-sharepoint',
    fallback: OFFICE365_LOG_TYPE_NAMES.filter((name) => name !== 'office365-dlp').join(','),
  },
  OFFICE365_DAYS_BACK: {
    schema: wholeNumber(0, 6),
    description: 'days before the first run that are collected too, as far as the subscription holds them',
    example: '6',
    fallback: '6',
  },
  OFFICE365_ENDPOINT: {
    schema: endpoint,
    description: 'host of the API; another one in GCC (manage-gcc.office.com), GCC High or DoD',
    example: 'https://manage-gcc.office.com',
    fallback: 'https://manage.office.com',
  },
} as const satisfies Settings;

/** What both collectors are set to. */
export type CollectorConfiguration = ConfigurationOf<typeof COLLECTOR_SETTINGS>;
export type GraphCollectorConfiguration = ConfigurationOf<typeof GRAPH_COLLECTOR_SETTINGS>;
export type Office365CollectorConfiguration = ConfigurationOf<typeof OFFICE365_COLLECTOR_SETTINGS>;

/** What is wrong with the settings together; empty when nothing is. */
export function graphCollectorProblems(configuration: GraphCollectorConfiguration): string[] {
  const { GRAPH_DAYS_BACK: back, ENTRA_LOG_RETENTION_DAYS: kept } = configuration;
  return back > kept
    ? [
        `GRAPH_DAYS_BACK asks for ${back} days, and the tenants keep their logs for ${kept} (ENTRA_LOG_RETENTION_DAYS)`,
      ]
    : [];
}
