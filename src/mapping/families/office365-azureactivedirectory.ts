import { arrayOf, firstText, objectOf, scalarText, textOf } from '../json-value.ts';
import type { JsonObject } from '../audit-event.ts';
import { COMMON_ROUTES } from '../office365/common-routes.ts';
import { memberOf } from '../office365/member-of.ts';
import { logonOutcomeOf } from '../office365/outcome.ts';
import { namedValue, readOffice365 } from '../office365/reading.ts';
import { routesOf, type Family } from './family.ts';

/** Type of an identity that is a user principal name. */
const UPN = '5';

/** Whom or what the action was performed on: the name people know of `Target`, else the object. */
function targetOf(record: JsonObject): string | undefined {
  const identities = arrayOf(record['Target']).map(objectOf);
  const byName = identities.find((identity) => scalarText(identity?.['Type']) === UPN);
  return firstText(byName?.['ID'], memberOf(record, 'ObjectId'), identities[0]?.['ID']);
}

/** Content type Audit.AzureActiveDirectory: sign-ins and changes in the directory, as Office 365 tells them. */
export const office365AzureActiveDirectory: Family = {
  name: 'office365-azureactivedirectory',
  flat: true,
  eventSource: 'OFFICE365.AZUREACTIVEDIRECTORY',
  uidWithoutId: 'content',
  body: routesOf({
    details: [
      ...COMMON_ROUTES.details,
      'Actor',
      'ActorContextId',
      'ActorIpAddress',
      'ApplicationId',
      'UserDomain',
    ],
    requestParameters: [
      ...COMMON_ROUTES.requestParameters,
      'Target',
      'TargetContextId',
      'DeviceProperties',
      'Application',
      'Client',
    ],
    responseElements: [
      ...COMMON_ROUTES.responseElements,
      'LogonError',
      'ErrorCode',
      'ErrorNumber',
      'LoginStatus',
    ],
  }),
  embedded: [],
  categories: [],
  read(envelope) {
    const { record } = envelope;
    const reading = readOffice365(envelope);
    const logon = logonOutcomeOf(record, namedValue(record['ExtendedProperties'], 'loginerror'));
    const { resource } = reading.request;
    return {
      ...reading,
      outcome: logon ?? reading.outcome,
      request:
        logon === undefined
          ? { target: targetOf(record) }
          : { resource: resource ?? textOf(record['Application']) },
    };
  },
};
