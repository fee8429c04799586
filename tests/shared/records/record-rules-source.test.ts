import { createHmac } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { startSecretsManager, type LocalSecretsManager } from '#local/secrets-manager.ts';
import { FILTER_SETTINGS } from '#shared/configuration/filter-settings.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { configuredRules, MIN_KEY_BYTES } from '#shared/records/record-rules-source.ts';

const KEY = 'k'.repeat(MIN_KEY_BYTES);
const SECRET = 'crosstrail/hash-key';
const HIDING = { HASH_FIELDS: 'callerIpAddress', HASH_KEY_SECRET: SECRET };

let local: LocalSecretsManager;
let client: SecretsManagerClient;
let reads = 0;

beforeEach(async () => {
  local = await startSecretsManager();
  reads = 0;
  client = new SecretsManagerClient({
    endpoint: local.endpoint,
    region: 'us-east-1',
    credentials: DUMMY_CREDENTIALS,
    maxAttempts: 1,
  });
  client.middlewareStack.add(
    (next) => async (request) => {
      reads += 1;
      return next(request);
    },
    { step: 'initialize' },
  );
});
afterEach(async () => {
  client.destroy();
  await local.close();
});

function sourceOf(environment: Record<string, string>) {
  return configuredRules(readConfiguration(FILTER_SETTINGS, environment), client);
}

it('without lists there are no rules, and nothing is read', async () => {
  expect(await sourceOf({}).read()).toEqual({ filter: undefined });
  expect(reads).toBe(0);
});

it('a filter needs no key', async () => {
  const rules = await sourceOf({ EXCLUDE_RECORDS: 'category:Policy' }).read();

  expect(rules.filter?.exclude.map(({ name }) => name)).toEqual(['category:Policy']);
  expect(rules.redaction).toBeUndefined();
  expect(reads).toBe(0);
});

it('hashes are made with the key in the secret, which is read once', async () => {
  local.put(SECRET, KEY);
  const source = sourceOf(HIDING);

  const { redaction } = await source.read();
  local.put(SECRET, 'x'.repeat(MIN_KEY_BYTES));
  const again = await source.read();

  const expected = createHmac('sha256', KEY).update('203.0.113.7').digest('hex');
  expect(redaction?.keyedHash('203.0.113.7')).toBe(expected);
  expect(again.redaction?.keyedHash('203.0.113.7')).toBe(expected);
  expect(reads).toBe(1);
});

it('redaction alone needs the key too, for the UIDs', async () => {
  local.put(SECRET, KEY);

  const rules = await sourceOf({ REDACT_FIELDS: 'callerIpAddress', HASH_KEY_SECRET: SECRET }).read();

  expect(rules.redaction?.redact).toHaveLength(1);
  expect(reads).toBe(1);
});

it('a secret that is not there, or holds no key, says so without its content, and is read again', async () => {
  const source = sourceOf(HIDING);
  await expect(source.read()).rejects.toMatchObject({ code: 'SECRET_NOT_READABLE' });
  const short = 'too-short-canary';
  local.put(SECRET, short);

  const refused = await source.read().catch((error: unknown) => error);
  local.put(SECRET, KEY);
  const rules = await source.read();

  expect(refused).toMatchObject({ code: 'HASH_KEY_INVALID' });
  expect(String(refused)).not.toContain(short);
  expect(rules.redaction).toBeDefined();
});
