import * as v from 'valibot';
import { parseFilterRules } from '#mapping/rules/filter-rules.ts';
import { parsePathPatterns } from '#mapping/rules/path-pattern.ts';
import type { Parsed } from '#mapping/rules/rule-list.ts';
import type { ConfigurationOf, Settings } from './read-configuration.ts';

function listOf<Rule>(parse: (list: string) => Parsed<readonly Rule[]>) {
  return v.pipe(
    v.string(),
    v.rawTransform<string, readonly Rule[]>(({ dataset, addIssue, NEVER }) => {
      const parsed = parse(dataset.value);
      if ('rules' in parsed) return parsed.rules;
      addIssue({ message: parsed.problems.join(', ') });
      return NEVER;
    }),
  );
}

/** What is left out and what is hidden; nothing by default. docs/filter.md shows each list. */
export const FILTER_SETTINGS = {
  INCLUDE_RECORDS: {
    schema: listOf(parseFilterRules),
    description: 'rules of the records that are delivered; all when empty',
    example: 'category:Administrative, category:Policy & scope:/subscriptions/*/resourceGroups/production',
    fallback: '',
  },
  EXCLUDE_RECORDS: {
    schema: listOf(parseFilterRules),
    description: 'rules of the records that are left out of those',
    example: 'category:Policy, operation:*/listKeys/action',
    fallback: '',
  },
  REDACT_FIELDS: {
    schema: listOf(parsePathPatterns),
    description: 'members of a record whose values are replaced by REDACTED',
    example: 'identity.claims.*, callerIpAddress',
    fallback: '',
  },
  HASH_FIELDS: {
    schema: listOf(parsePathPatterns),
    description: 'members of a record whose values are replaced by a keyed hash',
    example:
      '**.userPrincipalName, identity.claims."http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"',
    fallback: '',
  },
  HASH_KEY_SECRET: {
    schema: v.pipe(v.string(), v.regex(/^[\w/+=.@:!-]{0,512}$/, 'must be the name or ARN of a secret')),
    description:
      'name or ARN of the Secrets Manager secret with the key of hashes; empty when nothing is hidden',
    example: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:crosstrail-HashKey-1A2B3C',
    fallback: '',
  },
} as const satisfies Settings;

export type FilterConfiguration = ConfigurationOf<typeof FILTER_SETTINGS>;

/** What is wrong with the filter settings together, though each may be right by itself; empty when nothing is. */
export function filterProblems(configuration: FilterConfiguration): string[] {
  const { HASH_KEY_SECRET } = configuration;
  if (HASH_KEY_SECRET !== '') return [];
  return (['REDACT_FIELDS', 'HASH_FIELDS'] as const)
    .filter((name) => configuration[name].length > 0)
    .map((name) => `HASH_KEY_SECRET is not set, and ${name} needs it`);
}
