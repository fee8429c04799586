import { objectInside, type Envelope } from '../envelope.ts';
import { arrayOf, objectOf, textOf } from '../json-value.ts';
import { httpStatusOf, type Outcome } from '../outcome.ts';
import { routesOf, type Family } from './family.ts';

function outcomeOf(log: ReturnType<typeof objectInside>): Outcome {
  const response = objectOf(log?.['responseStatus']);
  const status = httpStatusOf(response?.['code']);
  if (status === undefined) return {};
  const httpStatus = String(status);
  return status >= 400
    ? {
        result: 'Failure',
        httpStatus,
        code: textOf(response?.['reason']) ?? httpStatus,
        message: textOf(response?.['message']),
      }
    : { result: 'Success', httpStatus };
}

function read(envelope: Envelope): ReturnType<Family['read']> {
  const log = objectInside(envelope.properties['log']);
  const user = objectOf(log?.['user']);
  const name = textOf(user?.['username']);
  return {
    times: [envelope.time],
    principal: { type: name === undefined ? 'Unknown' : 'Kubernetes', id: name, details: { name } },
    addresses: [envelope.callerAddress, arrayOf(log?.['sourceIPs'])[0]],
    userAgent: textOf(log?.['userAgent']),
    outcome: outcomeOf(log),
    uid: undefined,
    request: {
      action: textOf(log?.['verb']),
      resource: textOf(log?.['requestURI']),
      target: textOf(objectOf(log?.['objectRef'])?.['name']),
    },
  };
}

/** The audit log of a Kubernetes API server: the audit event is JSON text in `properties.log`. */
export const kubeAudit: Family = {
  name: 'kube-audit',
  eventSource: 'MICROSOFT.CONTAINERSERVICE',
  uidWithoutId: 'place',
  body: routesOf({ requestParameters: ['log'] }),
  embedded: ['log'],
  categories: ['kube-audit', 'kube-audit-admin'],
  read,
};
