import type { LogTypeName } from '#mapping/log-types.ts';
import { FIRST_PASS, type Pass } from '#shared/collection/plan.ts';

/** Which limit of Microsoft Graph the requests of a log type count against. */
export type GraphLimit = 'reports' | 'identityProtection';

/**
 * What an app may ask in a tenant. Reports: five requests in ten seconds, sign-ins and audits together. Identity
 * Protection: one request a second for all apps of a tenant.
 * https://learn.microsoft.com/graph/throttling-limits
 */
export const GRAPH_LIMITS: Readonly<
  Record<GraphLimit, { readonly requests: number; readonly spanMs: number }>
> = {
  reports: { requests: 5, spanMs: 10_000 },
  identityProtection: { requests: 1, spanMs: 1_000 },
};

/** A log that Microsoft Graph gives. */
export interface GraphLogType {
  /** Container of its log objects. */
  readonly logType: LogTypeName;
  /** Path below the endpoint, version included. */
  readonly path: string;
  /** Property that windows are taken of. */
  readonly timeProperty: string;
  /** Added to the filter on time. */
  readonly filter?: string;
  /** Records of a page; without it the API's own. */
  readonly top?: number;
  readonly limit: GraphLimit;
  /** Application permission that it needs, the least. */
  readonly permission: string;
  readonly passes: readonly [Pass, ...Pass[]];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Microsoft gives no time after which an hour is complete: sign-ins were seen to come a day late, and risks that are
 * detected offline come up to two days late (they are taken by the time of their last update). So each hour is read four
 * times, the last time a day after the latest that is known.
 * https://learn.microsoft.com/entra/identity/monitoring-health/reference-log-latency
 * https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks
 */
const PASSES: GraphLogType['passes'] = [
  { name: FIRST_PASS, lagMs: 15 * MINUTE_MS },
  { name: 'after6h', lagMs: 6 * HOUR_MS },
  { name: 'after24h', lagMs: 24 * HOUR_MS },
  { name: 'after72h', lagMs: 72 * HOUR_MS },
];

const SIGN_INS = {
  timeProperty: 'createdDateTime',
  top: 1000,
  limit: 'reports',
  permission: 'AuditLog.Read.All',
  passes: PASSES,
} as const;

/** Only the beta version gives sign-ins that are not interactive. https://learn.microsoft.com/graph/api/signin-list */
function betaSignIns(logType: LogTypeName, eventType: string): GraphLogType {
  const filter = `signInEventTypes/any(t: t eq '${eventType}')`;
  return { ...SIGN_INS, logType, path: '/beta/auditLogs/signIns', filter };
}

/** Every log of Microsoft Graph that can be collected. */
export const GRAPH_LOG_TYPES: readonly GraphLogType[] = [
  { ...SIGN_INS, logType: 'entra-signins', path: '/v1.0/auditLogs/signIns' },
  betaSignIns('entra-signins-noninteractive', 'nonInteractiveUser'),
  betaSignIns('entra-signins-serviceprincipal', 'servicePrincipal'),
  betaSignIns('entra-signins-managedidentity', 'managedIdentity'),
  {
    logType: 'entra-audits',
    path: '/v1.0/auditLogs/directoryAudits',
    timeProperty: 'activityDateTime',
    // The largest page is documented nowhere, so that the API's own is taken.
    limit: 'reports',
    permission: 'AuditLog.Read.All',
    passes: PASSES,
  },
  {
    logType: 'entra-risk-detections',
    path: '/v1.0/identityProtection/riskDetections',
    timeProperty: 'lastUpdatedDateTime',
    top: 500,
    limit: 'identityProtection',
    permission: 'IdentityRiskEvent.Read.All',
    passes: PASSES,
  },
  {
    logType: 'entra-risky-users',
    path: '/v1.0/identityProtection/riskyUsers',
    timeProperty: 'riskLastUpdatedDateTime',
    top: 500,
    limit: 'identityProtection',
    permission: 'IdentityRiskyUser.Read.All',
    passes: PASSES,
  },
];
