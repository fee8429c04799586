import type { Envelope } from '../envelope.ts';
import { flattenPairs, NAME_NEW_VALUE, NAME_VALUE } from '../flatten-pairs.ts';
import type { Reading } from '../families/family.ts';
import { arrayOf, firstText, objectOf, textOf } from '../json-value.ts';
import { memberOf } from './member-of.ts';
import { recordTypeName } from './number-names.ts';
import { outcomeOf365 } from './outcome.ts';
import { principalOf365 } from './principal.ts';

/** `OFFICE365.` and the service (`OFFICE365.EXCHANGE`): a name of its own, because ARM has providers of the same names. */
function sourceOf(workload: string | undefined): string | undefined {
  return workload === undefined ? undefined : `OFFICE365.${workload.toUpperCase()}`;
}

/** The value of a list of `{Name, Value}`, names compared without letter case. */
export function namedValue(list: Parameters<typeof arrayOf>[0], name: string): string | undefined {
  for (const entry of arrayOf(list)) {
    const pair = objectOf(entry);
    if (textOf(pair?.['Name'])?.toLowerCase() === name) return textOf(pair?.['Value']);
  }
  return undefined;
}

/** What the records of all services share: the common schema, and members that several services add to it. */
export function readOffice365({ record, time }: Envelope): Reading {
  const extended = record['ExtendedProperties'];
  return {
    times: [time],
    principal: principalOf365(record),
    addresses: [
      memberOf(record, 'ClientIP'),
      record['ClientIPAddress'],
      record['ActorIpAddress'],
      // Clicks on links that Safe Links looks at.
      record['UserIp'],
    ],
    userAgent: firstText(record['UserAgent'], namedValue(extended, 'useragent'), record['ClientInfoString']),
    outcome: outcomeOf365(record),
    eventSource: sourceOf(textOf(memberOf(record, 'Workload'))),
    uid: memberOf(record, 'Id'),
    request: { resource: textOf(memberOf(record, 'ObjectId')) },
    lists: {
      arguments: flattenPairs(NAME_VALUE, memberOf(record, 'Parameters'), record['OperationProperties']),
      changes: flattenPairs(NAME_NEW_VALUE, record['ModifiedProperties']),
      extras: flattenPairs(NAME_VALUE, extended, record['ExtraProperties']),
    },
    facts: { recordTypeName: recordTypeName(record) },
  };
}
