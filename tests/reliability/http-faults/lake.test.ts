import type { ProxiedAnswer, ProxiedRequest, ProxyFault } from '#local/fault-proxy.ts';
import { processRange } from '#processor/process-range.ts';
import { FaultStage, TRANSPORT_FAULTS, TRY_TIMEOUT_MS } from './stage.ts';

let stage: FaultStage;
beforeAll(async () => {
  stage = await FaultStage.start();
});
afterAll(async () => stage.close());
beforeEach(async () => stage.reset());

const isPut = ({ url }: ProxiedRequest): boolean => url.startsWith('/PutAuditEvents');

/** An error as CloudTrail Data gives it. */
function lakeAnswer(status: number, type = '', headers: Record<string, string> = {}): ProxyFault {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': type, ...headers },
    body: Buffer.from(JSON.stringify({ __type: type, message: 'of CloudTrail' })),
  };
}

interface LakeAnswer {
  successful: { id: string; eventID: string }[];
  failed: { id: string; errorCode: string; errorMessage: string }[];
}

function altered(change: (answer: LakeAnswer) => unknown): ProxyFault {
  return {
    kind: 'alter',
    change: (answer): ProxiedAnswer => {
      const changed = change(JSON.parse(answer.body.toString()) as LakeAnswer);
      return {
        ...answer,
        body: Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed)),
      };
    },
  };
}

/** True where the service took the events before the fault: then a repeat adds rows with the same UIDs. */
const PASSING: readonly (readonly [what: string, fault: ProxyFault, taken: boolean, says: RegExp])[] = [
  ...TRANSPORT_FAULTS.map(([what, fault, taken]) => [what, fault, taken, /no answer|\(200\)/] as const),
  ['400 ThrottlingException', lakeAnswer(400, 'ThrottlingException'), false, /ThrottlingException \(400\)/],
  ['429', lakeAnswer(429), false, /\(429\)/],
  ['500 InternalServerError', lakeAnswer(500, 'InternalServerError'), false, /InternalServerError \(500\)/],
  ['503 ServiceUnavailable', lakeAnswer(503, 'ServiceUnavailable'), false, /ServiceUnavailable \(503\)/],
  ['503 of a proxy', { kind: 'answer', status: 503, body: Buffer.from('<html>') }, false, /\(503\)/],
  ['an answer that is no JSON', altered(() => '{"successful":['), true, /\(200\)/],
  ['an answer that names nobody', altered(() => ({})), true, /nothing|took/],
];

describe('a delivery that meets what passes', () => {
  it.each(PASSING)(
    '%s, is repeated with the same ids, and the range is settled',
    async (_what, fault, taken) => {
      const lines = [stage.line('a'), stage.line('b')];
      const message = await stage.append(lines.join(''));
      stage.fail(stage.lake, isPut, fault, 1);

      const failed = await stage.pipeline.process([message]);

      expect(failed).toEqual([]);
      expect(stage.seen(stage.lake, isPut)).toBe(2);
      const [first, second] = stage.lake.requests.slice(-2);
      expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
      expect(await stage.copies(lines)).toEqual(taken ? [2, 2] : [1, 1]);
      expect(await stage.checkpoint()).toMatchObject({ committed: message.range.end, deliveredRecords: 2 });
    },
  );

  it.each(PASSING)(
    '%s, for ever, is given up after six tries and says so',
    async (_what, fault, _taken, says) => {
      const lines = [stage.line('a')];
      const message = await stage.append(lines.join(''));
      stage.fail(stage.lake, isPut, fault);

      const failed = await stage.pipeline.process([message]);

      expect(failed).toEqual([message.messageId]);
      expect(stage.seen(stage.lake, isPut)).toBe(6);
      expect(stage.errors()).toEqual(['range.unfinished DELIVERY_INCOMPLETE']);
      expect(stage.message()).toMatch(says);
      expect(await stage.checkpoint()).toBeUndefined();

      stage.mend();
      expect(await stage.pipeline.process([message])).toEqual([]);
      expect((await stage.copies(lines))[0]).toBeGreaterThanOrEqual(1);
      expect(await stage.checkpoint()).toMatchObject({ deliveredRecords: 1 });
    },
  );
});

