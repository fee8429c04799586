import type { Envelope } from '../envelope.ts';
import { arrayOf, firstText, objectOf, textOf } from '../json-value.ts';
import { outcomeOf } from '../outcome.ts';
import { idOf, isAddress, type Principal } from '../principal.ts';
import { routesOf, type Family } from './family.ts';

function principalOf({ properties, identityName }: Envelope): Principal {
  const actor = objectOf(properties['Actor']);
  const objectId = idOf(actor?.['ObjectId']);
  const upn = textOf(actor?.['UPN']);
  const appId = idOf(actor?.['Application']);
  const appName = textOf(actor?.['ApplicationName']);
  const name = firstText(actor?.['Name'], identityName);
  const details = { name, upn, objectId, appId, appName };
  if (upn !== undefined || (identityName !== undefined && isAddress(identityName))) {
    return { type: 'User', id: objectId ?? upn ?? name, details };
  }
  const type = appId === undefined && appName === undefined ? 'Unknown' : 'Application';
  return { type, id: objectId ?? appId ?? appName ?? name, details };
}

/** The first name that is one: Intune writes `<null>` where there is none. */
function targetOf({ properties }: Envelope): string | undefined {
  const names = [...arrayOf(properties['TargetDisplayNames']), ...arrayOf(properties['TargetObjectIds'])];
  return firstText(...names.filter((name) => name !== '<null>'));
}

/** Intune's audit log, which shares category and container with Entra's. */
export const intuneAudit: Family = {
  name: 'intune-audit',
  eventSource: 'MICROSOFT.INTUNE',
  uidWithoutId: 'content',
  body: routesOf({
    details: ['Actor'],
    requestParameters: [
      'Targets',
      'TargetDisplayNames',
      'TargetObjectIds',
      'ActivityType',
      'AdditionalDetails',
    ],
    responseElements: ['ActivityResultStatus'],
  }),
  embedded: [],
  categories: ['AuditLogs'],
  read(envelope) {
    return {
      times: [envelope.time],
      principal: principalOf(envelope),
      addresses: [envelope.callerAddress],
      userAgent: undefined,
      outcome: outcomeOf(envelope),
      uid: envelope.properties['AuditEventId'],
      request: { target: targetOf(envelope) },
    };
  },
};
