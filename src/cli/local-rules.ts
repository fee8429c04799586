import { randomBytes } from 'node:crypto';
import type { LocalCloud } from '#local/local-cloud.ts';
import { listsOf, readRuleOptions, type RuleOptions } from './rule-options.ts';

const KEY_SECRET = 'crosstrail/hash-key';

/**
 * The environment of the local functions under these rules, with a key of hashes in the local Secrets Manager, as the
 * stack makes one. Nothing without rules. Throws RULES_INVALID.
 */
export function localRules(
  { secretsManager }: Pick<LocalCloud, 'secretsManager'>,
  options: RuleOptions,
): Readonly<Record<string, string>> {
  const { redact, hash } = readRuleOptions(options);
  const lists = listsOf(options);
  const environment = {
    INCLUDE_RECORDS: lists.include,
    EXCLUDE_RECORDS: lists.exclude,
    REDACT_FIELDS: lists.redact,
    HASH_FIELDS: lists.hash,
  };
  if (redact.length + hash.length === 0) return environment;
  secretsManager.put(KEY_SECRET, randomBytes(32).toString('hex'));
  return { ...environment, HASH_KEY_SECRET: KEY_SECRET };
}
