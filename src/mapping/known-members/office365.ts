import type { FamilyName } from '../families/family.ts';
import type { JsonKind } from '../json-value.ts';
import { OFFICE365_FAMILIES } from '../office365/choose-family.ts';

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * The common schema and the kinds in which its members are known.
 * https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#common-schema
 */
export const COMMON_MEMBERS: ReadonlyMap<string, readonly JsonKind[]> = new Map<string, readonly JsonKind[]>([
  ['Id', ['string']],
  ['RecordType', ['number']],
  ['CreationTime', ['string']],
  ['Operation', ['string']],
  ['OrganizationId', ['string']],
  ['UserType', ['number']],
  ['UserKey', ['string', 'null']],
  ['Workload', ['string']],
  ['ResultStatus', ['string', 'null']],
  ['ObjectId', ['string', 'null']],
  ['UserId', ['string', 'null']],
  ['ClientIP', ['string', 'null']],
  ['Scope', ['number', 'string']],
  ['AppAccessContext', ['object', 'null']],
  ['Version', ['number']],
]);

/** What services document beside the members that their family routes; what is seen in real records too. */
const OTHER_MEMBERS: ReadonlyMap<FamilyName, readonly string[]> = new Map<FamilyName, readonly string[]>([
  [
    'office365-azureactivedirectory',
    words(`AzureActiveDirectoryEventType InterSystemsId IntraSystemId IntraSystemsId SupportTicketId`),
  ],
  [
    'office365-exchange',
    words(`AppId ExternalAccess OriginatingServer OrganizationName AppPoolName CorrelationID RequestId SessionId
      InternalLogonType MailboxOwnerMasterAccountSid ClientInfoString ClientIPAddress ClientMachineName
      ClientProcessName ClientVersion ClientRequestId OperationCount CrossMailboxOperations DestMailboxOwnerSid
      DestMailboxOwnerMasterAccountSid SendAsUserMailboxGuid SendOnBehalfOfUserMailboxGuid DeviceId
      IsThrottled`),
  ],
  [
    'office365-sharepoint',
    words(`CorrelationId EventSource SourceName UserAgent MachineDomainInfo MachineId IsWorkflow WebId
      ListName ListBaseType ListBaseTemplateType IsHiddenList IsDocLib ListServerTemplate CustomEvent
      UniqueSharingId SensitivityLabelOwnerEmail IsManagedDevice DeviceDisplayName AuthenticationType
      BrowserName BrowserVersion Platform GeoLocation HighPriorityMediaProcessing DoNotDistributeEvent FromApp
      FileSizeBytes FileSyncBytesCommitted Entity Action OnBehalfOfResId`),
  ],
  ['office365-dlp', words('IncidentId SensitiveInfoDetectionIsIncluded')],
]);

/**
 * The members that records may have, by family; none for Audit.General, where each of many services has members of its
 * own and most document none.
 */
export const OFFICE365_MEMBERS: ReadonlyMap<FamilyName, ReadonlySet<string>> = new Map(
  OFFICE365_FAMILIES.flatMap(({ name, body }): [FamilyName, ReadonlySet<string>][] => {
    const others = OTHER_MEMBERS.get(name);
    return others === undefined
      ? []
      : [[name, new Set([...COMMON_MEMBERS.keys(), ...body.keys(), ...others])]];
  }),
);
