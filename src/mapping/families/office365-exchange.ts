import type { JsonObject } from '../audit-event.ts';
import { arrayOf, firstText, objectOf, textOf } from '../json-value.ts';
import { COMMON_ROUTES } from '../office365/common-routes.ts';
import { readOffice365 } from '../office365/reading.ts';
import { routesOf, type Family } from './family.ts';

/** The folder of what was accessed: of the item, of the group of items, or the first of several. */
function folderOf(record: JsonObject): string | undefined {
  const item = objectOf(record['Item']);
  const folders = [
    objectOf(item?.['ParentFolder']),
    objectOf(record['Folder']),
    objectOf(arrayOf(record['Folders'])[0]),
  ];
  return firstText(...folders.map((folder) => folder?.['Path']));
}

/** Content type Audit.Exchange: cmdlets of administrators, and what was done in mailboxes. */
export const office365Exchange: Family = {
  name: 'office365-exchange',
  flat: true,
  eventSource: 'OFFICE365.EXCHANGE',
  uidWithoutId: 'content',
  body: routesOf({
    details: [
      ...COMMON_ROUTES.details,
      'ClientAppId',
      'LogonType',
      'LogonUserDisplayName',
      'LogonUserSid',
      'TokenObjectId',
      'TokenTenantId',
    ],
    requestParameters: [
      ...COMMON_ROUTES.requestParameters,
      'ModifiedObjectResolvedName',
      'MailboxGuid',
      'MailboxOwnerUPN',
      'MailboxOwnerSid',
      'Folder',
      'Folders',
      'DestFolder',
      'DestMailboxOwnerUPN',
      'DestMailboxId',
      'Item',
      'AffectedItems',
      'OperationProperties',
      'SendAsUserSmtp',
      'SendOnBehalfOfUserSmtp',
    ],
    responseElements: COMMON_ROUTES.responseElements,
  }),
  embedded: [],
  categories: [],
  read(envelope) {
    const { record } = envelope;
    const reading = readOffice365(envelope);
    const owner = textOf(record['MailboxOwnerUPN']);
    const { resource } = reading.request;
    return {
      ...reading,
      // A cmdlet changes an object; in a mailbox the owner is whom it concerns.
      request:
        owner === undefined
          ? { target: resource }
          : { target: owner, resource: folderOf(record) ?? resource },
    };
  },
};
