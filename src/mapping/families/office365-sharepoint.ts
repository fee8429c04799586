import { firstText } from '../json-value.ts';
import { COMMON_ROUTES } from '../office365/common-routes.ts';
import { readOffice365 } from '../office365/reading.ts';
import { routesOf, type Family } from './family.ts';

/** Content type Audit.SharePoint: files, lists and sharing in SharePoint and OneDrive. */
export const office365SharePoint: Family = {
  name: 'office365-sharepoint',
  flat: true,
  eventSource: 'OFFICE365.SHAREPOINT',
  uidWithoutId: 'content',
  body: routesOf({
    details: [...COMMON_ROUTES.details, 'ApplicationId', 'ApplicationDisplayName'],
    requestParameters: [
      ...COMMON_ROUTES.requestParameters,
      'Site',
      'SiteUrl',
      'ItemType',
      'SourceRelativeUrl',
      'SourceFileName',
      'SourceFileExtension',
      'DestinationRelativeUrl',
      'DestinationFileName',
      'DestinationFileExtension',
      'TargetUserOrGroupName',
      'TargetUserOrGroupType',
      'UserSharedWith',
      'SharingType',
      'EventData',
      'ListTitle',
      'ListUrl',
      'ListId',
      'ListItemUniqueId',
      'SourceLabel',
      'DestinationLabel',
      'SensitivityLabelId',
    ],
    responseElements: COMMON_ROUTES.responseElements,
  }),
  embedded: [],
  categories: [],
  read(envelope) {
    const { record } = envelope;
    const reading = readOffice365(envelope);
    const target = firstText(record['TargetUserOrGroupName'], record['UserSharedWith']);
    return { ...reading, request: { ...reading.request, target } };
  },
};
