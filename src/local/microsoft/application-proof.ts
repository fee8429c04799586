import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import { decodeProtectedHeader, importX509, jwtVerify } from 'jose';
import { EntraRefusal } from './entra-refusal.ts';

/** What an application of the stand-in is known by beside its federated credentials. */
export interface ApplicationProofs {
  /** Client secrets by client id. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Certificates (PEM) by client id. */
  readonly certificates: ReadonlyMap<string, string>;
}

/** Difference of clocks that Entra bears, seconds. */
const TOLERANCE_SECONDS = 300;

function equal(given: string, known: string): boolean {
  const [one, other] = [given, known].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

/**
 * True when a client secret or an assertion that a registered certificate signed proves the application; false when the
 * form has neither, so that it must be a federated assertion.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @throws {EntraRefusal} with the AADSTS number that people see.
 */
export async function isProven(
  form: URLSearchParams,
  proofs: ApplicationProofs,
  now: number,
): Promise<boolean> {
  const clientId = form.get('client_id') ?? '';
  const secret = form.get('client_secret');
  if (secret !== null) {
    if (equal(secret, proofs.secrets.get(clientId) ?? '')) return true;
    throw new EntraRefusal(7000215, 'invalid_client', 'Invalid client secret provided.', 401);
  }
  const assertion = form.get('client_assertion') ?? '';
  const pem = proofs.certificates.get(clientId);
  if (pem === undefined || assertion === '') return false;
  const { alg = '', 'x5t#S256': thumbprint } = decodeProtectedHeader(assertion) as {
    alg?: string;
    'x5t#S256'?: string;
  };
  const registered = createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');
  const refusal = new EntraRefusal(
    700027,
    'invalid_client',
    'The certificate with identifier used to sign the client assertion is not registered on application.',
    401,
  );
  if (thumbprint !== registered) throw refusal;
  try {
    await jwtVerify(assertion, await importX509(pem, alg), {
      currentDate: new Date(now),
      clockTolerance: TOLERANCE_SECONDS,
      issuer: clientId,
    });
    return true;
  } catch {
    throw refusal;
  }
}
