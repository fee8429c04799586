import { LOG_TYPES } from '#mapping/log-types.ts';
import {
  apiClientFor,
  collectLogTypes,
  type CollectedLogType,
  type CollectorPorts,
} from '#shared/collection/collect-log-types.ts';
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
export interface Office365CollectionPorts extends CollectorPorts {
  listsOf(this: void, scope: { readonly tenant: string; readonly contentType: string }): ContentLists;
}

/**
 * Collects what is due of the content types of each tenant, and starts the subscriptions that they lack. One that fails
 * stops no other. Never throws.
 */
export async function collectOffice365(
  { tenants, logTypes, endpoint, daysBack }: Office365Collection,
  ports: Office365CollectionPorts,
): Promise<CollectedLogType[]> {
  const { tokensOf, seenIn, listsOf, telemetry, now, sleep } = ports;
  const scope = `${endpoint}/.default`;
  const due = tenants.flatMap((tenant) => {
    const tokens = tokensOf(tenant);
    const limit = new RequestLimit(CONTENT_LIMIT, now, sleep);
    return CONTENT_TYPES.filter(({ logType }) => logTypes.includes(logType)).map(
      (contentType: ContentType) => {
        const { logType } = contentType;
        const api = { tokens, scope, limit, isThrottle: isOffice365Throttle };
        const client = apiClientFor(logType, api, ports);
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
