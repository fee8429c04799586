import { keyedHash } from '#mapping/rules/hidden-value.ts';
import { parseFilterRules } from '#mapping/rules/filter-rules.ts';
import { parsePathPatterns } from '#mapping/rules/path-pattern.ts';
import type { RecordRules } from '#mapping/rules/record-rules.ts';
import type { Parsed } from '#mapping/rules/rule-list.ts';

export const KEY = Buffer.from('a key of thirty-two bytes or more');

function accepted<Rules>(parsed: Parsed<Rules>): Rules {
  if ('rules' in parsed) return parsed.rules;
  throw new Error(parsed.problems.join(', '));
}

/** Rules from the lists that a user writes. */
export function rulesOf(lists: {
  readonly include?: string;
  readonly exclude?: string;
  readonly redact?: string;
  readonly hash?: string;
}): Required<RecordRules> {
  const { include = '', exclude = '', redact = '', hash = '' } = lists;
  return {
    filter: { include: accepted(parseFilterRules(include)), exclude: accepted(parseFilterRules(exclude)) },
    redaction: {
      redact: accepted(parsePathPatterns(redact)),
      hash: accepted(parsePathPatterns(hash)),
      keyedHash: keyedHash(KEY),
    },
  };
}
