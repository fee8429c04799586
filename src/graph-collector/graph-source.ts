import type { ApiAnswer, ApiClient } from '#shared/collection/api-client.ts';
import type { RawRecord, RecordSource } from '#shared/collection/raw-record.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { isLostPage, refusalOf } from './graph-refusal.ts';
import type { GraphLogType } from './graph-log-types.ts';
import { firstPageUrl, keyOfGraphRecord, readPage } from './graph-records.ts';

/** Times that a window is read from its start when Graph loses its place in it. */
const MAX_READINGS = 3;

const HEADERS = {
  // Otherwise a value that is newer than the API comes as "unknownFutureValue", and its name is lost.
  // https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations
  prefer: 'include-unknown-enum-members',
};

/** The records of one log type of Microsoft Graph. */
export class GraphSource implements RecordSource {
  readonly #client: ApiClient;
  readonly #endpoint: string;
  readonly #logType: GraphLogType;

  /** `endpoint`: `https://graph.microsoft.com`, or that of a national cloud. */
  constructor(client: ApiClient, endpoint: string, logType: GraphLogType) {
    this.#client = client;
    this.#endpoint = endpoint;
    this.#logType = logType;
  }

  keyOf(text: string): string {
    return keyOfGraphRecord(this.#logType, text);
  }

  /**
   * Follows the pages of a window; one without records may have others behind it. Throws GRAPH_… and API_… errors.
   * https://learn.microsoft.com/graph/paging
   */
  async *read(
    window: { readonly from: number; readonly to: number },
    deadline: AbortSignal,
  ): AsyncGenerator<readonly RawRecord[]> {
    const first = firstPageUrl(this.#endpoint, this.#logType, window);
    let readings = 1;
    for (let url: string | undefined = first; url !== undefined;) {
      const answer = await this.#client.send({ url, headers: HEADERS }, deadline);
      if (url !== first && isLostPage(answer) && readings < MAX_READINGS) {
        readings += 1;
        url = first;
        continue;
      }
      const page = this.#pageOf(answer);
      yield page.records;
      url = page.nextLink === undefined ? undefined : this.#checked(page.nextLink);
    }
  }

  #pageOf(answer: ApiAnswer) {
    if (answer.status !== 200) throw refusalOf(this.#logType, answer);
    const page = readPage(this.#logType, answer.text);
    if (page !== undefined) return page;
    const { logType } = this.#logType;
    throw new CrosstrailError('API_UNAVAILABLE', `${logType} was answered with something that is no page`, {
      logType,
    });
  }

  /** The token goes to Graph and nowhere else. Letter case of the path changes between pages; the host does not. */
  #checked(nextLink: string): string {
    const { logType } = this.#logType;
    const allowed = new URL(this.#endpoint);
    const link = URL.canParse(nextLink) ? new URL(nextLink) : undefined;
    if (link?.protocol === allowed.protocol && link.host === allowed.host) return nextLink;
    const what = `the next page of ${logType} is said to be at ${link?.host ?? 'no URL'}`;
    throw new CrosstrailError('API_LINK_REFUSED', what, { logType });
  }
}
