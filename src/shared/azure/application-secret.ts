import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** What an application proves itself with: a client secret, or a certificate with its private key as PEM. */
export type ApplicationSecret =
  | { readonly kind: 'clientSecret'; readonly clientSecret: string }
  | { readonly kind: 'certificate'; readonly certificate: string };

/** Where the secret of an application comes from. */
export interface ApplicationSecretSource {
  /** Reads it now. Throws SECRET_NOT_READABLE or APPLICATION_SECRET_INVALID. */
  read(): Promise<ApplicationSecret>;
}

const PEM =
  /-----BEGIN CERTIFICATE-----[\s\S]+-----BEGIN (RSA )?PRIVATE KEY-----|-----BEGIN (RSA )?PRIVATE KEY-----[\s\S]+-----BEGIN CERTIFICATE-----/;

/**
 * The secret in the text of a Secrets Manager secret: `{"clientSecret": …}`, `{"certificate": …}`, a PEM with certificate
 * and private key, or the client secret as plain text. Undefined for anything else.
 */
export function parseApplicationSecret(text: string): ApplicationSecret | undefined {
  const trimmed = text.trim();
  if (PEM.test(trimmed) && !trimmed.startsWith('{')) return { kind: 'certificate', certificate: trimmed };
  if (!trimmed.startsWith('{')) {
    return /^\S{8,256}$/.test(trimmed) ? { kind: 'clientSecret', clientSecret: trimmed } : undefined;
  }
  let members: { clientSecret?: unknown; certificate?: unknown };
  try {
    members = JSON.parse(trimmed) as typeof members;
  } catch {
    return undefined;
  }
  const { clientSecret, certificate } = members;
  if (typeof certificate === 'string' && PEM.test(certificate)) return { kind: 'certificate', certificate };
  return typeof clientSecret === 'string' && clientSecret !== ''
    ? { kind: 'clientSecret', clientSecret }
    : undefined;
}

/** Reads the secret from Secrets Manager, at run time, so that no environment variable holds it. */
export function secretOfApplication(client: SecretsManagerClient, secretId: string): ApplicationSecretSource {
  return {
    async read() {
      let text: string | undefined;
      try {
        ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId })));
      } catch (error) {
        throw new CrosstrailError('SECRET_NOT_READABLE', `secret ${secretId} could not be read`, {}, error);
      }
      const secret = parseApplicationSecret(text ?? '');
      if (secret !== undefined) return secret;
      // Not a word of what it holds instead.
      throw new CrosstrailError(
        'APPLICATION_SECRET_INVALID',
        `secret ${secretId} holds neither a client secret nor a certificate with its private key`,
      );
    },
  };
}
