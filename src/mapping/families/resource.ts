import type { Envelope } from '../envelope.ts';
import { firstText, objectOf } from '../json-value.ts';
import { outcomeOf } from '../outcome.ts';
import { isAddress, principalOfClaims, type Principal } from '../principal.ts';
import { routesOf, type Family } from './family.ts';

function principalOf(envelope: Envelope): Principal {
  const { claims, authorization, identityName, record } = envelope;
  const principal = principalOfClaims(claims, objectOf(authorization['evidence']));
  if (principal.id !== undefined) return principal;
  const id = firstText(record['caller'], identityName);
  const name = principal.details.name ?? identityName;
  return {
    type: id !== undefined && isAddress(id) ? 'User' : 'Unknown',
    id,
    details: { ...principal.details, name },
  };
}

/** Any other resource log: what all records share is read, the rest is kept as it is. */
export const resource: Family = {
  name: 'resource',
  eventSource: undefined,
  uidWithoutId: 'place',
  body: routesOf({}),
  embedded: [],
  categories: [],
  read(envelope) {
    const { record, properties } = envelope;
    return {
      times: [envelope.time],
      principal: principalOf(envelope),
      addresses: [envelope.callerAddress],
      userAgent: firstText(properties['userAgent'], record['userAgent']),
      outcome: outcomeOf(envelope, { status: [record['statusCode'], properties['httpStatusCode']] }),
      uid: undefined,
      request: {},
    };
  },
};
