import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

describe('sign-ins', () => {
  const signIn = (members: JsonObject, properties: JsonObject = {}): ReturnType<typeof eventDataOf> =>
    eventDataOf({ time: TIME, category: 'SignInLogs', ...members, properties });

  it.each([
    ['"0"', { resultType: '0' }, {}],
    ['0', { resultType: 0 }, {}],
    ['a status of 0 and no result', {}, { status: { errorCode: 0 } }],
    ['the word Success', { resultType: 'Success' }, {}],
  ])('%s is a success', (_case, members, properties) => {
    const eventData = signIn(members, properties);

    expect(eventData).not.toHaveProperty('errorCode');
    expect(eventData.responseElements).toMatchObject({ outcome: 'Success' });
  });

  it.each([
    [
      'another number',
      { resultType: '50126', resultDescription: 'Bad password.' },
      {},
      '50126',
      'Bad password.',
    ],
    ['a number that is none', { resultType: 7000232 }, {}, '7000232', undefined],
    ['a status', {}, { status: { errorCode: 50053, failureReason: 'Locked.' } }, '50053', 'Locked.'],
    [
      'the word Failure with a status',
      { resultType: 'Failure' },
      { status: { errorCode: 50126 } },
      '50126',
      undefined,
    ],
    ['the word Failure', { resultType: 'Failure' }, {}, 'Failure', undefined],
  ])('%s is a failure', (_case, members, properties, errorCode, errorMessage) => {
    const eventData = signIn(members, properties);

    expect(eventData.errorCode).toBe(errorCode);
    expect(eventData.errorMessage).toBe(errorMessage);
  });

  it('without any result says nothing about the outcome', () => {
    expect(signIn({}).responseElements).toBeUndefined();
  });

  it.each([
    ['SignInLogs', { userId: 'u', userPrincipalName: 'a@b.example', appId: 'a' }, 'User', 'u'],
    ['NonInteractiveUserSignInLogs', { userPrincipalName: 'a@b.example' }, 'User', 'a@b.example'],
    ['ServicePrincipalSignInLogs', { userId: null, servicePrincipalId: 's', appId: 'a' }, 'Application', 's'],
    ['ServicePrincipalSignInLogs', { servicePrincipalId: '', appId: 'a' }, 'Application', 'a'],
    ['ManagedIdentitySignInLogs', { servicePrincipalId: 's' }, 'ManagedIdentity', 's'],
  ])('%s with %p is of type %s', (category, properties, type, principalId) => {
    expect(signIn({ category }, properties).userIdentity).toMatchObject({ type, principalId });
  });
});
