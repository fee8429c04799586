import type { ProxiedAnswer, ProxiedRequest, ProxyFault } from '#local/fault-proxy.ts';
import { processRange } from '#processor/process-range.ts';
import { FaultStage, TRANSPORT_FAULTS, TRY_TIMEOUT_MS } from './stage.ts';

let stage: FaultStage;
beforeAll(async () => {
  stage = await FaultStage.start();
});
afterAll(async () => stage.close());
beforeEach(async () => stage.reset());

const isRead = ({ method, url }: ProxiedRequest): boolean => method === 'GET' && !url.includes('comp=list');

/** An answer as Azure gives it: the code in a header and in XML. */
function azureAnswer(status: number, code = '', headers: Record<string, string> = {}): ProxyFault {
  return {
    kind: 'answer',
    status,
    headers: {
      ...(code === '' ? {} : { 'x-ms-error-code': code }),
      'content-type': 'application/xml',
      ...headers,
    },
    body: Buffer.from(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>of Azure</Message></Error>`),
  };
}

function altered(change: (answer: ProxiedAnswer) => Partial<ProxiedAnswer>): ProxyFault {
  return { kind: 'alter', change: (answer) => ({ ...answer, ...change(answer) }) };
}

function withRange(answer: ProxiedAnswer, range: string): ProxiedAnswer['headers'] {
  return { ...answer.headers, 'content-range': range };
}

const PASSING: readonly (readonly [what: string, fault: ProxyFault, code: string])[] = [
  ...TRANSPORT_FAULTS.map(
    ([what, fault]) => [what, fault, /body/.test(what) ? 'READ_INCOMPLETE' : 'AZURE_UNREACHABLE'] as const,
  ),
  ['408', azureAnswer(408), 'AZURE_REQUEST_FAILED'],
  ['429', azureAnswer(429), 'AZURE_REQUEST_FAILED'],
  ['500 InternalError', azureAnswer(500, 'InternalError'), 'AZURE_REQUEST_FAILED'],
  ['500 OperationTimedOut', azureAnswer(500, 'OperationTimedOut'), 'AZURE_REQUEST_FAILED'],
  ['502 of a proxy', azureAnswer(502), 'AZURE_REQUEST_FAILED'],
  ['503 ServerBusy', azureAnswer(503, 'ServerBusy'), 'AZURE_REQUEST_FAILED'],
  ['504', azureAnswer(504), 'AZURE_REQUEST_FAILED'],
  [
    'a range that begins elsewhere',
    altered((answer) => ({
      headers: withRange(answer, String(answer.headers['content-range']).replace(/ \d+/, ' 7')),
    })),
    'READ_INCOMPLETE',
  ],
  [
    'the whole instead of the range',
    altered(({ headers: { 'content-range': _none, ...headers } }) => ({ status: 200, headers })),
    'READ_INCOMPLETE',
  ],
  ['fewer bytes than the range says', altered(({ body }) => ({ body: body.subarray(1) })), 'READ_INCOMPLETE'],
  [
    'more bytes than the range says',
    altered(({ body }) => ({ body: Buffer.concat([body, body]) })),
    'READ_INCOMPLETE',
  ],
  ['no bytes', altered(() => ({ body: Buffer.alloc(0) })), 'READ_INCOMPLETE'],
  ['other bytes', altered(({ body }) => ({ body: Buffer.from(body).fill('x', 5, 6) })), 'READ_INCOMPLETE'],
];

describe('a read that meets what passes', () => {
  it.each(PASSING)('%s, is repeated, and the range is settled at once', async (_what, fault) => {
    const lines = [stage.line('a'), stage.line('b'), stage.line('c')];
    const message = await stage.append(lines.join(''));
    stage.fail(stage.azure, isRead, fault, 1);

    const failed = await stage.pipeline.process([message]);

    expect(failed).toEqual([]);
    expect(stage.seen(stage.azure, isRead)).toBe(2);
    expect(await stage.copies(lines)).toEqual([1, 1, 1]);
    expect(await stage.checkpoint()).toMatchObject({ committed: message.range.end, deliveredRecords: 3 });
  });

  it.each(PASSING)(
    '%s, for ever, is given up after four tries, and comes again',
    async (_what, fault, code) => {
      const lines = [stage.line('a'), stage.line('b')];
      const message = await stage.append(lines.join(''));
      stage.fail(stage.azure, isRead, fault);

      const failed = await stage.pipeline.process([message]);

      expect(failed).toEqual([message.messageId]);
      expect(stage.seen(stage.azure, isRead)).toBe(4);
      expect(stage.pauses).toEqual([1_000, 2_000, 4_000]);
      expect(stage.errors()).toEqual([`range.unfinished ${code}`]);
      expect(stage.message()).toContain(stage.name);
      expect(await stage.checkpoint()).toBeUndefined();

      stage.mend();
      expect(await stage.pipeline.process([message])).toEqual([]);
      expect(await stage.copies(lines)).toEqual([1, 1]);
    },
  );
});

const LASTING: readonly (readonly [what: string, fault: ProxyFault, error: string])[] = [
  ['403 of the signature', azureAnswer(403, 'AuthenticationFailed'), 'range.failed AZURE_ACCESS_DENIED'],
  ['403 of the firewall', azureAnswer(403, 'AuthorizationFailure'), 'range.failed AZURE_ACCESS_DENIED'],
  ['401', azureAnswer(401), 'range.failed AZURE_ACCESS_DENIED'],
  ['404 of the log object', azureAnswer(404, 'BlobNotFound'), 'range.failed LOG_OBJECT_NOT_FOUND'],
  ['404 of the container', azureAnswer(404, 'ContainerNotFound'), 'range.failed CONTAINER_NOT_FOUND'],
  ['404 without a code', azureAnswer(404), 'range.failed LOG_OBJECT_NOT_FOUND'],
  ['409 of the archive tier', azureAnswer(409, 'BlobArchived'), 'range.failed LOG_OBJECT_ARCHIVED'],
  [
    '409 of a container that goes',
    azureAnswer(409, 'ContainerBeingDeleted'),
    'range.failed CONTAINER_NOT_FOUND',
  ],
  ['412', azureAnswer(412, 'ConditionNotMet'), 'range.unfinished AZURE_REQUEST_FAILED'],
  [
    '416, where Azurite sends an empty 206',
    azureAnswer(416, 'InvalidRange', { 'content-range': 'bytes */10' }),
    'range.failed LOG_OBJECT_SHRUNK',
  ],
  [
    'a length that is less than was listed',
    altered((answer) => ({ headers: withRange(answer, 'bytes 0-9/10'), body: answer.body.subarray(0, 10) })),
    'range.failed LOG_OBJECT_SHRUNK',
  ],
  [
    'another creation time',
    altered(({ headers }) => ({
      headers: { ...headers, 'x-ms-creation-time': 'Fri, 20 Nov 2020 10:00:12 GMT' },
    })),
    'range.failed LOG_OBJECT_RECREATED',
  ],
];

describe('a read that meets what does not pass', () => {
  it.each(LASTING)('%s, is not repeated, and told apart', async (_what, fault, error) => {
    const lines = [stage.line('a')];
    const message = await stage.append(lines.join(''));
    stage.fail(stage.azure, isRead, fault);

    const failed = await stage.pipeline.process([message]);

    expect(failed).toEqual([message.messageId]);
    expect(stage.seen(stage.azure, isRead)).toBe(1);
    expect(stage.errors()).toEqual([error]);
    expect(stage.message()).toContain(stage.name);
    expect((await stage.checkpoint())?.committed ?? 0).toBe(0);

    stage.mend();
    expect(await stage.pipeline.process([message])).toEqual([]);
    expect(await stage.copies(lines)).toEqual([1]);
  });
});

describe('Retry-After', () => {
  it.each([
    ['3', 3_000],
    ['2.25', 2_250],
    ['0.5', 1_000],
  ])('of %s seconds is a pause of %d ms', async (header, pause) => {
    const message = await stage.append(stage.line('a'));
    stage.fail(stage.azure, isRead, azureAnswer(503, 'ServerBusy', { 'retry-after': header }), 1);

    expect(await stage.pipeline.process([message])).toEqual([]);

    expect(stage.pauses).toEqual([pause]);
  });

  it('of two minutes is not waited for: the range comes again later', async () => {
    const message = await stage.append(stage.line('a'));
    stage.fail(stage.azure, isRead, azureAnswer(503, 'ServerBusy', { 'retry-after': '120' }));

    expect(await stage.pipeline.process([message])).toEqual([message.messageId]);

    expect(stage.seen(stage.azure, isRead)).toBe(1);
    expect(stage.pauses).toEqual([]);
    expect(stage.errors()).toEqual(['range.unfinished AZURE_REQUEST_FAILED']);
  });
});

describe('in the middle of a range', () => {
  it('what was read before is committed, and only the rest comes again', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => stage.line(String(index)));
    const message = await stage.append(lines.join(''));
    const windowBytes = (lines[0]?.length ?? 0) * 4;
    let reads = 0;
    stage.azure.rule = (request) =>
      isRead(request) && (reads += 1) > 2 ? { kind: 'stall', afterBytes: 30 } : undefined;

    const failed = await stage.pipeline.process([message], { windowBytes });
    const half = await stage.checkpoint();
    stage.mend();
    const again = await stage.pipeline.process([message], { windowBytes });

    expect(failed).toEqual([message.messageId]);
    expect(half?.committed).toBe(2 * windowBytes);
    expect(again).toEqual([]);
    expect(await stage.copies(lines)).toEqual(lines.map(() => 1));
  });
});

describe('the time of an invocation', () => {
  it.each([
    ['an answer that never begins', { kind: 'stall' }],
    ['a body that never ends', { kind: 'stall', afterBytes: 20 }],
  ] as const)('is kept before %s: the range ends with its deadline, out of time', async (_what, fault) => {
    const { range } = await stage.append(stage.line('a'));
    stage.fail(stage.azure, isRead, fault);
    const started = performance.now();

    const { error } = await processRange(
      range,
      { ...stage.pipeline.batch, onReject: () => undefined, onDrift: () => undefined },
      AbortSignal.timeout(TRY_TIMEOUT_MS / 2),
    );

    expect(error).toMatchObject({ code: 'OUT_OF_TIME', passing: true });
    expect(performance.now() - started).toBeLessThan(2 * TRY_TIMEOUT_MS);
    expect(stage.seen(stage.azure, isRead)).toBe(1);
  });
});
