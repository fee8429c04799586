import type { Envelope } from '../envelope.ts';
import { arrayOf, firstText, objectOf, textOf } from '../json-value.ts';
import { outcomeOf, type Outcome } from '../outcome.ts';
import { idOf, type Principal } from '../principal.ts';
import type { UserType } from '../user-type.ts';
import { routesOf, type Family } from './family.ts';

/** How the request was authenticated. https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference */
const TYPES: ReadonlyMap<string, UserType> = new Map<string, UserType>([
  ['accountkey', 'SharedKey'],
  ['sas', 'SharedKey'],
  ['accountsas', 'SharedKey'],
  ['servicesas', 'SharedKey'],
  ['delegationsas', 'SharedKey'],
  ['anonymous', 'Anonymous'],
]);

/** What an OAuth caller is: by its name, else by the role assignment that is its own and not a group's. */
function callerType(envelope: Envelope, objectId: string | undefined, upn: string | undefined): UserType {
  if (upn !== undefined) return 'User';
  for (const grant of arrayOf(envelope.identity['authorization'])) {
    for (const entry of arrayOf(objectOf(grant)?.['principals'])) {
      const principal = objectOf(entry);
      if (objectId === undefined || idOf(principal?.['id']) !== objectId) continue;
      if (textOf(principal?.['type']) === 'User') return 'User';
      if (textOf(principal?.['type']) === 'ServicePrincipal') return 'Application';
    }
  }
  return 'Unknown';
}

function principalOf(envelope: Envelope): Principal {
  const { identity } = envelope;
  const requester = objectOf(identity['requester']);
  const objectId = idOf(requester?.['objectId']);
  const appId = idOf(requester?.['appId']);
  const upn = firstText(requester?.['upn'], requester?.['userPrincipalName']);
  const principalType = textOf(identity['type']);
  return {
    type: TYPES.get(principalType?.toLowerCase() ?? '') ?? callerType(envelope, objectId, upn),
    id: objectId ?? appId ?? upn,
    details: { upn, objectId, appId, principalType },
  };
}

/** `statusText` is the error code; older records have only the class of the response (`AuthorizationError`). */
function storageOutcome(envelope: Envelope): Outcome {
  const { record, properties } = envelope;
  const response = textOf(properties['metricResponseType']);
  const failed = /(?:error|failure|failed|denied)$/i.test(response ?? '') ? response : undefined;
  const statusText = textOf(record['statusText']);
  const code = /^success$/i.test(statusText ?? '') ? undefined : statusText;
  const word = failed === undefined ? (/success/i.test(response ?? '') ? 'Success' : undefined) : 'Failed';
  const outcome = outcomeOf(envelope, { status: [record['statusCode']], code: code ?? failed, word });
  return outcome;
}

/** Requests to blobs, files, queues and tables. */
export const storage: Family = {
  name: 'storage',
  eventSource: 'MICROSOFT.STORAGE',
  uidWithoutId: 'place',
  body: routesOf({
    requestParameters: ['accountName', 'objectKey', 'clientRequestId', 'serviceType', 'conditionsUsed'],
    responseElements: [
      'metricResponseType',
      'etag',
      'lastModifiedTime',
      'responseHeaderSize',
      'responseBodySize',
    ],
  }),
  embedded: [],
  categories: ['StorageRead', 'StorageWrite', 'StorageDelete'],
  read(envelope) {
    const { properties } = envelope;
    return {
      times: [envelope.time],
      principal: principalOf(envelope),
      addresses: [envelope.callerAddress],
      userAgent: textOf(properties['userAgentHeader']),
      outcome: storageOutcome(envelope),
      uid: undefined,
      request: { resource: textOf(properties['objectKey']) },
    };
  },
};
