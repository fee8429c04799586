import type { JsonValue } from '../audit-event.ts';
import type { Envelope } from '../envelope.ts';
import { arrayOf, firstText, objectOf, textOf } from '../json-value.ts';
import { outcomeOf } from '../outcome.ts';
import { idOf, type Principal } from '../principal.ts';
import type { UserType } from '../user-type.ts';
import { routesOf, type Family } from './family.ts';

/** The name under which PIM itself acts, for example when an activation expires. */
const PIM_ITSELF = 'AzureADPIM';

const TYPES: ReadonlyMap<string, UserType> = new Map<string, UserType>([
  ['user', 'User'],
  ['serviceprincipal', 'Application'],
]);

/** `CallerInfo`, a list of `{CallerIdentityType, CallerIdentityValue}`, often as JSON text. */
function callerInfo(value: JsonValue | undefined): ReadonlyMap<string, JsonValue> {
  let list = value;
  if (typeof list === 'string') {
    try {
      list = JSON.parse(list) as JsonValue;
    } catch {
      return new Map();
    }
  }
  const caller = new Map<string, JsonValue>();
  for (const entry of arrayOf(list)) {
    const pair = objectOf(entry);
    const type = textOf(pair?.['CallerIdentityType']);
    if (type !== undefined) caller.set(type, pair?.['CallerIdentityValue'] ?? null);
  }
  return caller;
}

function principalOf({ properties }: Envelope): Principal {
  const caller = callerInfo(properties['CallerInfo']);
  const upn = textOf(caller.get('UPN'));
  const objectId = idOf(caller.get('ObjectID'));
  const username = textOf(caller.get('Username'));
  const name = textOf(caller.get('Name')) ?? username;
  const objectClass = textOf(caller.get('ObjectClass'));
  const type = TYPES.get(objectClass?.toLowerCase() ?? '') ?? (upn === undefined ? 'Unknown' : 'User');
  return {
    type: username === PIM_ITSELF ? 'Platform' : type,
    id: objectId ?? upn ?? name,
    details: { name, upn, objectId, role: textOf(properties['RoleDefinition']), principalType: objectClass },
  };
}

/** Privileged Identity Management: sentences in the Administrative category, the caller in `properties`. */
export const activityPim: Family = {
  name: 'activity-pim',
  eventSource: 'MICROSOFT.AUTHORIZATION',
  uidWithoutId: 'content',
  body: routesOf({
    details: ['CallerInfo'],
    requestParameters: [
      'ActionType',
      'Justification',
      'OriginRoleAssignmentId',
      'ResourceGroupName',
      'ResourceProviderName',
      'ResourceType',
      'RoleAssignmentRequestId',
      'RoleDefinition',
      'RoleDefinitionOriginId',
      'SubjectID',
      'SubjectName',
    ],
  }),
  embedded: ['CallerInfo'],
  categories: ['Administrative'],
  read(envelope) {
    const { properties } = envelope;
    return {
      times: [envelope.time],
      principal: principalOf(envelope),
      addresses: [envelope.callerAddress],
      userAgent: undefined,
      outcome: outcomeOf(envelope),
      uid: properties['EventID'],
      request: {
        action: textOf(properties['EventName']),
        scope: envelope.resourceId,
        target: firstText(properties['SubjectName'], properties['SubjectID']),
      },
    };
  },
};
