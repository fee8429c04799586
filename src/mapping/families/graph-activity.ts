import type { Envelope } from '../envelope.ts';
import { textOf } from '../json-value.ts';
import { outcomeOf } from '../outcome.ts';
import { idOf, type Principal } from '../principal.ts';
import { routesOf, type Family } from './family.ts';

function principalOf({ properties }: Envelope): Principal {
  const userId = idOf(properties['userId']);
  const servicePrincipalId = idOf(properties['servicePrincipalId']);
  const appId = idOf(properties['appId']);
  const kind = textOf(properties['C_Idtyp'])?.toLowerCase();
  const isUser = kind === 'user' || (kind !== 'app' && userId !== undefined);
  const objectId =
    (isUser ? userId : servicePrincipalId) ?? idOf(properties['UserPrincipalObjectID']) ?? servicePrincipalId;
  const isApplication = kind === 'app' || servicePrincipalId !== undefined || appId !== undefined;
  return {
    type: isUser ? 'User' : isApplication ? 'Application' : 'Unknown',
    id: objectId ?? appId,
    details: { objectId, appId, scope: textOf(properties['scopes']), role: textOf(properties['roles']) },
  };
}

/** Requests to Microsoft Graph. */
export const graphActivity: Family = {
  name: 'graph-activity',
  eventSource: 'MICROSOFT.AADIAM',
  uidWithoutId: 'content',
  body: routesOf({
    details: [
      'userId',
      'servicePrincipalId',
      'UserPrincipalObjectID',
      'appId',
      'C_Idtyp',
      'scopes',
      'roles',
      'wids',
      'identityProvider',
      'clientAuthMethod',
    ],
    requestParameters: ['requestMethod', 'requestUri', 'requestId', 'clientRequestId', 'apiVersion'],
    responseElements: ['responseStatusCode', 'responseSizeBytes'],
  }),
  embedded: [],
  categories: ['MicrosoftGraphActivityLogs', 'AzureADGraphActivityLogs'],
  read(envelope) {
    const { properties } = envelope;
    return {
      times: [properties['timeGenerated'], envelope.time],
      principal: principalOf(envelope),
      addresses: [envelope.callerAddress, properties['ipAddress']],
      userAgent: textOf(properties['userAgent']),
      outcome: outcomeOf(envelope, { status: [properties['responseStatusCode']] }),
      uid: properties['requestId'],
      request: { method: textOf(properties['requestMethod']), resource: textOf(properties['requestUri']) },
    };
  },
};
