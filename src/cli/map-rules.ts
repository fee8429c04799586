import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { keyedHash } from '#mapping/rules/hidden-value.ts';
import { parseFilterRules } from '#mapping/rules/filter-rules.ts';
import { parsePathPatterns } from '#mapping/rules/path-pattern.ts';
import type { RecordRules } from '#mapping/rules/record-rules.ts';
import type { Parsed } from '#mapping/rules/rule-list.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { MIN_KEY_BYTES } from '#shared/records/record-rules-source.ts';

/** Rules on the command line: the lists of the settings, each option once or several times. */
export interface MapRuleOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly redact?: readonly string[];
  readonly hash?: readonly string[];
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
  const problems: string[] = [];
  const rulesOf = <Rule>(
    option: 'include' | 'exclude' | 'redact' | 'hash',
    parse: (list: string) => Parsed<readonly Rule[]>,
  ): readonly Rule[] => {
    const parsed = parse((options[option] ?? []).join(','));
    if ('rules' in parsed) return parsed.rules;
    problems.push(...parsed.problems.map((problem) => `--${option} ${problem}`));
    return [];
  };
  const filter = {
    include: rulesOf('include', parseFilterRules),
    exclude: rulesOf('exclude', parseFilterRules),
  };
  const redact = rulesOf('redact', parsePathPatterns);
  const hash = rulesOf('hash', parsePathPatterns);
  if (problems.length > 0) throw new CrosstrailError('RULES_INVALID', problems.join('; '));

  const isFiltered = filter.include.length + filter.exclude.length > 0;
  if (redact.length + hash.length === 0) return { rules: isFiltered ? { filter } : {}, note: '' };
  const key = await keyOf(options);
  const redaction = { redact, hash, keyedHash: keyedHash(key ?? randomBytes(MIN_KEY_BYTES)) };
  return {
    rules: isFiltered ? { filter, redaction } : { redaction },
    note:
      key === undefined
        ? 'The key of hashes was made for this run; --hash-key-file or --hash-key-env name one that stays.\n'
        : '',
  };
}
