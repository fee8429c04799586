import type { ProxiedRequest, ProxyFault } from '#local/fault-proxy.ts';
import { FaultStage, TRANSPORT_FAULTS } from './stage.ts';

let stage: FaultStage;
beforeAll(async () => {
  stage = await FaultStage.start('Both');
});
afterAll(async () => stage.close());
beforeEach(async () => stage.reset());

const isPut = ({ method }: ProxiedRequest): boolean => method === 'PUT';
const isDelivery = ({ url }: ProxiedRequest): boolean => url.startsWith('/PutAuditEvents');

/** An error as S3 gives it. */
function s3Answer(status: number, code: string, headers: Record<string, string> = {}): ProxyFault {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/xml', ...headers },
    body: Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>of S3</Message></Error>`,
    ),
  };
}

/** S3 answers a put without a body, so that no fault can fall into one. */
const TRANSPORT = TRANSPORT_FAULTS.filter(
  ([, fault]) => fault.kind === 'reset' || (fault.kind === 'stall' && fault.afterBytes === undefined),
);

const PASSING: readonly (readonly [what: string, fault: ProxyFault, says: RegExp, throttled: number])[] = [
  ...TRANSPORT.map(([what, fault]) => [what, fault, /\(no answer\)/, 0] as const),
  ['503 SlowDown', s3Answer(503, 'SlowDown'), /SlowDown \(503\)/, 1],
  ['503 SlowDown with Retry-After', s3Answer(503, 'SlowDown', { 'retry-after': '1' }), /SlowDown/, 1],
  ['500 InternalError', s3Answer(500, 'InternalError'), /InternalError \(500\)/, 0],
  ['400 RequestTimeout', s3Answer(400, 'RequestTimeout'), /RequestTimeout \(400\)/, 0],
  ['400 BadDigest', s3Answer(400, 'BadDigest'), /BadDigest \(400\)/, 0],
  ['409 OperationAborted', s3Answer(409, 'OperationAborted'), /OperationAborted \(409\)/, 0],
  ['503 of a proxy', { kind: 'answer', status: 503, body: Buffer.from('<html>') }, /\(503\)/, 0],
];

describe('rows that meet what passes', () => {
  it.each(PASSING)(
    '%s, are written again, and each record has one row',
    async (_what, fault, _says, throttled) => {
      const message = await stage.append(stage.line('a') + stage.line('b'));
      stage.fail(stage.s3, isPut, fault, 1);

      const failed = await stage.pipeline.process([message]);

      expect(failed).toEqual([]);
      expect(stage.seen(stage.s3, isPut)).toBe(2);
      const [first, second] = stage.s3.requests.slice(-2);
      expect(second?.url).toBe(first?.url);
      expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
      expect(await stage.rows()).toHaveLength(2);
      expect(stage.seen(stage.lake, isDelivery)).toBe(1);
      expect(await stage.checkpoint()).toMatchObject({ deliveredRecords: 2, openWindow: undefined });
      expect(stage.pipeline.emitted).toContainEqual({
        name: 'rows.retried',
        fields: { retried: 1, throttled },
      });
    },
  );

  it.each(PASSING)(
    '%s, for ever, are given up after four tries, which says so',
    async (_what, fault, says) => {
      const lines = [stage.line('a'), stage.line('b')];
      const message = await stage.append(lines.join(''));
      stage.fail(stage.s3, isPut, fault);

      const failed = await stage.pipeline.process([message]);

      expect(failed).toEqual([message.messageId]);
      expect(stage.seen(stage.s3, isPut)).toBe(4);
      expect(stage.errors()).toEqual(['range.unfinished EVENT_BUCKET_UNAVAILABLE']);
      expect(stage.message()).toMatch(says);
      expect(await stage.checkpoint()).toMatchObject({ committed: 0 });

      stage.mend();
      expect(await stage.pipeline.process([message])).toEqual([]);
      expect(await stage.rows()).toHaveLength(2);
      // The events went to Lake before their rows: with the window again, under the same UIDs.
      expect(await stage.copies(lines)).toEqual([2, 2]);
      expect(await stage.checkpoint()).toMatchObject({ deliveredRecords: 2, openWindow: undefined });
    },
  );
});

describe('rows that meet what does not pass', () => {
  it.each([
    [403, 'AccessDenied'],
    [404, 'NoSuchBucket'],
    [301, 'PermanentRedirect'],
    [400, 'AuthorizationHeaderMalformed'],
    [400, 'KMS.DisabledException'],
    [400, 'KMS.NotFoundException'],
    [400, 'ExpiredToken'],
  ])('%d %s, are not tried twice, and their window waits for a person', async (status, code) => {
    const message = await stage.append(stage.line('a'));
    stage.fail(stage.s3, isPut, s3Answer(status, code));

    const failed = await stage.pipeline.process([message]);

    expect(failed).toEqual([message.messageId]);
    expect(stage.seen(stage.s3, isPut)).toBe(1);
    expect(stage.errors()).toEqual(['range.failed EVENT_BUCKET_REFUSED']);
    expect(stage.message()).toContain(`${code} (${status})`);
    expect(await stage.checkpoint()).toMatchObject({ committed: 0, rejectedRecords: 0 });

    stage.mend();
    expect(await stage.pipeline.process([message])).toEqual([]);
    expect(await stage.rows()).toHaveLength(1);
  });
});

describe('Retry-After of S3', () => {
  it('that asks for more than five seconds is not waited for: the range comes again later', async () => {
    const message = await stage.append(stage.line('a'));
    stage.fail(stage.s3, isPut, s3Answer(503, 'SlowDown', { 'retry-after': '6' }));

    expect(await stage.pipeline.process([message])).toEqual([message.messageId]);

    expect(stage.seen(stage.s3, isPut)).toBe(1);
    expect(stage.errors()).toEqual(['range.unfinished EVENT_BUCKET_UNAVAILABLE']);
    expect(stage.message()).toContain('6000 ms');
  });
});
