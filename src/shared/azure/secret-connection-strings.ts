import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { connectionStringsIn } from './connection-string.ts';

/** Where storage account connection strings come from. */
export interface ConnectionStringSource {
  /** Name or ARN of the secret, for messages. */
  readonly secretId: string;
  /** Reads them now, at least one. Throws SECRET_NOT_READABLE or CONNECTION_STRING_INVALID. */
  read(): Promise<readonly string[]>;
}

/** Reads the connection strings from Secrets Manager, at run time, so that no environment variable holds one. */
export function secretConnectionStrings(
  client: SecretsManagerClient,
  secretId: string,
): ConnectionStringSource {
  return {
    secretId,
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
      return connectionStringsIn(secret, secretId);
    },
  };
}