describe('a delivery that meets what does not pass', () => {
  it.each([
    [403, 'AccessDeniedException'],
    [404, 'ChannelNotFound'],
    [409, 'ConflictException'],
    [412, 'PreconditionFailed'],
    [416, 'RangeNotSatisfiable'],
    [400, 'InvalidChannelARN'],
  ])('%d %s, is not repeated and waits for a person', async (status, type) => {
    const lines = [stage.line('a')];
    const message = await stage.append(lines.join(''));
    stage.fail(stage.lake, isPut, lakeAnswer(status, type));

    const failed = await stage.pipeline.process([message]);

    expect(failed).toEqual([message.messageId]);
    expect(stage.seen(stage.lake, isPut)).toBe(1);
    expect(stage.errors()).toEqual(['range.failed CHANNEL_REFUSED']);
    expect(stage.message()).toContain(type);

    stage.mend();
    expect(await stage.pipeline.process([message])).toEqual([]);
    expect(await stage.copies(lines)).toEqual([1]);
  });
});

describe('entries of failed[]', () => {
  it('that may pass are sent again alone, those that cannot are rejects, and neighbours are delivered once', async () => {
    const lines = ['kept', 'throttled', 'internal', 'invalid', 'unknown', 'unnamed'].map((each) =>
      stage.line(each),
    );
    const message = await stage.append(lines.join(''));
    const CODES = ['', 'Throttling', 'InternalFailure', 'InvalidData', 'SomethingNew', 'unnamed'];
    stage.fail(
      stage.lake,
      isPut,
      altered(({ successful }) => ({
        successful: successful.slice(0, 1),
        failed: successful.flatMap(({ id }, index) =>
          index === 0 || index === 5 ? [] : [{ id, errorCode: CODES[index], errorMessage: 'for a test' }],
        ),
      })),
      1,
    );

    const failed = await stage.pipeline.process([message]);

    expect(failed).toEqual([]);
    const idsOf = ({ body }: ProxiedRequest): number =>
      (JSON.parse(body.toString()) as { auditEvents: unknown[] }).auditEvents.length;
    expect(stage.lake.requests.slice(-2).map(idsOf)).toEqual([6, 3]);
    const rejects = (await stage.pipeline.rejects()).filter(({ name }) => name === stage.name);
    expect(rejects.map(({ reason }) => reason).sort()).toEqual(['INVALID_DATA', 'UNKNOWN_ERROR_CODE']);
    expect(await stage.checkpoint()).toMatchObject({ deliveredRecords: 4, rejectedRecords: 2 });
    expect(await stage.copies(lines)).toEqual([1, 2, 2, 1, 1, 2]);
  });

  it('about the set-up stop the range before them, and what was taken is committed', async () => {
    const lines = ['a', 'b', 'c'].map((each) => stage.line(each));
    const message = await stage.append(lines.join(''));
    stage.fail(
      stage.lake,
      isPut,
      altered(({ successful: [first, ...others] }) => ({
        successful: [first],
        failed: others.map(({ id }) => ({
          id,
          errorCode: 'AccountNotSubscribed',
          errorMessage: 'for a test',
        })),
      })),
    );

    const failed = await stage.pipeline.process([message]);

    expect(failed).toEqual([message.messageId]);
    expect(stage.seen(stage.lake, isPut)).toBe(1);
    expect(stage.errors()).toEqual(['range.failed CHANNEL_REFUSED']);
    expect(await stage.checkpoint()).toMatchObject({ committed: lines[0]?.length, deliveredRecords: 1 });
  });
});

describe('Retry-After', () => {
  it('that asks for more than ten seconds is not waited for: the range comes again later', async () => {
    const message = await stage.append(stage.line('a'));
    stage.fail(stage.lake, isPut, lakeAnswer(503, 'ServiceUnavailable', { 'retry-after': '10.5' }));

    expect(await stage.pipeline.process([message])).toEqual([message.messageId]);

    expect(stage.seen(stage.lake, isPut)).toBe(1);
    expect(stage.errors()).toEqual(['range.unfinished DELIVERY_INCOMPLETE']);
    expect(stage.message()).toContain('10500 ms');
  });
});

describe('the time of an invocation', () => {
  it.each([
    ['an answer that never begins', { kind: 'stall' }],
    ['a body that never ends', { kind: 'stall', afterBytes: 20 }],
  ] as const)('is kept before %s: nothing is sent after the deadline', async (_what, fault) => {
    const { range } = await stage.append(stage.line('a'));
    stage.fail(stage.lake, isPut, fault);
    const started = performance.now();

    const { error } = await processRange(
      range,
      { ...stage.pipeline.batch, onReject: () => undefined, onDrift: () => undefined },
      AbortSignal.timeout(TRY_TIMEOUT_MS / 2),
    );

    expect(error).toMatchObject({ code: 'OUT_OF_TIME', passing: true });
    // The request in flight has its own time limit.
    expect(performance.now() - started).toBeLessThan(3 * TRY_TIMEOUT_MS);
    expect(stage.seen(stage.lake, isPut)).toBe(1);
  });
});
