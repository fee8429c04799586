import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { keyedHash } from '#mapping/rules/hidden-value.ts';
import type { RecordRules } from '#mapping/rules/record-rules.ts';
import type { FilterConfiguration } from '#shared/configuration/filter-settings.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** Fewest bytes of a key: as many as the hash has, below which a key is the weaker part. https://www.rfc-editor.org/rfc/rfc2104#section-3 */
export const MIN_KEY_BYTES = 32;

/** Where the rules of a deployment come from. */
export interface RecordRulesSource {
  /**
   * The rules, with the key of hashes when anything is hidden, which is read once: another value would not be joined
   * with the first. Throws SECRET_NOT_READABLE and HASH_KEY_INVALID.
   */
  read(): Promise<RecordRules>;
}

/** The rules that settings describe. */
export function configuredRules(
  settings: FilterConfiguration,
  secrets: Pick<SecretsManagerClient, 'send'>,
): RecordRulesSource {
  const { INCLUDE_RECORDS: include, EXCLUDE_RECORDS: exclude, HASH_KEY_SECRET: secretId } = settings;
  const { REDACT_FIELDS: redact, HASH_FIELDS: hash } = settings;
  const filter = include.length + exclude.length === 0 ? undefined : { include, exclude };
  const hides = redact.length + hash.length > 0;
  let rules: RecordRules | undefined = hides ? undefined : { filter };
  return {
    async read() {
      rules ??= {
        filter,
        redaction: { redact, hash, keyedHash: keyedHash(await readKey(secrets, secretId)) },
      };
      return rules;
    },
  };
}

/** The key in a secret: the bytes of its text as they are, blanks included. */
async function readKey(secrets: Pick<SecretsManagerClient, 'send'>, secretId: string): Promise<Uint8Array> {
  let secret: string | undefined;
  try {
    ({ SecretString: secret } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId })));
  } catch (error) {
    throw new CrosstrailError('SECRET_NOT_READABLE', `secret ${secretId} could not be read`, {}, error);
  }
  const key = Buffer.from(secret ?? '');
  if (key.length >= MIN_KEY_BYTES) return key;
  const what = `secret ${secretId} holds ${key.length} bytes of text, a key has at least ${MIN_KEY_BYTES}`;
  throw new CrosstrailError('HASH_KEY_INVALID', what);
}
