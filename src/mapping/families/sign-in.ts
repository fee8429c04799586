import type { Envelope } from '../envelope.ts';
import { firstText, objectOf, scalarText, textOf } from '../json-value.ts';
import { saysFailure, saysSuccess, type Outcome } from '../outcome.ts';
import { placeOf } from '../place-of.ts';
import { idOf, type Principal } from '../principal.ts';
import { routesOf, type Family } from './family.ts';

function userOf({ properties, identityName }: Envelope): Principal {
  const objectId = idOf(properties['userId']);
  const upn = textOf(properties['userPrincipalName']);
  const name = firstText(properties['userDisplayName'], identityName);
  return {
    type: 'User',
    id: objectId ?? upn ?? name,
    details: {
      name,
      upn,
      objectId,
      appId: idOf(properties['appId']),
      appName: textOf(properties['appDisplayName']),
      principalType: textOf(properties['userType']),
    },
  };
}

function servicePrincipalOf({ properties }: Envelope, type: 'Application' | 'ManagedIdentity'): Principal {
  const objectId = idOf(properties['servicePrincipalId']);
  const appId = idOf(properties['appId']);
  const name = textOf(properties['servicePrincipalName']);
  return {
    type,
    id: objectId ?? appId ?? name,
    details: { name, objectId, appId, appName: textOf(properties['appDisplayName']) },
  };
}

function principalOf(envelope: Envelope): Principal {
  const category = envelope.category?.toLowerCase() ?? '';
  if (category.startsWith('managedidentity')) return servicePrincipalOf(envelope, 'ManagedIdentity');
  if (category.includes('serviceprincipal')) return servicePrincipalOf(envelope, 'Application');
  const { userId, userPrincipalName, servicePrincipalId } = envelope.properties;
  const namesUser = idOf(userId) !== undefined || textOf(userPrincipalName) !== undefined;
  return !namesUser && idOf(servicePrincipalId) !== undefined
    ? servicePrincipalOf(envelope, 'Application')
    : userOf(envelope);
}

/** A sign-in failed when its result is anything but "0"; the number is the AADSTS code. */
function outcomeOf({ properties, resultType, resultDescription }: Envelope): Outcome {
  const status = objectOf(properties['status']);
  const errorCode = scalarText(status?.['errorCode']);
  const number = errorCode === '0' ? undefined : errorCode;
  const isWord = saysSuccess(resultType) || saysFailure(resultType);
  const result =
    isWord || resultType === undefined
      ? (number ?? (saysFailure(resultType) ? resultType : '0'))
      : resultType;
  if (result === '0') {
    return { result: resultType === undefined && errorCode === undefined ? undefined : 'Success' };
  }
  return { result: 'Failure', code: result, message: resultDescription ?? textOf(status?.['failureReason']) };
}

/** Sign-ins of users, interactive or not, of applications and of managed identities. */
export const signIn: Family = {
  name: 'sign-in',
  eventSource: 'MICROSOFT.AADIAM',
  uidWithoutId: 'content',
  body: routesOf({
    details: [
      'userId',
      'userPrincipalName',
      'userDisplayName',
      'userType',
      'appId',
      'appDisplayName',
      'servicePrincipalId',
      'servicePrincipalName',
    ],
    requestParameters: [
      'resourceDisplayName',
      'resourceId',
      'resourceTenantId',
      'clientAppUsed',
      'deviceDetail',
      'authenticationRequirement',
      'authenticationProcessingDetails',
      'networkLocationDetails',
      'isInteractive',
    ],
    responseElements: [
      'status',
      'conditionalAccessStatus',
      'appliedConditionalAccessPolicies',
      'authenticationDetails',
      'riskDetail',
      'riskLevelAggregated',
      'riskLevelDuringSignIn',
      'riskState',
    ],
  }),
  embedded: [],
  categories: [
    'SignInLogs',
    'NonInteractiveUserSignInLogs',
    'ServicePrincipalSignInLogs',
    'ManagedIdentitySignInLogs',
    'MicrosoftServicePrincipalSignInLogs',
    'ADFSSignInLogs',
  ],
  read(envelope) {
    const { properties, record } = envelope;
    return {
      times: [properties['createdDateTime'], envelope.time],
      principal: principalOf(envelope),
      addresses: [envelope.callerAddress, properties['ipAddress']],
      userAgent: textOf(properties['userAgent']),
      outcome: outcomeOf(envelope),
      uid: properties['id'],
      request: { resource: textOf(properties['resourceDisplayName']) },
      response: {
        riskLevel: textOf(properties['riskLevelDuringSignIn']),
        riskState: textOf(properties['riskState']),
        conditionalAccess: textOf(properties['conditionalAccessStatus']),
      },
      // Some exports tell the country only in their envelope.
      facts: placeOf(properties, textOf(record['location'])),
    };
  },
};
