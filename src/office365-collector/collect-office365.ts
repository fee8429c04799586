import { LOG_TYPES } from '#mapping/log-types.ts';
import { ApiClient, type AccessTokens } from '#shared/collection/api-client.ts';
import {
  collectLogTypes,
  type CollectedLogType,
  type LogTypesPorts,
} from '#shared/collection/collect-log-types.ts';
import type { SeenRecords } from '#shared/collection/collect-window.ts';
import { RequestLimit } from '#shared/collection/request-limit.ts';
import { CONTENT_LIMIT, CONTENT_TYPES, type ContentType } from './content-types.ts';
import { isOffice365Throttle } from './office365-answer.ts';
import { office365Plan, SEEN_DAYS } from './office365-plan.ts';
import { Office365Source, type ContentLists } from './office365-source.ts';

/** What is collected of Office 365. */
export interface Office365Collection {
  readonly tenants: readonly string[];
  readonly logTypes: readonly string[];
  readonly endpoint: string;
  readonly daysBack: number;
}

/** What collecting from Office 365 needs of the world. */
export interface Office365CollectionPorts extends LogTypesPorts {
  tokensOf(this: void, tenant: string): AccessTokens;
  seenIn(
    this: void,
    scope: { readonly tenant: string; readonly logType: string; readonly days: number },
  ): SeenRecords;
  listsOf(this: void, scope: { readonly tenant: string; readonly contentType: string }): ContentLists;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly random: () => number;
}

/**
 * Collects what is due of the content types of each tenant, and starts the subscriptions that they lack. One that fails
 * stops no other. Never throws.
 */
export async function collectOffice365(
  { tenants, logTypes, endpoint, daysBack }: Office365Collection,
  ports: Office365CollectionPorts,
): Promise<CollectedLogType[]> {
  const { tokensOf, seenIn, listsOf, telemetry, now, sleep, random } = ports;
  const due = tenants.flatMap((tenant) => {
    const tokens = tokensOf(tenant);
    const limit = new RequestLimit(CONTENT_LIMIT, now, sleep);
    return CONTENT_TYPES.filter(({ logType }) => logTypes.includes(logType)).map(
      (contentType: ContentType) => {
        const { logType } = contentType;
        const client = new ApiClient({
          tokens,
          scope: `${endpoint}/.default`,
          limit,
          isThrottle: isOffice365Throttle,
          onTry: (kind) => {
            if (kind === 'throttled') telemetry.emit('collection.throttled', { logType, throttled: 1 });
          },
          now,
          sleep,
          random,
        });
        const lists = listsOf({ tenant, contentType: contentType.contentType });
        const source = new Office365Source(contentType, { client, endpoint, tenant, lists, telemetry });
        return {
          plan: office365Plan(contentType, tenant, daysBack),
          prefix: LOG_TYPES[logType].prefix,
          source,
          seen: seenIn({ tenant, logType, days: SEEN_DAYS }),
          prepare: (deadline: AbortSignal) => source.subscribe(deadline),
        };
      },
    );
  });
  return collectLogTypes(due, ports);
}
