import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** Where the storage account connection string comes from. */
export interface ConnectionStringSource {
  /** Reads it now. Throws SECRET_NOT_READABLE or CONNECTION_STRING_INVALID. */
  read(): Promise<string>;
}

/**
 * The connection string in a secret: the plain text, or JSON with one text member (which is how the console's
 * key/value form stores it).
 */
function connectionStringOf(secret: string, secretId: string): string {
  const text = secret.trim();
  if (text.startsWith('{')) {
    let members: unknown[] = [];
    try {
      members = Object.values(JSON.parse(text) as Record<string, unknown>);
    } catch {
      // Falls through to the error below: what cannot be parsed must not be quoted.
    }
    const texts = members.filter((member): member is string => typeof member === 'string');
    if (texts.length === 1 && texts[0] !== undefined) return texts[0].trim();
    throw new CrosstrailError(
      'CONNECTION_STRING_INVALID',
      `secret ${secretId} looks like JSON, but is not an object with exactly one text member`,
    );
  }
  return text;
}

/** Reads the connection string from Secrets Manager, at run time, so that no environment variable holds it. */
export function secretConnectionString(
  client: SecretsManagerClient,
  secretId: string,
): ConnectionStringSource {
  return {
    async read() {
      let secret: string | undefined;
      try {
        ({ SecretString: secret } = await client.send(new GetSecretValueCommand({ SecretId: secretId })));
      } catch (error) {
        throw new CrosstrailError('SECRET_NOT_READABLE', `secret ${secretId} could not be read`, {}, error);
      }
      if (secret === undefined || secret.trim() === '') {
        throw new CrosstrailError('CONNECTION_STRING_INVALID', `secret ${secretId} holds no text`);
      }
      return connectionStringOf(secret, secretId);
    },
  };
}
