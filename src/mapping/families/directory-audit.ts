import type { JsonValue } from '../audit-event.ts';
import type { Envelope } from '../envelope.ts';
import { flattenPairs, NAME_NEW_VALUE, NAME_VALUE } from '../flatten-pairs.ts';
import { arrayOf, firstText, objectOf, textOf } from '../json-value.ts';
import { saysFailure, saysSuccess, type Outcome } from '../outcome.ts';
import { idOf, type Principal } from '../principal.ts';
import { routesOf, type Family } from './family.ts';

function principalOf({ properties, identityName }: Envelope): Principal {
  const initiator = objectOf(properties['initiatedBy']);
  const user = objectOf(initiator?.['user']);
  if (user !== undefined) {
    const objectId = idOf(user['id']);
    const upn = textOf(user['userPrincipalName']);
    const name = firstText(user['displayName'], identityName);
    return { type: 'User', id: objectId ?? upn ?? name, details: { name, upn, objectId } };
  }
  const app = objectOf(initiator?.['app']);
  if (app !== undefined) {
    const objectId = idOf(app['servicePrincipalId']);
    const appId = idOf(app['appId']);
    const name = firstText(app['displayName'], app['servicePrincipalName'], identityName);
    return {
      type: 'Application',
      id: objectId ?? appId ?? name,
      details: { name, objectId, appId, appName: name },
    };
  }
  return { type: 'Unknown', id: identityName, details: { name: identityName } };
}

function outcomeOf({ properties, record, resultType, resultDescription }: Envelope): Outcome {
  const words = [textOf(properties['result']), textOf(record['result']), resultType];
  const failure = words.find(saysFailure);
  if (failure !== undefined) {
    return {
      result: 'Failure',
      code: failure,
      message: firstText(properties['resultReason'], resultDescription),
    };
  }
  return { result: words.some(saysSuccess) ? 'Success' : undefined };
}

/** The value of an entry of `additionalDetails`. */
function additionalDetail(details: JsonValue | undefined, key: string): string | undefined {
  for (const entry of arrayOf(details)) {
    const pair = objectOf(entry);
    if (textOf(pair?.['key'])?.toLowerCase() === key) return textOf(pair?.['value']);
  }
  return undefined;
}

/** Changes in the Entra directory. */
export const directoryAudit: Family = {
  name: 'directory-audit',
  eventSource: 'MICROSOFT.AADIAM',
  uidWithoutId: 'content',
  body: routesOf({
    details: ['initiatedBy'],
    requestParameters: [
      'targetResources',
      'additionalDetails',
      'operationType',
      'activityDisplayName',
      'loggedByService',
    ],
    responseElements: ['result', 'resultReason', 'resultType', 'resultDescription'],
  }),
  embedded: [],
  categories: ['AuditLogs'],
  read(envelope) {
    const { properties, record } = envelope;
    const user = objectOf(objectOf(properties['initiatedBy'])?.['user']);
    const target = objectOf(arrayOf(properties['targetResources'])[0]);
    return {
      times: [properties['activityDateTime'], envelope.time],
      principal: principalOf(envelope),
      addresses: [envelope.callerAddress, user?.['ipAddress'], record['ipAddress']],
      userAgent:
        textOf(properties['userAgent']) ?? additionalDetail(properties['additionalDetails'], 'user-agent'),
      outcome: outcomeOf(envelope),
      uid: properties['id'],
      request: {
        action: textOf(properties['operationType']),
        resource: textOf(target?.['type']),
        target: firstText(target?.['userPrincipalName'], target?.['displayName'], target?.['id']),
      },
      lists: {
        changes: flattenPairs(
          NAME_NEW_VALUE,
          ...arrayOf(properties['targetResources']).map((each) => objectOf(each)?.['modifiedProperties']),
        ),
        extras: flattenPairs(NAME_VALUE, properties['additionalDetails']),
      },
    };
  },
};
