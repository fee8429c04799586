import type { JsonObject } from '../audit-event.ts';
import { arrayOf, firstText, objectOf } from '../json-value.ts';
import { COMMON_ROUTES } from '../office365/common-routes.ts';
import { readOffice365 } from '../office365/reading.ts';
import { routesOf, type Family } from './family.ts';

/** The team or channel, where `ObjectId` does not tell more. */
function teamOf(record: JsonObject): string | undefined {
  return firstText(record['TeamName'], record['ChannelName'], record['ChatName']);
}

/** Whom it concerns: the first member of a team, the target of a Yammer event, an invited team owner. */
function targetOf(record: JsonObject): string | undefined {
  const member = objectOf(arrayOf(record['Members'])[0]);
  return firstText(member?.['UPN'], member?.['DisplayName'], record['TargetUserId'], record['Invitee']);
}

/** Content type Audit.General: Teams, Power BI, Purview, Defender and all other services. */
export const office365General: Family = {
  name: 'office365-general',
  flat: true,
  eventSource: 'OFFICE365.GENERAL',
  uidWithoutId: 'content',
  body: routesOf({
    details: [...COMMON_ROUTES.details, 'ApplicationId', 'ActorUserId', 'ActorYammerUserId', 'UserIp'],
    requestParameters: [
      ...COMMON_ROUTES.requestParameters,
      'ExtraProperties',
      'Members',
      'TeamName',
      'TeamGuid',
      'ChannelName',
      'ChannelGuid',
      'ChannelType',
      'ChatName',
      'ChatThreadId',
      'AADGroupId',
      'CommunicationType',
      'MessageId',
      'AddOnName',
      'AddOnType',
      'TargetUserId',
      'Invitee',
      'URL',
      'SensitivityLabelEventData',
      'SensitiveInfoTypeData',
      'ProtectionEventData',
    ],
    responseElements: [...COMMON_ROUTES.responseElements, 'Status', 'Severity', 'Verdict'],
  }),
  embedded: ['Data'],
  categories: [],
  read(envelope) {
    const { record } = envelope;
    const reading = readOffice365(envelope);
    const resource = reading.request.resource ?? teamOf(record);
    return { ...reading, request: { resource, target: targetOf(record) } };
  },
};
