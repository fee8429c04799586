import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../loopback-server.ts';
import { bearerOf, type TokenCheck } from './bearer.ts';
import { FetchReport } from './fetch-report.ts';
import { SlidingLimit } from './sliding-limit.ts';

/** A piece of content: some records that became available together. */
export interface Content {
  readonly contentId: string;
  /** Epoch ms at which it became available, which windows are taken of. */
  readonly created: number;
  /** JSON texts of the records, each with an `Id`. */
  readonly records: readonly string[];
}

/** What goes wrong, each asked for every request. */
export interface Office365Faults {
  /** A start is answered with AF20024 although it started the subscription. */
  readonly alreadyEnabled?: () => boolean;
  readonly status?: () => number | undefined;
  /** 403 with AF429 beyond the limit's own. */
  readonly throttle?: () => boolean;
}

export interface Office365ServerOptions {
  readonly port?: number;
  readonly tenant: string;
  /** Epoch ms. */
  readonly now?: () => number;
  readonly isToken?: TokenCheck;
  readonly faults?: Office365Faults;
  /** Content types whose subscription was started before. */
  readonly enabled?: readonly string[];
  /** Content types that the app has no permission for. */
  readonly forbidden?: readonly string[];
  /** False: unified auditing is off. */
  readonly auditing?: boolean;
  /** Pieces of content on a page. */
  readonly pageSize?: number;
  /** Requests in a minute. */
  readonly requestsPerMinute?: number;
}

