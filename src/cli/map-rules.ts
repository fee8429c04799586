import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { keyedHash } from '#mapping/rules/hidden-value.ts';
import type { RecordRules } from '#mapping/rules/record-rules.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { MIN_KEY_BYTES } from '#shared/records/record-rules-source.ts';
import { readRuleOptions, type RuleOptions } from './rule-options.ts';

/** Rules, and where the key of hashes is: never an argument, which every user of the machine could read. */
export interface MapRuleOptions extends RuleOptions {
  readonly hashKeyFile?: string;
  readonly hashKeyEnv?: string;
}

/** The rules that the options describe, and a note about them for a person. */
export interface MapRules {
  readonly rules: RecordRules;
  readonly note: string;
}

async function keyText({ hashKeyFile, hashKeyEnv }: MapRuleOptions): Promise<string | undefined> {
  if (hashKeyFile === undefined)
    return hashKeyEnv === undefined ? undefined : (process.env[hashKeyEnv] ?? '');
  try {
    // The line break that every tool writes at the end of a file is not a part of the key.
    return (await readFile(hashKeyFile, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    const what = `${hashKeyFile} cannot be read`;
    throw new CrosstrailError('FILE_NOT_READABLE', what, { file: hashKeyFile }, error);
  }
}

async function keyOf(options: MapRuleOptions): Promise<Uint8Array | undefined> {
  const text = await keyText(options);
  if (text === undefined) return undefined;
  const key = Buffer.from(text);
  if (key.length >= MIN_KEY_BYTES) return key;
  const what = `the key of hashes has ${key.length} bytes, at least ${MIN_KEY_BYTES} are needed`;
  throw new CrosstrailError('RULES_INVALID', what);
}

/** Throws RULES_INVALID with every problem of every option, and FILE_NOT_READABLE. */
export async function mapRules(options: MapRuleOptions): Promise<MapRules> {
  const { include, exclude, redact, hash } = readRuleOptions(options);
  const filter = include.length + exclude.length > 0 ? { include, exclude } : undefined;
  if (redact.length + hash.length === 0) return { rules: { filter }, note: '' };
  const key = await keyOf(options);
  const note =
    key === undefined
      ? 'The key of hashes was made for this run; --hash-key-file or --hash-key-env name one that stays.\n'
      : '';
  const keyed = keyedHash(key ?? randomBytes(MIN_KEY_BYTES));
  return { rules: { filter, redaction: { redact, hash, keyedHash: keyed } }, note };
}
