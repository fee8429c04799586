import { inspect } from 'node:util';
import { CrosstrailError, ERRORS } from '#shared/errors/crosstrail-error.ts';
import { describeError, toInvocationError } from '#shared/errors/describe-error.ts';

const SECRET = 'AccountKey=c2VjcmV0LW1hcmtlcg==';

/** Errors as libraries throw them, each with a secret where libraries put what they were given. */
function foreignErrors(): unknown[] {
  const parse = (() => {
    try {
      return JSON.parse(`{${SECRET}`) as unknown;
    } catch (error) {
      return error;
    }
  })();
  const azure = Object.assign(new Error(`MAC signature found: ${SECRET}`), {
    name: 'RestError',
    code: 'AuthenticationFailed',
    statusCode: 403,
    request: { url: `https://x?sig=${SECRET}` },
  });
  const aws = Object.assign(new Error(`Value '${SECRET}' failed to satisfy constraint`), {
    name: 'ValidationException',
    $metadata: { httpStatusCode: 400, requestId: '0b8e2a3c-1d2e' },
  });
  const odd = Object.assign(new Error(SECRET), { name: SECRET, code: `${SECRET} ${SECRET}` });
  return [parse, azure, aws, odd, SECRET, null, { message: SECRET }];
}

describe('what of an error reaches a log', () => {
  it('is never the message of a foreign error, nor anything of its content', () => {
    for (const foreign of foreignErrors()) {
      const wrapped = new CrosstrailError(
        'AZURE_ACCESS_DENIED',
        'listing failed',
        { container: 'c' },
        foreign,
      );
      for (const error of [foreign, wrapped]) {
        const written =
          JSON.stringify(describeError(error)) + inspect(toInvocationError(error), { depth: 9 });
        expect(written).not.toContain('c2VjcmV0LW1hcmtlcg');
      }
    }
  });

  it('is what one needs to act: code, place, status, request id and what to do', () => {
    const cause = foreignErrors()[2];
    const error = new CrosstrailError(
      'CHANNEL_REFUSED',
      'PutAuditEvents answered ValidationException',
      { channelArn: 'arn:x' },
      cause,
    );

    expect(describeError(error)).toMatchObject({
      code: 'CHANNEL_REFUSED',
      fields: { channelArn: 'arn:x' },
      fix: ERRORS.CHANNEL_REFUSED.fix,
      cause: { name: 'ValidationException', httpStatusCode: 400, requestId: '0b8e2a3c-1d2e' },
    });
    expect(toInvocationError(error)).toMatchObject({
      name: 'CHANNEL_REFUSED',
      message: expect.stringContaining('What to do'),
    });
  });
});
