import type { Envelope } from '../envelope.ts';
import { firstText, textOf } from '../json-value.ts';
import { placeOf } from '../place-of.ts';
import { idOf, type Principal } from '../principal.ts';
import { riskDetectionKey, riskStateKey } from '../record-key.ts';
import { routesOf, type Family } from './family.ts';

function isAbout(envelope: Envelope, word: string): boolean {
  return envelope.category?.toLowerCase().startsWith(word) === true;
}

/** Whom the risk is about: the account that was attacked, which is not always who acted. */
function principalOf(envelope: Envelope): Principal {
  const { properties, identityName } = envelope;
  // In RiskyUsers and RiskyServicePrincipals the record is the account's state, so `id` is the account's.
  const stateId = isAbout(envelope, 'risky') ? idOf(properties['id']) : undefined;
  if (envelope.category?.toLowerCase().includes('serviceprincipal') === true) {
    const objectId = idOf(properties['servicePrincipalId']) ?? stateId;
    const appId = idOf(properties['appId']);
    const name = firstText(
      properties['servicePrincipalDisplayName'],
      properties['displayName'],
      identityName,
    );
    return { type: 'Application', id: objectId ?? appId ?? name, details: { name, objectId, appId } };
  }
  const objectId = idOf(properties['userId']) ?? stateId;
  const upn = textOf(properties['userPrincipalName']);
  const name = firstText(properties['userDisplayName'], identityName);
  const principalType = textOf(properties['userType']);
  return { type: 'User', id: objectId ?? upn ?? name, details: { name, upn, objectId, principalType } };
}

/** Identity Protection: detections, and the risk state of accounts. */
export const risk: Family = {
  name: 'risk',
  eventSource: 'MICROSOFT.AADIAM',
  uidWithoutId: 'content',
  body: routesOf({
    details: [
      'userId',
      'userPrincipalName',
      'userDisplayName',
      'userType',
      'servicePrincipalId',
      'servicePrincipalDisplayName',
    ],
    requestParameters: ['activity', 'activityDateTime', 'requestId'],
    responseElements: ['riskType', 'riskEventType', 'riskState', 'riskLevel', 'riskDetail'],
  }),
  embedded: ['additionalInfo'],
  categories: ['RiskyUsers', 'UserRiskEvents', 'RiskyServicePrincipals', 'ServicePrincipalRiskEvents'],
  read(envelope) {
    const { properties } = envelope;
    const isState = isAbout(envelope, 'risky');
    const { lastUpdatedDateTime, detectedDateTime, activityDateTime, riskLastUpdatedDateTime } = properties;
    return {
      // A detection is written again at each update, which is then what happened.
      times: isState
        ? [riskLastUpdatedDateTime, envelope.time]
        : [lastUpdatedDateTime, detectedDateTime, activityDateTime, envelope.time],
      principal: principalOf(envelope),
      addresses: [envelope.callerAddress, properties['ipAddress']],
      userAgent: undefined,
      outcome: {},
      uid: isState ? riskStateKey(properties) : riskDetectionKey(properties),
      request: { action: textOf(properties['riskEventType']) },
      response: { riskLevel: textOf(properties['riskLevel']), riskState: textOf(properties['riskState']) },
      facts: placeOf(properties),
    };
  },
};
