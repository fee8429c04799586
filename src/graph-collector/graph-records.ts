import { createHash } from 'node:crypto';
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

/** Ids are texts of any form; a record without one is known by its bytes. */
export function keyOfGraphRecord({ versionProperty }: GraphLogType, text: string): string {
  const record = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const id = record['id'];
  if (typeof id !== 'string' || id === '') return `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return versionProperty === undefined ? id : `${id}@${String(record[versionProperty])}`;
}
