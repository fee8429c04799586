import type { JsonObject } from '#mapping/audit-event.ts';
import { contentUid } from '#mapping/ids.ts';
import { recordKey } from '#mapping/record-key.ts';
import { elementTexts } from '#shared/collection/json-elements.ts';
import type { RawRecord } from '#shared/collection/raw-record.ts';
import type { GraphLogType } from './graph-log-types.ts';

/** A page of a collection of Microsoft Graph. */
export interface GraphPage {
  readonly records: readonly RawRecord[];
  /** To be followed as it is. */
  readonly nextLink: string | undefined;
}

/** First page of a window, both ends included: `gt` has been seen to behave as `ge`, so what repeats is left out by key. */
export function firstPageUrl(
  endpoint: string,
  { path, timeProperty, filter, top }: GraphLogType,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const [begin, end] = [from, to].map((moment) => new Date(moment).toISOString());
  const time = `${timeProperty} ge ${begin} and ${timeProperty} le ${end}`;
  const query = [
    `$filter=${encodeURIComponent(filter === undefined ? time : `${time} and ${filter}`)}`,
    ...(top === undefined ? [] : [`$top=${top}`]),
  ];
  return `${endpoint}${path}?${query.join('&')}`;
}

/** Undefined when the text is no page. */
export function readPage(logType: GraphLogType, json: string): GraphPage | undefined {
  let page: { value?: unknown; '@odata.nextLink'?: unknown };
  try {
    page = JSON.parse(json) as typeof page;
  } catch {
    return undefined;
  }
  if (!Array.isArray(page.value)) return undefined;
  const nextLink = page['@odata.nextLink'];
  return {
    records: elementTexts(json, 'value').map((text) => ({ key: keyOfGraphRecord(logType, text), text })),
    nextLink: typeof nextLink === 'string' && nextLink !== '' ? nextLink : undefined,
  };
}

/** The UID that the record's audit event will have: its id, with the time of its update where Microsoft updates it. */
export function keyOfGraphRecord({ logType }: GraphLogType, text: string): string {
  return recordKey(logType, JSON.parse(text) as JsonObject) ?? contentUid(Buffer.from(text));
}
