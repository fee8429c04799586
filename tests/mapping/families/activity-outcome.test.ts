import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

function activity(members: JsonObject): ReturnType<typeof eventDataOf> {
  return eventDataOf({
    time: TIME,
    category: 'Administrative',
    operationName: 'MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE',
    ...members,
  });
}

describe('Activity: how it ended', () => {
  it.each(['Start', 'Accept', 'Active', 'Updated', 'Resolved', 'Activated', 'In Progress'])(
    '%s is neither success nor failure',
    (resultType) => {
      const eventData = activity({ resultType, resultSignature: 'Started.' });

      expect(eventData).not.toHaveProperty('errorCode');
      expect(eventData.responseElements).not.toHaveProperty('outcome');
    },
  );

  it.each([
    ['Success', 'Succeeded.OK'],
    ['Succeeded', undefined],
    ['Success', '200'],
    ['Success', 'Succeeded.'],
  ])('%s with %s has no error', (resultType, resultSignature) => {
    const eventData = activity({ resultType, ...(resultSignature === undefined ? {} : { resultSignature }) });

    expect(eventData).not.toHaveProperty('errorCode');
    expect(eventData).not.toHaveProperty('errorMessage');
    expect(eventData.responseElements).toMatchObject({ outcome: 'Success' });
  });

  const body = { error: { code: 'AuthorizationFailed', message: 'The client has no authorization.' } };
  it.each([
    [
      'the code of the body',
      { statusMessage: JSON.stringify(body) },
      'Failed.Forbidden',
      'AuthorizationFailed',
    ],
    [
      'the code of a body that is an object',
      { statusMessage: body.error as JsonObject },
      '',
      'AuthorizationFailed',
    ],
    ['the end of the signature', {}, 'Failed.Conflict', 'Conflict'],
    ['the HTTP status', { statusCode: 'Conflict' }, 'Failed.', '409'],
    ['the HTTP status as signature', {}, '403', '403'],
    ['the result itself', {}, '', 'Failure'],
  ])('a failure has as its code %s', (_case, properties, resultSignature, errorCode) => {
    const eventData = activity({ resultType: 'Failure', resultSignature, properties });

    expect(eventData.errorCode).toBe(errorCode);
    expect(eventData.responseElements).toMatchObject({ outcome: 'Failure' });
  });

  it('a failure has text for a person as its message, and none when there is none', () => {
    const withMessage = (properties: JsonObject, resultDescription?: string): string | undefined =>
      activity({
        resultType: 'Failed',
        properties,
        ...(resultDescription === undefined ? {} : { resultDescription }),
      }).errorMessage;

    expect(withMessage({ statusMessage: JSON.stringify(body) })).toBe('The client has no authorization.');
    expect(withMessage({ statusMessage: 'Quota is used up.' })).toBe('Quota is used up.');
    expect(withMessage({}, 'It did not work.')).toBe('It did not work.');
    expect(withMessage({})).toBeUndefined();
  });

  it.each([403, '409', 'Forbidden'])('an HTTP status of %p beats Success', (statusCode) => {
    const eventData = activity({ resultType: 'Success', properties: { statusCode } });

    expect(eventData.errorCode).toMatch(/^40[39]$/);
  });
});
