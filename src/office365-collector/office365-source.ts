import type { JsonObject } from '#mapping/audit-event.ts';
import { contentUid } from '#mapping/ids.ts';
import { recordKey } from '#mapping/record-key.ts';
import type { ApiAnswer, ApiClient } from '#shared/collection/api-client.ts';
import { elementTexts } from '#shared/collection/json-elements.ts';
import type { RawRecord, RecordSource } from '#shared/collection/raw-record.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import type { ContentType } from './content-types.ts';
import { isAlreadyEnabled, isContentGone, refusalOf } from './office365-answer.ts';

/** Where the lists of content are kept, so that a run that follows a crash fetches what the first one was told of. */
export interface ContentLists {
  /** URIs that were saved for the window that begins at `from`, epoch ms; none when there are none. */
  load(from: number): Promise<readonly string[]>;
  save(from: number, contentUris: readonly string[]): Promise<void>;
}

/** What an Office 365 source needs of the world. */
export interface Office365Ports {
  readonly client: ApiClient;
  /** `https://manage.office.com`, or that of a national cloud. */
  readonly endpoint: string;
  readonly tenant: string;
  readonly lists: ContentLists;
  readonly telemetry: Telemetry;
}

/** Pieces of content fetched side by side; each has some hundred records. */
const CONCURRENCY = 8;

/** The records of one content type of the Office 365 Management Activity API. */
export class Office365Source implements RecordSource {
  readonly #contentType: ContentType;
  readonly #ports: Office365Ports;

  constructor(contentType: ContentType, ports: Office365Ports) {
    this.#contentType = contentType;
    this.#ports = ports;
  }

  keyOf(text: string): string {
    const key = recordKey(this.#contentType.logType, JSON.parse(text) as JsonObject);
    return key ?? contentUid(Buffer.from(text));
  }

  /** Starts the subscription when it is not: without one, content is lost for good. Throws OFFICE365_… and API_… errors. */
  async subscribe(deadline: AbortSignal): Promise<void> {
    const listed = await this.#send(this.#url('subscriptions/list'), deadline);
    if (listed.status !== 200) throw refusalOf(this.#contentType, listed);
    const { contentType, logType } = this.#contentType;
    if (isEnabled(listed.text, contentType)) return;
    const started = await this.#send(this.#url('subscriptions/start', { contentType }), deadline, 'POST');
    if (isAlreadyEnabled(started)) return;
    if (started.status !== 200) throw refusalOf(this.#contentType, started);
    this.#ports.telemetry.emit('collection.subscribed', { tenant: this.#ports.tenant, logType });
  }

  /** Windows are half-open and of the time at which content became available. Throws OFFICE365_… and API_… errors. */
  async *read(
    window: { readonly from: number; readonly to: number },
    deadline: AbortSignal,
  ): AsyncGenerator<readonly RawRecord[]> {
    const { lists, telemetry, tenant } = this.#ports;
    const saved = await lists.load(window.from);
    const listed = await this.#list(window, deadline);
    const contentUris = [...new Set([...saved, ...listed])];
    // Before the first is fetched: a list that is asked for again may be another.
    if (contentUris.length > saved.length) await lists.save(window.from, contentUris);

    let expired = 0;
    for (let at = 0; at < contentUris.length; at += CONCURRENCY) {
      const batch = contentUris.slice(at, at + CONCURRENCY);
      const pages = await mapConcurrently(batch, CONCURRENCY, (uri) => this.#fetch(uri, deadline));
      for (const page of pages) {
        if (page === 'gone') expired += 1;
        else yield page;
      }
    }
    if (expired > 0) {
      telemetry.emit('collection.content-expired', { tenant, logType: this.#contentType.logType, expired });
    }
  }

  async #list(
    { from, to }: { readonly from: number; readonly to: number },
    deadline: AbortSignal,
  ): Promise<string[]> {
    const contentUris: string[] = [];
    const { contentType } = this.#contentType;
    const [startTime = '', endTime = ''] = [from, to].map(wholeSeconds);
    let url: string | undefined = this.#url('subscriptions/content', { contentType, startTime, endTime });
    while (url !== undefined) {
      const answer: ApiAnswer = await this.#send(url, deadline);
      if (answer.status !== 200) throw refusalOf(this.#contentType, answer);
      contentUris.push(...contentUrisIn(answer.text).map((uri) => this.#checked(uri)));
      // Header names have no letter case; one page of the documentation calls it NextPageUrl.
      const next: string | null = answer.headers.get('nextpageuri') ?? answer.headers.get('nextpageurl');
      url = next === null || next === '' ? undefined : this.#checked(next);
    }
    return contentUris;
  }

  async #fetch(contentUri: string, deadline: AbortSignal): Promise<readonly RawRecord[] | 'gone'> {
    const url = new URL(contentUri);
    url.searchParams.set('PublisherIdentifier', this.#ports.tenant);
    const answer = await this.#send(url.href, deadline);
    if (isContentGone(answer)) return 'gone';
    if (answer.status !== 200) throw refusalOf(this.#contentType, answer);
    if (!isArray(answer.text)) {
      const { logType } = this.#contentType;
      throw new CrosstrailError('API_UNAVAILABLE', `content of ${logType} is no JSON array`, { logType });
    }
    return elementTexts(answer.text).map((text) => ({ key: this.keyOf(text), text }));
  }

  #send(url: string, deadline: AbortSignal, method: 'GET' | 'POST' = 'GET'): Promise<ApiAnswer> {
    return this.#ports.client.send({ url, method }, deadline);
  }

  #url(operation: string, parameters: Readonly<Record<string, string>> = {}): string {
    const { endpoint, tenant } = this.#ports;
    const query = new URLSearchParams({ ...parameters, PublisherIdentifier: tenant });
    return `${endpoint}/api/v1.0/${tenant}/activity/feed/${operation}?${query.toString()}`;
  }

  /** The token goes to the API and nowhere else. What is asked for is not looked at: it is followed as it is. */
  #checked(given: string): string {
    const allowed = new URL(this.#ports.endpoint);
    const link = URL.canParse(given) ? new URL(given) : undefined;
    if (link?.protocol === allowed.protocol && link.host === allowed.host) return given;
    const { logType } = this.#contentType;
    const what = `content of ${logType} is said to be at ${link?.host ?? 'no URL'}`;
    throw new CrosstrailError('API_LINK_REFUSED', what, { logType });
  }
}

/** `2026-11-20T10:00:00`: UTC, without fractions or a zone, as the API documents it. */
function wholeSeconds(moment: number): string {
  return new Date(moment).toISOString().slice(0, 19);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isArray(text: string): boolean {
  return Array.isArray(parsed(text));
}

function contentUrisIn(text: string): string[] {
  const content = parsed(text);
  if (!Array.isArray(content)) {
    throw new CrosstrailError('API_UNAVAILABLE', 'a list of content is no JSON array');
  }
  return (content as { contentUri?: unknown }[]).flatMap(({ contentUri }) =>
    typeof contentUri === 'string' ? [contentUri] : [],
  );
}

function isEnabled(text: string, contentType: string): boolean {
  const subscriptions = parsed(text);
  return (
    Array.isArray(subscriptions) &&
    (subscriptions as { contentType?: unknown; status?: unknown }[]).some(
      (each) => each.contentType === contentType && each.status === 'enabled',
    )
  );
}
