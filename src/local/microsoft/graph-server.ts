import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../loopback-server.ts';
import { bearerOf, type TokenCheck } from './bearer.ts';
import { FetchReport } from './fetch-report.ts';
import {
  readFilter,
  Refusal,
  RESOURCES,
  rowOf,
  type GraphRecord,
  type Place,
  type Resource,
  type Row,
} from './graph-query.ts';
import { SlidingLimit } from './sliding-limit.ts';

export type { GraphRecord } from './graph-query.ts';

/** What goes wrong, each asked for every request. */
export interface GraphFaults {
  /** The service forgets its place: 400 on a page that is not the first. */
  readonly loseSkipToken?: () => boolean;
  /** A status to answer instead, without Retry-After. */
  readonly status?: () => number | undefined;
  /** A page without records that has a next one. */
  readonly emptyPage?: () => boolean;
}

export interface GraphServerOptions {
  readonly port?: number;
  /** Epoch ms. */
  readonly now?: () => number;
  readonly isToken?: TokenCheck;
  readonly faults?: GraphFaults;
  /** False: the tenant has no P1 licence, so that there are no sign-ins. */
  readonly isPremium?: boolean;
  /** Application permissions that the app was granted. */
  readonly permissions?: readonly string[];
  /** Days that the tenant keeps its logs. */
  readonly retentionDays?: number;
  /** Largest page, for tests with few records; the services' own unless told. */
  readonly largestPage?: number;
}

