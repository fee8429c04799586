import { recordsOf } from '../corpus-records.ts';
import { eventDataOf } from '../map-one.ts';

describe('flow logs', () => {
  it('name nobody, because addresses talk to each other', () => {
    const [record] = recordsOf('resource/sumo_blob_fixtures_vnetflowlogs.json');

    const eventData = eventDataOf(record!.bytes);

    expect(eventData).toMatchObject({
      eventSource: 'MICROSOFT.NETWORK',
      userIdentity: { type: 'Unknown', principalId: 'unknown (record names no principal)' },
      additionalEventData: { subscriptionId: 'c088dc46-d692-42ad-a4b6-9a542d28ad2a' },
    });
    expect(eventData).not.toHaveProperty('sourceIPAddress');
    expect(eventData.requestParameters).toHaveProperty('flowRecords');
  });
});
