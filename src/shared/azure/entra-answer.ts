import type { ClientAssertionCredentialOptions } from '@azure/identity';

type Policy = NonNullable<ClientAssertionCredentialOptions['additionalPolicies']>[number]['policy'];
type Response = Awaited<ReturnType<Policy['sendRequest']>>;

/** An answer of Entra ID that is no token. */
export class EntraAnswer extends Error {
  readonly statusCode: number;
  /** OAuth error (`invalid_client`); empty when the body has none. */
  readonly oauthError: string;
  /** AADSTS numbers. They are for people: Microsoft says that programs must not depend on them, so they choose advice only. */
  readonly numbers: readonly number[];
  /** Read by {@link tryAzure} for `Retry-After`. */
  readonly response: Pick<Response, 'headers'>;

  constructor(statusCode: number, body: unknown, response: Pick<Response, 'headers'>) {
    super('Entra ID gave no token');
    this.name = 'EntraAnswer';
    const { error, error_codes: numbers } = (body ?? {}) as { error?: unknown; error_codes?: unknown };
    this.statusCode = statusCode;
    this.oauthError = typeof error === 'string' && /^\w{1,60}$/.test(error) ? error : '';
    this.numbers = Array.isArray(numbers) ? numbers.filter((each) => Number.isInteger(each)) : [];
    this.response = response;
  }
}

function parse(body: string | null | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}

/**
 * A policy for the requests of one sign-in that notes why it failed. MSAL, which sends them, turns a refusal into an
 * error without status or headers, and what went wrong while it looked its endpoints up into one without a cause.
 */
export function noteFailures(timeoutMs: number, note: (failure: unknown) => void): Policy {
  return {
    name: 'crosstrailNoteFailures',
    async sendRequest(request, next) {
      // MSAL passes no signal of its callers on. Not the request's own timeout: its timer outlives a request that fails.
      request.abortSignal = AbortSignal.timeout(timeoutMs);
      try {
        const response = await next(request);
        if (response.status >= 400) {
          note(new EntraAnswer(response.status, parse(response.bodyAsText), response));
        }
        return response;
      } catch (error) {
        note(error);
        throw error;
      }
    },
  };
}
