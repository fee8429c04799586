import { recordsOf } from '../corpus-records.ts';
import { eventDataOf } from '../map-one.ts';

describe('PIM', () => {
  const [expired, requested] = recordsOf('activity/otel_activity_all_categories.jsonl')
    .filter(({ bytes }) => Buffer.from(bytes).includes('CallerInfo'))
    .map(({ bytes }) => eventDataOf(bytes));

  it('names the caller of CallerInfo, the role and whom it is for', () => {
    expect(requested).toMatchObject({
      UID: '00000000-0000-0000-0000-000000000011',
      eventName: 'ADD MEMBER TO ROLE REQUESTED (PIM ACTIVATION)',
      eventSource: 'MICROSOFT.AUTHORIZATION',
      userIdentity: {
        type: 'User',
        principalId: '00000000-0000-0000-0000-000000000008',
        details: { upn: 'user@example.com', role: 'Storage Blob Data Contributor' },
      },
      requestParameters: { target: 'User LastName', action: 'CreateRequestRoleActivation' },
    });
  });

  it('is the platform where PIM acts itself, though it calls itself a user', () => {
    expect(expired?.userIdentity).toMatchObject({ type: 'Platform', details: { name: 'AzureADPIM' } });
  });
});
