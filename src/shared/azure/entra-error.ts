import type { AssertionClaims } from '#shared/aws/assertion-claims.ts';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import { EntraAnswer } from './entra-answer.ts';

/** What was tried. */
export interface SignInAttempt {
  readonly tenantId: string;
  readonly clientId: string;
  readonly authorityHost: string;
  readonly scope: string;
  /** What the token of AWS says; absent when the application has a secret of its own. */
  readonly claims?: AssertionClaims;
}

/**
 * Time after the first "no such credential" of this process in which it counts as one that is not known everywhere yet,
 * milliseconds. Microsoft speaks of minutes.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#errors
 */
export const PENDING_MS = 15 * 60_000;

/**
 * Advice by AADSTS number: 70021 and its longer forms say that issuer (700211), audience (700212) or subject (700213,
 * 7002138: other letter case) match no federated credential, 700021 that there is none at all, so that the token is
 * taken for one that the application signed itself.
 * https://login.microsoftonline.com/error
 */
const ADVICE: readonly (readonly [numbers: RegExp, code: ErrorCode])[] = [
  [/^(70021\d*|700021)$/, 'ENTRA_CREDENTIAL_MISSING'],
  [/^(700024|50014)$/, 'ENTRA_ASSERTION_EXPIRED'],
  [/^(90002|900021|900023|50059)$/, 'ENTRA_TENANT_UNKNOWN'],
  [/^(700016|7000229|50034)$/, 'ENTRA_CLIENT_UNKNOWN'],
];

/** Same as of storage: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const PASSING_OAUTH_ERRORS = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);

function codeOf({ statusCode, oauthError, numbers }: EntraAnswer): ErrorCode {
  for (const number of numbers) {
    const known = ADVICE.find(([pattern]) => pattern.test(String(number)));
    if (known !== undefined) return known[1];
  }
  if (statusCode === 429 || statusCode >= 500 || PASSING_OAUTH_ERRORS.has(oauthError)) {
    return 'ENTRA_UNAVAILABLE';
  }
  if (oauthError === 'unauthorized_client') return 'ENTRA_CLIENT_UNKNOWN';
  return oauthError === 'invalid_tenant' ? 'ENTRA_TENANT_UNKNOWN' : 'ENTRA_REFUSED';
}

/**
 * The error for a sign-in that gave no token. `missingForMs` is how long this process has seen no federated credential
 * match, 0 the first time: a lasting mismatch is for a person.
 */
export function toEntraError(
  error: unknown,
  { tenantId, clientId, authorityHost, scope, claims }: SignInAttempt,
  missingForMs: number,
): CrosstrailError {
  if (error instanceof CrosstrailError) return error;
  const fields = { tenantId, clientId, scope, ...claims };
  if (!(error instanceof EntraAnswer)) {
    const { code = 'no answer' } = error as { code?: string };
    const what = `Entra ID at ${authorityHost} did not answer (${code})`;
    return new CrosstrailError('ENTRA_UNAVAILABLE', what, fields, error);
  }
  const { statusCode, oauthError, numbers } = error;
  const answer = [statusCode, oauthError, ...numbers.map((number) => `AADSTS${number}`)]
    .filter((part) => part !== '')
    .join(' ');
  const found = codeOf(error);
  const code =
    found === 'ENTRA_CREDENTIAL_MISSING' && missingForMs < PENDING_MS ? 'ENTRA_CREDENTIAL_PENDING' : found;
  const what =
    found === 'ENTRA_CREDENTIAL_MISSING' && claims !== undefined
      ? `no federated credential of the application ${clientId} matches issuer ${claims.issuer}, subject ${claims.subject}, audience ${claims.audience} (${answer})`
      : `Entra ID refused ${claims?.subject ?? 'the secret'} as the application ${clientId} of tenant ${tenantId} (${answer})`;
  return new CrosstrailError(code, what, fields, error);
}

/** True when a fresh assertion may be taken where this one was not. */
export function isExpiredAssertion(error: unknown): boolean {
  return error instanceof EntraAnswer && codeOf(error) === 'ENTRA_ASSERTION_EXPIRED';
}

/** True when no federated credential matched. */
export function isCredentialMissing(error: unknown): boolean {
  return error instanceof EntraAnswer && codeOf(error) === 'ENTRA_CREDENTIAL_MISSING';
}