/** A running stand-in for the logs of Microsoft Graph. */
export interface GraphServer {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly report: FetchReport;
  /** Adds records under a path (`/v1.0/auditLogs/signIns`). */
  add(path: string, records: readonly GraphRecord[]): void;
  /** Requests by status. */
  readonly answered: ReadonlyMap<number, number>;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const ALL_PERMISSIONS = ['AuditLog.Read.All', 'IdentityRiskEvent.Read.All', 'IdentityRiskyUser.Read.All'];

/** Starts the stand-in on 127.0.0.1. */
export async function startGraphServer(options: GraphServerOptions = {}): Promise<GraphServer> {
  const { now = Date.now, isToken = () => true, faults = {}, isPremium = true, retentionDays = 30 } = options;
  const permissions = new Set(options.permissions ?? ALL_PERMISSIONS);
  const reports = new SlidingLimit(5, 10_000, now);
  const identityProtection = new SlidingLimit(1, 1_000, now);
  const records = new Map<string, Row[]>();
  const report = new FetchReport();
  const answered = new Map<number, number>();
  /** Where each next page goes on: the tokens are nobody's business but the server's. */
  const places = new Map<string, Place>();

  const pageOf = (request: IncomingMessage): string => {
    const url = new URL(request.url ?? '/', 'http://graph');
    const path = url.pathname.toLowerCase();
    const [, version = '', name = ''] = /^(\/v1\.0|\/beta)(\/.+)$/.exec(path) ?? [];
    const resource = RESOURCES[name];
    const token = bearerOf(request);
    if (token === undefined || !isToken(token)) {
      throw new Refusal(
        401,
        'InvalidAuthenticationToken',
        'Lifetime validation failed, the token is expired.',
      );
    }
    if (resource === undefined) throw new Refusal(400, 'BadRequest', `Resource not found for the segment.`);
    throttle(name.startsWith('/identityprotection') ? undefined : reports, identityProtection);
    const fault = faults.status?.();
    if (fault !== undefined) throw new Refusal(fault, 'UnknownError', 'Something went wrong.');
    if (resource.premium && !isPremium) {
      throw new Refusal(
        403,
        'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
        "Neither tenant is B2C or tenant doesn't have premium license",
      );
    }
    if (!permissions.has(resource.permission)) {
      throw new Refusal(
        403,
        'Authorization_RequestDenied',
        'Insufficient privileges to complete the operation.',
      );
    }
    for (const option of url.searchParams.keys()) {
      if (!['$filter', '$top', '$skiptoken'].includes(option)) {
        throw new Refusal(400, 'BadRequest', `Query option '${option}' is not allowed.`);
      }
    }

    const skipToken = url.searchParams.get('$skiptoken');
    if (skipToken !== null && faults.loseSkipToken?.() === true) {
      throw new Refusal(400, 'BadRequest', 'Invalid Skip Token, skip token is null.');
    }
    const place =
      skipToken === null
        ? {
            rows: select(version, name, resource, url.searchParams),
            at: 0,
            size: sizeOf(resource, url.searchParams),
          }
        : places.get(skipToken);
    if (place === undefined) throw new Refusal(400, 'BadRequest', 'Invalid Skip Token.');
    return write(request, url, place);
  };

  const throttle = (limit: SlidingLimit | undefined, riskLimit: SlidingLimit): void => {
    const waitMs = (limit ?? riskLimit).take();
    if (waitMs === 0) return;
    // Identity Protection says nothing of time; reports say it in fractions of a second.
    const headers = limit === undefined ? {} : { 'retry-after': (waitMs / 1000).toFixed(3) };
    throw new Refusal(
      429,
      'TooManyRequests',
      'This request is throttled. Please try again after some time.',
      headers,
    );
  };

  const select = (version: string, name: string, resource: Resource, query: URLSearchParams): Row[] => {
    const filter = readFilter(query.get('$filter') ?? '');
    if (filter.property !== resource.timeProperty) {
      throw new Refusal(400, 'BadRequest', `Property '${filter.property}' cannot be filtered.`);
    }
    if (filter.eventType !== undefined && version !== '/beta') {
      throw new Refusal(400, 'BadRequest', "Could not find a property named 'signInEventTypes'.");
    }
    if (filter.from < now() - retentionDays * DAY_MS) {
      throw new Refusal(400, 'BadRequest', `Data is kept for the last ${retentionDays} days only.`);
    }
    const eventType = filter.eventType ?? 'interactiveUser';
    const rows = (records.get(name) ?? [])
      .filter(({ visibleFrom, time }) => visibleFrom <= now() && time >= filter.from && time <= filter.to)
      .filter(({ eventTypes }) => name !== '/auditlogs/signins' || eventTypes.includes(eventType));
    const sorted = rows.toSorted((one, other) => one.time - other.time);
    return resource.descending ? sorted.toReversed() : sorted;
  };

  const sizeOf = (resource: Resource, query: URLSearchParams): number => {
    const asked = query.get('$top');
    const size = asked === null ? resource.ownPage : Number(asked);
    if (!(size >= 1 && size <= resource.largestPage)) {
      throw new Refusal(400, 'BadRequest', `Invalid page size specified: '${asked}'.`);
    }
    return Math.min(size, options.largestPage ?? resource.largestPage);
  };

  const write = (request: IncomingMessage, url: URL, { rows, at, size }: Place): string => {
    const isEmpty = faults.emptyPage?.() === true && at < rows.length;
    const page = isEmpty ? [] : rows.slice(at, at + size);
    for (const { id } of page) report.gave(id);
    const next = at + page.length;
    const members = [`"@odata.context":"${url.pathname}"`];
    if (next < rows.length) {
      const token = `token-${places.size + 1}`;
      places.set(token, { rows, at: next, size });
      // The letter case of the path is not that of the request.
      const path = url.pathname.replace(/signIns/i, 'signins');
      members.push(`"@odata.nextLink":"http://${request.headers.host ?? ''}${path}?$skiptoken=${token}"`);
    }
    members.push(`"value":[${page.map(({ json }) => json).join(',')}]`);
    return `{${members.join(',')}}`;
  };

  const answer = (response: ServerResponse, status: number, body: string, headers = {}): void => {
    answered.set(status, (answered.get(status) ?? 0) + 1);
    const requestId = '0f8fad5b-d9cb-469f-a165-70867728950e';
    response
      .writeHead(status, { 'content-type': 'application/json', 'request-id': requestId, ...headers })
      .end(body);
  };
  const server = createServer((request, response) => {
    try {
      answer(response, 200, pageOf(request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, status, headers } = error;
      answer(response, status, JSON.stringify({ error: { code, message } }), headers);
    }
  });
  const endpoint = await listenOnLoopback(server, options.port ?? 0);
  return {
    endpoint,
    report,
    answered,
    add(path, added) {
      const name = path.toLowerCase().replace(/^\/(v1\.0|beta)/, '');
      const resource = RESOURCES[name];
      if (resource === undefined) throw new Error(`${path} is no resource of the stand-in`);
      records.set(name, [...(records.get(name) ?? []), ...added.map((record) => rowOf(record, resource))]);
    },
    close: () => closeServer(server),
  };
}
