import type { Envelope } from '../envelope.ts';
import type { Origin } from '../origin.ts';
import { resourceIdOf, scopeOfRecord } from '../scope-of-record.ts';
import type { FilterRule, RecordFacts } from './filter-rules.ts';

/** Which records are delivered: those that an include rule matches (all when there is none) and no exclude rule does. */
export interface RecordFilter {
  readonly include: readonly FilterRule[];
  readonly exclude: readonly FilterRule[];
}

/** Stands for the rule where none of the include rules matched. */
export const NOT_INCLUDED = 'no include rule';

function factsOf(envelope: Envelope, origin: Origin): RecordFacts {
  const { subscriptionId, tenantId } = scopeOfRecord(envelope, origin);
  const resource = resourceIdOf(envelope, origin)?.toLowerCase();
  return {
    category: envelope.category?.toLowerCase(),
    operation: envelope.operationName?.toLowerCase(),
    container: origin.container.toLowerCase(),
    resource: resource?.split('/').filter((segment) => segment !== '') ?? [],
    subscription: subscriptionId,
    tenant: tenantId,
  };
}

function matches({ conditions }: FilterRule, facts: RecordFacts): boolean {
  return conditions.every((condition) => condition(facts));
}

/** The name of the rule by which a record is left out: undefined when it is to be delivered. */
export function exclusionOf(
  { include, exclude }: RecordFilter,
  envelope: Envelope,
  origin: Origin,
): string | undefined {
  const facts = factsOf(envelope, origin);
  if (include.length > 0 && !include.some((rule) => matches(rule, facts))) return NOT_INCLUDED;
  return exclude.find((rule) => matches(rule, facts))?.name;
}