/** A running stand-in for the Office 365 Management Activity API. */
export interface Office365Server {
  readonly endpoint: string;
  /** Of the ids of records that were fetched. */
  readonly report: FetchReport;
  readonly answered: ReadonlyMap<number, number>;
  /** Content types whose subscription is enabled. */
  readonly subscriptions: ReadonlySet<string>;
  /** Content of a subscription that is not enabled is lost, as with the service. */
  add(contentType: string, content: readonly Content[]): void;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CONTENT_TYPES = new Set([
  'Audit.AzureActiveDirectory',
  'Audit.Exchange',
  'Audit.SharePoint',
  'Audit.General',
  'DLP.All',
]);

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Answer {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `YYYY-MM-DD`, with or without a time, in UTC and without a zone. */
function momentOf(text: string | null): number {
  const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$/;
  const moment =
    text !== null && form.test(text) ? Date.parse(text.length > 10 ? `${text}Z` : text) : Number.NaN;
  if (Number.isNaN(moment)) throw new Refusal(400, 'AF20030', 'The time is not in a valid format.');
  return moment;
}

/** Starts the stand-in on 127.0.0.1. */
export async function startOffice365Server(options: Office365ServerOptions): Promise<Office365Server> {
  const { tenant, now = Date.now, isToken = () => true, faults = {}, pageSize = 200 } = options;
  const limit = new SlidingLimit(options.requestsPerMinute ?? 2_000, 60_000, now);
  const forbidden = new Set(options.forbidden);
  const subscriptions = new Set<string>(options.enabled);
  const content = new Map<string, Content[]>();
  const report = new FetchReport();
  const answered = new Map<number, number>();

  const typeIn = (query: URLSearchParams): string => {
    const contentType = query.get('contentType') ?? '';
    if (!CONTENT_TYPES.has(contentType)) {
      throw new Refusal(400, 'AF20020', `The specified content type is not valid.`);
    }
    if (forbidden.has(contentType)) {
      throw new Refusal(
        403,
        'AF10001',
        'The permission set () sent in the request does not include the expected permission.',
      );
    }
    return contentType;
  };

  const list = (request: IncomingMessage, url: URL): Answer => {
    const query = url.searchParams;
    const contentType = typeIn(query);
    if (!subscriptions.has(contentType)) throw new Refusal(400, 'AF20022', 'No subscription found.');
    // The service's own next pages spell a parameter's name another way.
    const [from, to] = [
      momentOf(query.get('startTime')),
      momentOf(query.get('endTime') ?? query.get('endtime')),
    ];
    if (to <= from || to - from > DAY_MS) {
      throw new Refusal(
        400,
        'AF20030',
        'Start time and end time must be less than or equal to 24 hours apart.',
      );
    }
    if (from < now() - 7 * DAY_MS) {
      throw new Refusal(400, 'AF20055', 'Start time must not be more than 7 days in the past.');
    }
    const found = (content.get(contentType) ?? []).filter(
      ({ created }) => created >= from && created < to && created <= now(),
    );
    const at = Number(query.get('nextPage') ?? 0);
    // No order is promised: later pieces may come first.
    const page = found.slice(at, at + pageSize).toReversed();
    const host = request.headers.host ?? '';
    const items = page.map(({ contentId, created }) => ({
      contentType,
      contentId,
      contentUri: `http://${host}/api/v1.0/${tenant}/activity/feed/audit/${contentId}`,
      contentCreated: new Date(created).toISOString(),
      contentExpiration: new Date(created + 7 * DAY_MS).toISOString(),
    }));
    if (at + pageSize >= found.length) return { body: JSON.stringify(items) };
    const next = new URL(url.href.replace('endTime=', 'endtime='));
    next.host = host;
    next.searchParams.set('nextPage', String(at + pageSize));
    // The first piece of the page before stands on the next one again.
    return { body: JSON.stringify([...items, ...items.slice(0, 1)]), headers: { nextPageURI: next.href } };
  };

  const fetchContent = (contentId: string): Answer => {
    const [contentType, found] =
      [...content]
        .flatMap(([type, pieces]) => pieces.map((piece) => [type, piece] as const))
        .find(([, piece]) => piece.contentId === contentId) ?? [];
    if (contentType === undefined || found === undefined || found.created > now()) {
      throw new Refusal(404, 'AF20050', 'The specified content does not exist.');
    }
    if (forbidden.has(contentType))
      throw new Refusal(403, 'AF10001', 'The permission set is not sufficient.');
    if (found.created < now() - 7 * DAY_MS)
      throw new Refusal(400, 'AF20051', 'The content has already expired.');
    for (const record of found.records) report.gave(String((JSON.parse(record) as { Id?: unknown }).Id));
    return { body: `[${found.records.join(',')}]` };
  };

  const answerTo = (request: IncomingMessage): Answer => {
    const url = new URL(request.url ?? '/', 'http://office365');
    const token = bearerOf(request);
    if (token === undefined || !isToken(token))
      throw new Refusal(401, 'AF10001', 'Authorization has been denied.');
    const [, of = '', operation = ''] =
      /^\/api\/v1\.0\/([^/]+)\/activity\/feed\/(.+)$/.exec(url.pathname) ?? [];
    if (of !== tenant || options.auditing === false) {
      throw new Refusal(400, 'AF20012', `Tenant ${of} does not exist.`);
    }
    const status = faults.status?.();
    if (status !== undefined) throw new Refusal(status, 'AF50000', 'An internal error occurred.');
    if (faults.throttle?.() === true || limit.take() > 0) {
      const what = `Too many requests. Method=GetBlob, PublisherId=${tenant}`;
      throw new Refusal(403, 'AF429', what);
    }
    // Without it all apps of the service share one quota: the collector must not be one of them.
    if (url.searchParams.get('PublisherIdentifier') !== tenant) {
      throw new Refusal(403, 'AF429', 'Too many requests. PublisherId=00000000-0000-0000-0000-000000000000');
    }
    if (operation === 'subscriptions/list') {
      const enabled = [...subscriptions].map((contentType) => ({
        contentType,
        status: 'enabled',
        webhook: null,
      }));
      return { body: JSON.stringify(enabled) };
    }
    if (operation === 'subscriptions/start' && request.method === 'POST') {
      const contentType = typeIn(url.searchParams);
      const was = subscriptions.has(contentType);
      subscriptions.add(contentType);
      if (was || faults.alreadyEnabled?.() === true) {
        throw new Refusal(400, 'AF20024', 'The subscription is already enabled. No property change.');
      }
      return { body: JSON.stringify({ contentType, status: 'enabled', webhook: null }) };
    }
    if (operation === 'subscriptions/content') return list(request, url);
    if (operation.startsWith('audit/'))
      return fetchContent(decodeURIComponent(operation.slice('audit/'.length)));
    throw new Refusal(404, 'AF20001', 'Missing parameter.');
  };

  const write = (response: ServerResponse, status: number, { body, headers }: Answer): void => {
    answered.set(status, (answered.get(status) ?? 0) + 1);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(body);
  };
  const server = createServer((request, response) => {
    try {
      write(response, 200, answerTo(request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, status } = error;
      write(response, status, { body: JSON.stringify({ error: { code, message } }) });
    }
  });
  const endpoint = await listenOnLoopback(server, options.port ?? 0);
  return {
    endpoint,
    report,
    answered,
    subscriptions,
    add(contentType, pieces) {
      if (!subscriptions.has(contentType)) return;
      content.set(contentType, [...(content.get(contentType) ?? []), ...pieces]);
    },
    close: () => closeServer(server),
  };
}
