import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

describe('storage', () => {
  const request = (members: JsonObject, properties: JsonObject = {}): ReturnType<typeof eventDataOf> =>
    eventDataOf({ time: TIME, category: 'StorageRead', operationName: 'GetBlob', ...members, properties });

  it.each([
    ['AccountKey', 'SharedKey'],
    ['SAS', 'SharedKey'],
    ['DelegationSAS', 'SharedKey'],
    ['Anonymous', 'Anonymous'],
    ['OAuth', 'Unknown'],
  ])('with %s is of type %s', (type, expected) => {
    expect(request({ identity: { type } }).userIdentity.type).toBe(expected);
  });

  it('names an OAuth caller, whose kind only its own role assignment tells', () => {
    const identity = (id: string, type: string): JsonObject => ({
      type: 'OAuth',
      requester: { objectId: 'o-1', tenantId: 't' },
      authorization: [{ principals: [{ id, type }] }],
    });

    expect(request({ identity: identity('o-1', 'ServicePrincipal') }).userIdentity).toMatchObject({
      type: 'Application',
      principalId: 'o-1',
    });
    expect(request({ identity: identity('o-1', 'User') }).userIdentity.type).toBe('User');
    expect(request({ identity: identity('g-1', 'Group') }).userIdentity.type).toBe('Unknown');
  });

  it.each([
    [
      'the status text',
      { statusCode: 403, statusText: 'AuthorizationPermissionMismatch' },
      {},
      'AuthorizationPermissionMismatch',
    ],
    ['the status', { statusCode: 404 }, {}, '404'],
    ['the class of the response', {}, { metricResponseType: 'AuthorizationFailure' }, 'AuthorizationFailure'],
    [
      'nothing on success',
      { statusCode: 201, statusText: 'Success' },
      { metricResponseType: 'Success' },
      undefined,
    ],
    ['nothing on success without status', {}, { metricResponseType: 'SASSuccess' }, undefined],
  ])('has as error code %s', (_case, members, properties, errorCode) => {
    const eventData = request(members, properties);

    expect(eventData.errorCode).toBe(errorCode);
    expect(eventData.responseElements).toMatchObject({
      outcome: errorCode === undefined ? 'Success' : 'Failure',
    });
  });
});
