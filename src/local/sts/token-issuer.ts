import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

/** What a token says beside its issuer. */
export interface TokenClaims {
  readonly subject: string;
  readonly audience: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Epoch ms. */
  readonly issuedAt: number;
  readonly lifetimeSeconds: number;
}

/** Signs JSON Web Tokens and publishes the key that verifies them. */
export interface TokenIssuer {
  sign(issuer: string, token: TokenClaims): Promise<string>;
  /** The public key, as a `jwks_uri` gives it. */
  readonly keys: { readonly keys: readonly JWK[] };
}

/** An issuer with a key of its own: RSA for RS256, P-384 for ES384. */
export async function createTokenIssuer(algorithm: 'RS256' | 'ES384' = 'RS256'): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const kid = randomUUID();
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  return {
    keys: { keys: [jwk] },
    sign(issuer, { subject, audience, claims = {}, issuedAt, lifetimeSeconds }) {
      const seconds = Math.floor(issuedAt / 1000);
      return new SignJWT({ ...claims, jti: randomUUID() })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt(seconds)
        .setNotBefore(seconds)
        .setExpirationTime(seconds + lifetimeSeconds)
        .sign(privateKey);
    },
  };
}
