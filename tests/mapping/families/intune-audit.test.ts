import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

describe('Intune audits', () => {
  const intune = (properties: JsonObject, members: JsonObject = {}): ReturnType<typeof eventDataOf> =>
    eventDataOf({
      time: TIME,
      category: 'AuditLogs',
      operationName: 'Patch DeviceConfiguration',
      ...members,
      properties: { AuditEventId: 'i-1', ...properties },
    });

  it('name the user and the target, whose missing name Intune writes as <null>', () => {
    const eventData = intune({
      Actor: { ObjectId: 'o', UPN: 'a@b.example', Application: 'app', ApplicationName: 'Portal' },
      TargetDisplayNames: ['<null>'],
      TargetObjectIds: ['t-1'],
    });

    expect(eventData).toMatchObject({
      eventSource: 'MICROSOFT.INTUNE',
      userIdentity: { type: 'User', principalId: 'o', details: { appName: 'Portal' } },
      requestParameters: { target: 't-1' },
    });
  });

  it('name the application when no user is there', () => {
    expect(intune({ Actor: { Application: 'app' } }).userIdentity).toMatchObject({
      type: 'Application',
      principalId: 'app',
    });
    expect(intune({ Actor: {} }).userIdentity.type).toBe('Unknown');
  });

  it('fail by their result', () => {
    expect(intune({}, { resultType: 'Failure' }).errorCode).toBe('Failure');
    expect(intune({}, { resultType: 'Success' })).not.toHaveProperty('errorCode');
  });
});
