import { textOf } from '../json-value.ts';
import { routesOf, type Family } from './family.ts';

/** Flow logs of Network Watcher: many flows in one record, with addresses but without anybody. */
export const flowLog: Family = {
  name: 'flow-log',
  eventSource: 'MICROSOFT.NETWORK',
  uidWithoutId: 'place',
  members: routesOf({
    requestParameters: ['flowRecords', 'flowLogResourceID', 'targetResourceID', 'macAddress'],
  }),
  body: routesOf({ requestParameters: ['flows'] }),
  embedded: [],
  categories: ['NetworkSecurityGroupFlowEvent', 'FlowLogFlowEvent'],
  read(envelope) {
    const { record } = envelope;
    return {
      times: [envelope.time],
      // Addresses and ports talk to each other; the record names nobody.
      principal: { type: 'Unknown', id: undefined, details: {} },
      addresses: [],
      userAgent: undefined,
      outcome: {},
      uid: undefined,
      request: { resource: textOf(record['targetResourceID']) ?? envelope.resourceId },
    };
  },
};
