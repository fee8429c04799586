import type { JsonObject } from '../audit-event.ts';
import { arrayOf, firstText, objectOf } from '../json-value.ts';
import { COMMON_ROUTES } from '../office365/common-routes.ts';
import { readOffice365 } from '../office365/reading.ts';
import { routesOf, type Family } from './family.ts';

/** Whom the match concerns: who sent the message, or owns, changed or shared the document. */
function concernedOf(record: JsonObject): string | undefined {
  return firstText(
    objectOf(record['ExchangeMetaData'])?.['From'],
    objectOf(record['SharePointMetaData'])?.['From'],
  );
}

/** The name of the first rule that matched, which says what was done about it. */
function ruleOf(record: JsonObject): string | undefined {
  const policy = objectOf(arrayOf(record['PolicyDetails'])[0]);
  return firstText(objectOf(arrayOf(policy?.['Rules'])[0])?.['RuleName'], policy?.['PolicyName']);
}

/** Content type DLP.All: matches of data loss prevention rules. */
export const office365Dlp: Family = {
  name: 'office365-dlp',
  flat: true,
  eventSource: 'OFFICE365.DLP',
  uidWithoutId: 'content',
  body: routesOf({
    details: COMMON_ROUTES.details,
    requestParameters: [
      ...COMMON_ROUTES.requestParameters,
      'PolicyDetails',
      'ExchangeMetaData',
      'SharePointMetaData',
      'EndpointMetaData',
    ],
    responseElements: [...COMMON_ROUTES.responseElements, 'ExceptionInfo'],
  }),
  embedded: [],
  categories: [],
  read(envelope) {
    const reading = readOffice365(envelope);
    const { record } = envelope;
    return {
      ...reading,
      request: { ...reading.request, action: ruleOf(record), target: concernedOf(record) },
    };
  },
};
