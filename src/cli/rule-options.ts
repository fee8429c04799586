import { Option } from 'commander';
import { parseFilterRules, type FilterRule } from '#mapping/rules/filter-rules.ts';
import { parsePathPatterns, type PathPattern } from '#mapping/rules/path-pattern.ts';
import type { Parsed } from '#mapping/rules/rule-list.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** Rules on the command line: the lists of the settings, each option once or several times. */
export interface RuleOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly redact?: readonly string[];
  readonly hash?: readonly string[];
}

function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** `--include`, `--exclude`, `--redact` and `--hash`. */
export function ruleOptions(): Option[] {
  const texts = [
    ['--include <rules>', 'deliver only what these rules name (docs/filter.md)'],
    ['--exclude <rules>', 'leave out what these rules name'],
    ['--redact <paths>', 'replace the values of these members by REDACTED'],
    ['--hash <paths>', 'replace the values of these members by a keyed hash'],
  ] as const;
  return texts.map(([flags, text]) => new Option(flags, text).argParser(gather));
}

/** The options as the lists that the settings hold. */
export function listsOf(options: RuleOptions): Record<keyof RuleOptions, string> {
  const list = (name: keyof RuleOptions): string => (options[name] ?? []).join(',');
  return { include: list('include'), exclude: list('exclude'), redact: list('redact'), hash: list('hash') };
}

/** The rules that the options describe. */
export interface GivenRules {
  readonly include: readonly FilterRule[];
  readonly exclude: readonly FilterRule[];
  readonly redact: readonly PathPattern[];
  readonly hash: readonly PathPattern[];
}

/** Reads the options. Throws RULES_INVALID with every problem of every option. */
export function readRuleOptions(options: RuleOptions): GivenRules {
  const lists = listsOf(options);
  const problems: string[] = [];
  const read = <Rule>(
    name: keyof RuleOptions,
    parse: (list: string) => Parsed<readonly Rule[]>,
  ): readonly Rule[] => {
    const parsed = parse(lists[name]);
    if ('rules' in parsed) return parsed.rules;
    problems.push(...parsed.problems.map((problem) => `--${name} ${problem}`));
    return [];
  };
  const rules = {
    include: read('include', parseFilterRules),
    exclude: read('exclude', parseFilterRules),
    redact: read('redact', parsePathPatterns),
    hash: read('hash', parsePathPatterns),
  };
  if (problems.length > 0) throw new CrosstrailError('RULES_INVALID', problems.join('; '));
  return rules;
}
