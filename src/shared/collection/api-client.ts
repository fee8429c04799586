import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { retryAfterMs } from '#shared/retry-after.ts';
import type { RequestLimit } from './request-limit.ts';

/** Access tokens of Microsoft Entra ID, memoised by who gives them. */
export interface AccessTokens {
  /** A token for a scope (`https://graph.microsoft.com/.default`). Throws a CrosstrailError that names the cause. */
  tokenFor(scope: string): Promise<string>;
  /** Forgets the token of a scope that an API refused, so that the next one is new. */
  forget(scope: string): void;
}

/** An answer, its body read. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ApiRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an API client needs of the world. */
export interface ApiPorts {
  readonly tokens: AccessTokens;
  readonly scope: string;
  readonly limit: RequestLimit;
  /** True for an answer that means "slower" although its status does not say so. */
  readonly isThrottle?: (answer: ApiAnswer) => boolean;
  /** Told of each throttle and each repeat. */
  onTry?(this: void, kind: 'throttled' | 'retried'): void;
  /** Epoch ms. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly random: () => number;
}

/** Times that a request is sent in all. */
const MAX_TRIES = 8;
/** Longest time for one of them, its body included, milliseconds: a page of 1,000 sign-ins has several MB. */
const TRY_TIMEOUT_MS = 60_000;
/** Pause before the second try, milliseconds; it doubles. Identity Protection answers 429 without Retry-After. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Longest `Retry-After` that is waited for, milliseconds; what asks for more is left to the next run. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** 504 too: https://learn.microsoft.com/graph/best-practices-concept#handling-expected-errors */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Sends requests to an API of Microsoft: under its limit, with a token, again while the failure may pass, and with a new
 * token once when the old one is refused. `Retry-After` may be fractional or absent.
 */
export class ApiClient {
  readonly #ports: ApiPorts;

  constructor(ports: ApiPorts) {
    this.#ports = ports;
  }

  /**
   * The answer, whatever it says, unless it may pass. Throws API_UNAVAILABLE when no other came in all tries, OUT_OF_TIME
   * once `deadline` aborts, and what the token source throws.
   */
  async send(request: ApiRequest, deadline: AbortSignal): Promise<ApiAnswer> {
    const { limit, random, sleep, onTry } = this.#ports;
    let renewed = false;
    let said = '';
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      await untilAborted(limit.turn(), deadline);
      if (deadline.aborted) throw outOfTime(request);
      const answer = await this.#try(request, deadline);
      if (typeof answer === 'string') {
        said = answer;
      } else if (answer.status === 401 && !renewed) {
        // It ran out between two pages, or was revoked.
        this.#ports.tokens.forget(this.#ports.scope);
        renewed = true;
        continue;
      } else if (this.#mayPass(answer)) {
        said = `status ${answer.status}`;
      } else {
        return answer;
      }
      const throttled = typeof answer !== 'string' && (answer.status === 429 || this.#isThrottle(answer));
      onTry?.(throttled ? 'throttled' : 'retried');
      if (tries === MAX_TRIES) break;
      const full = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
      const asked = typeof answer === 'string' ? undefined : this.#asked(answer);
      if (asked !== undefined && asked > LONGEST_RETRY_AFTER_MS) {
        said = `${said}, which asks for ${Math.round(asked / 1000)} s of silence`;
        limit.pause(asked);
        break;
      }
      const pause = asked ?? full * (0.5 + random() / 2);
      // Who is throttled holds up everybody under the same limit.
      if (throttled) limit.pause(pause);
      else await sleep(pause, deadline);
      if (deadline.aborted) throw outOfTime(request);
    }
    const what = `${placeOf(request)} was not answered in at most ${MAX_TRIES} tries (last: ${said})`;
    throw new CrosstrailError('API_UNAVAILABLE', what, { endpoint: placeOf(request) });
  }

  /** The answer, or in a few words why there is none. */
  async #try(
    { url, method = 'GET', headers }: ApiRequest,
    deadline: AbortSignal,
  ): Promise<ApiAnswer | string> {
    const token = await this.#ports.tokens.tokenFor(this.#ports.scope);
    try {
      const response = await fetch(url, {
        method,
        // A redirect would carry the token to where it leads.
        redirect: 'manual',
        headers: { ...headers, authorization: `Bearer ${token}`, accept: 'application/json' },
        signal: AbortSignal.any([deadline, AbortSignal.timeout(TRY_TIMEOUT_MS)]),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      const { code, name } = ((error as Error).cause ?? error) as { code?: unknown; name: string };
      // A DOMException has a number.
      return typeof code === 'string' ? code : name;
    }
  }

  #isThrottle(answer: ApiAnswer): boolean {
    return this.#ports.isThrottle?.(answer) ?? false;
  }

  #mayPass(answer: ApiAnswer): boolean {
    return PASSING_STATUSES.has(answer.status) || this.#isThrottle(answer);
  }

  #asked({ headers }: ApiAnswer): number | undefined {
    return retryAfterMs(headers.get('retry-after') ?? undefined, this.#ports.now());
  }
}

/** Waits for `turn`, at most until the signal aborts: others under the limit may have to wait for minutes. */
async function untilAborted(turn: Promise<void>, deadline: AbortSignal): Promise<void> {
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    deadline.addEventListener('abort', stop, { once: true });
  });
  await Promise.race([turn, aborted]);
  deadline.removeEventListener('abort', stop);
}

/** Host and path of a request: its query may hold filters with names of people. */
function placeOf({ url }: ApiRequest): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function outOfTime(request: ApiRequest): CrosstrailError {
  return new CrosstrailError('OUT_OF_TIME', `reading ${placeOf(request)} was cut off`);
}
