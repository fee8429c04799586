import { LOG_TYPES } from '#mapping/log-types.ts';
import {
  apiClientFor,
  collectLogTypes,
  type CollectedLogType,
  type CollectorPorts,
} from '#shared/collection/collect-log-types.ts';
import { RequestLimit } from '#shared/collection/request-limit.ts';
import { GRAPH_LIMITS, GRAPH_LOG_TYPES, type GraphLimit } from './graph-log-types.ts';
import { graphPlan, SEEN_DAYS, type RetentionDays } from './graph-plan.ts';
import { isGraphThrottle } from './graph-refusal.ts';
import { GraphSource } from './graph-source.ts';

/** What is collected of Microsoft Graph. */
export interface GraphCollection {
  readonly tenants: readonly string[];
  readonly logTypes: readonly string[];
  readonly endpoint: string;
  readonly daysBack: number;
  readonly retentionDays: RetentionDays;
}

/**
 * Collects what is due of the log types of each tenant, each tenant under limits of its own. One that fails stops no
 * other. Throws CONFIGURATION_INVALID before anything is read.
 */
export async function collectGraph(
  { tenants, logTypes, endpoint, daysBack, retentionDays }: GraphCollection,
  ports: CollectorPorts,
): Promise<CollectedLogType[]> {
  const { tokensOf, seenIn, now, sleep } = ports;
  const scope = `${endpoint}/.default`;
  const due = tenants.flatMap((tenant) => {
    const limits = new Map<GraphLimit, RequestLimit>();
    const tokens = tokensOf(tenant);
    return GRAPH_LOG_TYPES.filter(({ logType }) => logTypes.includes(logType)).map((logType) => {
      const limit = limits.get(logType.limit) ?? new RequestLimit(GRAPH_LIMITS[logType.limit], now, sleep);
      limits.set(logType.limit, limit);
      const api = { tokens, scope, limit, isThrottle: isGraphThrottle };
      const client = apiClientFor(logType.logType, api, ports);
      return {
        plan: graphPlan(logType, tenant, { daysBack, retentionDays }),
        prefix: LOG_TYPES[logType.logType].prefix,
        source: new GraphSource(client, endpoint, logType),
        seen: seenIn({ tenant, logType: logType.logType, days: SEEN_DAYS }),
      };
    });
  });
  return collectLogTypes(due, ports);
}
