import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { EntraRefusal } from './entra-refusal.ts';

/** A federated identity credential of an application. Each part has to match to the letter. */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** What a sign-in is checked with. */
export interface SignInCheck {
  readonly credentials: readonly FederatedCredential[];
  /** The keys that an issuer publishes. */
  readonly keysOf: (issuer: string) => Promise<JSONWebKeySet>;
  /** Epoch ms. */
  readonly now: number;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Difference of clocks that Entra bears, seconds. */
const TOLERANCE_SECONDS = 300;

function noRecord(number: number, what: string, value: string): EntraRefusal {
  return new EntraRefusal(
    number,
    'invalid_client',
    `No matching federated identity record found for presented assertion ${what} '${value}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
    401,
  );
}

/**
 * Holds a client assertion against an application's federated credentials as Entra ID does: issuer, subject, audience,
 * time, then the signature by the key that the issuer publishes.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 * @throws {EntraRefusal} with the AADSTS number that people see.
 */
export async function checkAssertion(
  form: URLSearchParams,
  { credentials, keysOf, now }: SignInCheck,
): Promise<void> {
  const assertion = form.get('client_assertion') ?? '';
  if (form.get('client_assertion_type') !== ASSERTION_TYPE || assertion === '') {
    throw new EntraRefusal(
      7000218,
      'invalid_client',
      "The request body must contain 'client_assertion' or 'client_secret'.",
      401,
    );
  }
  let claims: ReturnType<typeof decodeJwt>;
  try {
    decodeProtectedHeader(assertion);
    claims = decodeJwt(assertion);
  } catch {
    throw new EntraRefusal(50027, 'invalid_request', 'JWT token is invalid or malformed.');
  }
  const { iss = '', sub = '', aud = '', exp = 0, nbf = 0 } = claims;
  if (credentials.length === 0) {
    throw new EntraRefusal(
      700021,
      'invalid_client',
      "Client assertion application identifier doesn't match 'client_id' parameter.",
      401,
    );
  }
  const ofIssuer = credentials.filter(({ issuer }) => issuer === iss);
  if (ofIssuer.length === 0) throw noRecord(700211, 'issuer', iss);
  const ofSubject = ofIssuer.filter(({ subject }) => subject === sub);
  if (ofSubject.length === 0) {
    const isCase = ofIssuer.some(({ subject }) => subject.toLowerCase() === sub.toLowerCase());
    throw noRecord(isCase ? 7002138 : 700213, 'subject', sub);
  }
  if (!ofSubject.some(({ audience }) => audience === aud)) throw noRecord(700212, 'audience', String(aud));
  const seconds = now / 1000;
  if (seconds > exp + TOLERANCE_SECONDS || seconds < nbf - TOLERANCE_SECONDS) {
    throw new EntraRefusal(
      700024,
      'invalid_client',
      'Client assertion is not within its valid time range.',
      401,
    );
  }
  try {
    await jwtVerify(assertion, createLocalJWKSet(await keysOf(iss)), {
      algorithms: ['RS256'],
      currentDate: new Date(exp * 1000 - 1),
    });
  } catch {
    throw new EntraRefusal(700027, 'invalid_client', 'Client assertion failed signature validation.', 401);
  }
}
