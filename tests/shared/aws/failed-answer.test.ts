import { failedAnswer } from '#shared/aws/failed-answer.ts';

describe('what an AWS SDK threw', () => {
  it('is told by name and status', () => {
    const error = Object.assign(new Error('content'), {
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 400 },
      $response: { headers: { 'retry-after': '2' } },
    });

    expect(failedAnswer(error)).toEqual({
      name: 'ThrottlingException',
      status: 400,
      retryAfterMs: 2_000,
      said: 'ThrottlingException (400)',
    });
  });

  it('without an answer is told as that', () => {
    expect(failedAnswer(new TypeError('content'))).toEqual({
      name: 'TypeError',
      status: undefined,
      retryAfterMs: undefined,
      said: 'TypeError (no answer)',
    });
  });

  it('with an answer that never became one asks for no wait', () => {
    expect(failedAnswer({ name: 'Error', $response: {} })).toMatchObject({ retryAfterMs: undefined });
  });

  it.each([
    ['said: content', 'an error'],
    ['content said', 'an error'],
    ['', 'an error'],
    ['x'.repeat(81), 'an error'],
    ['x'.repeat(80), 'x'.repeat(80)],
    ['com.amazonaws.Error_2', 'com.amazonaws.Error_2'],
  ])('by the name %j is said to be %j: what is no name of a service may be content', (name, said) => {
    expect(failedAnswer({ name })).toMatchObject({ name, said: `${said} (no answer)` });
  });
});
