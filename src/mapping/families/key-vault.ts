import { textOf } from '../json-value.ts';
import { outcomeOf } from '../outcome.ts';
import { principalOfClaims } from '../principal.ts';
import { routesOf, type Family } from './family.ts';

/** Key Vault's audit log: it says `Success` also on 403 and 404, so its HTTP status decides. */
export const keyVault: Family = {
  name: 'key-vault',
  eventSource: 'MICROSOFT.KEYVAULT',
  uidWithoutId: 'place',
  body: routesOf({
    requestParameters: ['requestUri', 'id', 'keyProperties', 'secretProperties'],
    responseElements: ['httpStatusCode'],
  }),
  embedded: [],
  categories: ['AuditEvent'],
  read(envelope) {
    const { properties } = envelope;
    return {
      times: [envelope.time],
      principal: principalOfClaims(envelope.claims),
      addresses: [envelope.callerAddress],
      userAgent: textOf(properties['clientInfo']),
      outcome: outcomeOf(envelope, { status: [properties['httpStatusCode']] }),
      // `properties.id` is the address of the key or secret, not of the event.
      uid: undefined,
      request: { resource: textOf(properties['id']) },
    };
  },
};
