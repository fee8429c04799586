import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

describe('Microsoft Graph activity', () => {
  const graph = (properties: JsonObject, members: JsonObject = {}): ReturnType<typeof eventDataOf> =>
    eventDataOf({ time: TIME, category: 'MicrosoftGraphActivityLogs', ...members, properties });

  it.each([
    [{ C_Idtyp: 'user', userId: 'u', appId: 'a' }, 'User', 'u'],
    [{ C_Idtyp: 'app', servicePrincipalId: 's', appId: 'a' }, 'Application', 's'],
    [{ C_Idtyp: 'app', UserPrincipalObjectID: 'o' }, 'Application', 'o'],
    [{ userId: 'u' }, 'User', 'u'],
    [{ appId: 'a' }, 'Application', 'a'],
    [{}, 'Unknown', 'unknown (record names no principal)'],
  ])('of %p is of type %s', (properties, type, principalId) => {
    expect(graph(properties).userIdentity).toMatchObject({ type, principalId });
  });

  it('fails by its HTTP status and shows method and address', () => {
    const eventData = graph(
      { responseStatusCode: 403, requestMethod: 'GET', requestUri: 'https://graph.microsoft.com/v1.0/users' },
      { resultSignature: '403' },
    );

    expect(eventData).toMatchObject({
      errorCode: '403',
      requestParameters: { method: 'GET', resource: 'https://graph.microsoft.com/v1.0/users' },
      responseElements: { outcome: 'Failure', httpStatus: '403' },
    });
  });
});
