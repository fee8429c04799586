import { objectInside, type Envelope } from '../envelope.ts';
import { firstText, objectOf, textOf } from '../json-value.ts';
import { armError, outcomeOf, type Outcome } from '../outcome.ts';
import { isAddress, principalOfClaims, type Principal } from '../principal.ts';
import { providerName } from '../event-source.ts';
import { routesOf, type Family } from './family.ts';

/** Categories that Azure itself writes: without an identity, the platform acted. */
const PLATFORM_CATEGORIES = new Set([
  'Security',
  'ServiceHealth',
  'ResourceHealth',
  'Alert',
  'Autoscale',
  'Recommendation',
]);

function principalOf(envelope: Envelope): Principal {
  const { record, claims, authorization, category, properties } = envelope;
  const byClaims = principalOfClaims(claims, objectOf(authorization['evidence']));
  const id = byClaims.id ?? textOf(record['caller']);
  if (id !== undefined) {
    const isNamed = byClaims.type === 'Unknown' && isAddress(id);
    const upn = byClaims.details.upn ?? (isNamed ? id : undefined);
    return { type: isNamed ? 'User' : byClaims.type, id, details: { ...byClaims.details, upn } };
  }
  const isPlatform =
    PLATFORM_CATEGORIES.has(category ?? '') ||
    // A scan for compliance runs without a request of anybody.
    (category === 'Policy' && /^true$/i.test(textOf(properties['isComplianceCheck']) ?? ''));
  if (!isPlatform) return byClaims;
  return { type: 'Platform', id: providerName(envelope.operationName), details: byClaims.details };
}

function activityOutcome(envelope: Envelope): Outcome {
  const { record, properties } = envelope;
  const { statusMessage, statusCode } = properties;
  const error = armError(objectInside(statusMessage));
  const plain = objectInside(statusMessage) === undefined ? textOf(statusMessage) : undefined;
  return outcomeOf(envelope, {
    status: [record['statusCode'], statusCode],
    code: error.code,
    message: error.message ?? plain,
  });
}

/** The action in its proper letter case: the authorisation's, or the message when it repeats the operation. */
function actionOf({ authorization, properties, operationName }: Envelope): string | undefined {
  const action = textOf(authorization['action']);
  if (action !== undefined) return action;
  const message = textOf(properties['message']);
  return message?.toLowerCase() === operationName?.toLowerCase() ? message : undefined;
}

/** Azure Activity: operations of Resource Manager, and health, advisor, policy, alert and autoscale events. */
export const activity: Family = {
  name: 'activity',
  eventSource: undefined,
  uidWithoutId: 'content',
  body: routesOf({
    requestParameters: ['requestbody', 'requestBody', 'entity'],
    responseElements: ['responseBody', 'responsebody', 'statusMessage', 'statusCode'],
  }),
  embedded: [
    'requestbody',
    'requestBody',
    'responseBody',
    'responsebody',
    'statusMessage',
    'policies',
    'impactedServices',
    'ancestors',
  ],
  categories: [
    'Administrative',
    'Policy',
    ...PLATFORM_CATEGORIES,
    // Until 2018 the category was the kind of the operation.
    'Write',
    'Delete',
    'Action',
  ],
  read(envelope) {
    const { record, properties, authorization } = envelope;
    const http = objectOf(record['httpRequest']) ?? objectOf(record['http_request']);
    return {
      times: [envelope.time],
      principal: principalOf(envelope),
      addresses: [envelope.callerAddress],
      userAgent: undefined,
      outcome: activityOutcome(envelope),
      uid: firstText(record['eventDataId'], record['event_data_id'], properties['eventDataId']),
      request: {
        action: actionOf(envelope),
        scope: textOf(authorization['scope']) ?? textOf(properties['entity']),
        method: textOf(http?.['method']),
      },
    };
  },
};
