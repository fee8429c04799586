import type { ProxiedRequest, ProxyFault } from '#local/fault-proxy.ts';
import { CONTAINER } from '../../pipeline/pipeline.ts';
import { FaultStage, TRANSPORT_FAULTS } from './stage.ts';

let stage: FaultStage;
beforeAll(async () => {
  stage = await FaultStage.start();
});
afterAll(async () => stage.close());
beforeEach(async () => stage.reset());

function calls(operation: string): (request: ProxiedRequest) => boolean {
  return ({ headers }) => headers['x-amz-target'] === `DynamoDB_20120810.${operation}`;
}
const isCommit = calls('PutItem');
const isRead = calls('GetItem');

function tableAnswer(status: number, type = '', headers: Record<string, string> = {}): ProxyFault {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
    body: Buffer.from(
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'of DynamoDB' }),
    ),
  };
}

const PASSING: readonly (readonly [what: string, fault: ProxyFault])[] = [
  // The answer to a write is `{}`: a cut or a stall in it is one before its first byte.
  ...TRANSPORT_FAULTS.map(
    ([what, fault]) => [what, 'afterBytes' in fault ? { ...fault, afterBytes: 1 } : fault] as const,
  ),
  ['500 InternalServerError', tableAnswer(500, 'InternalServerError')],
  ['503', tableAnswer(503)],
  ['503 with Retry-After', tableAnswer(503, 'ServiceUnavailable', { 'retry-after': '0.2' })],
  ['429', tableAnswer(429)],
  ['400 ThrottlingException', tableAnswer(400, 'ThrottlingException')],
  ['400 ProvisionedThroughputExceeded', tableAnswer(400, 'ProvisionedThroughputExceededException')],
];

/** Another Processor's checkpoint, but for its progress. */
const OTHER = {
  tail: 'open',
  torn: false,
  framing: 'lines',
  knownEnd: 0,
  deliveredRecords: 0,
  deliveredBytes: 0,
  rejectedRecords: 0,
  rejectedBytes: 0,
  excludedRecords: 0,
  excludedBytes: 0,
  framingBytes: 0,
  openWindow: undefined,
} as const;

describe('a commit that meets', () => {
  it.each(PASSING)(
    '%s once counts its records once, and is no conflict with itself',
    async (_what, fault) => {
      const lines = [stage.line('a'), stage.line('b')];
      const message = await stage.append(lines.join(''));
      stage.fail(stage.table, isCommit, fault, 1);

      const failed = await stage.pipeline.process([message]);

      expect(failed).toEqual([]);
      expect(stage.seen(stage.table, isCommit)).toBe(2);
      expect(await stage.copies(lines)).toEqual([1, 1]);
      expect(await stage.checkpoint()).toMatchObject({ committed: message.range.end, deliveredRecords: 2 });
      expect(stage.pipeline.emitted).toContainEqual({
        name: 'range.settled',
        fields: expect.objectContaining({ delivered: 2 }),
      });
    },
  );

  it.each(PASSING)(
    '%s for ever is given up after three tries; the window comes again',
    async (_what, fault) => {
      const lines = [stage.line('a'), stage.line('b')];
      const message = await stage.append(lines.join(''));
      stage.fail(stage.table, isCommit, fault);

      const failed = await stage.pipeline.process([message]);

      expect(failed).toEqual([message.messageId]);
      expect(stage.seen(stage.table, isCommit)).toBe(3);
      expect(stage.errors()).toHaveLength(1);
      expect(stage.errors()[0]).toMatch(/^range\.unfinished (STATE_TABLE_FAILED|CHECKPOINT_CONFLICT)$/);

      stage.mend();
      expect(await stage.pipeline.process([message])).toEqual([]);
      for (const copies of await stage.copies(lines)) expect([1, 2]).toContain(copies);
      expect(await stage.checkpoint()).toMatchObject({ committed: message.range.end, deliveredRecords: 2 });
    },
  );

  it('a real conflict leaves the other’s checkpoint, and is looked at again', async () => {
    const lines = [stage.line('a'), stage.line('b')];
    const message = await stage.append(lines.join(''));
    const first = lines[0]?.length ?? 0;
    let conflicting: Promise<unknown> | undefined;
    stage.table.rule = async (request) => {
      if (!isCommit(request) || conflicting !== undefined) return undefined;
      // Another Processor settles the first line before this commit is tried once more.
      conflicting = stage.pipeline.batch.checkpoints.commit(undefined, {
        ...OTHER,
        logObject: message.range.logObject,
        committed: first,
        examined: first,
        deliveredRecords: 1,
        deliveredBytes: first,
      });
      await conflicting;
      return { kind: 'answer', status: 500 };
    };

    const failed = await stage.pipeline.process([message]);

    expect(failed).toEqual([message.messageId]);
    expect(stage.errors()).toEqual(['range.unfinished CHECKPOINT_CONFLICT']);
    expect(await stage.checkpoint()).toMatchObject({ committed: first, deliveredRecords: 1 });
    stage.mend();
    expect(await stage.pipeline.process([message])).toEqual([]);
    expect(await stage.checkpoint()).toMatchObject({ committed: message.range.end, deliveredRecords: 2 });
  });
});

describe('reading a checkpoint that meets', () => {
  it.each(PASSING)('%s once settles the range', async (_what, fault) => {
    const lines = [stage.line('a')];
    const message = await stage.append(lines.join(''));
    stage.fail(stage.table, isRead, fault, 1);

    expect(await stage.pipeline.process([message])).toEqual([]);

    expect(stage.seen(stage.table, isRead)).toBe(2);
    expect(await stage.copies(lines)).toEqual([1]);
  });

  it.each([
    ...PASSING.map(([what, fault]) => [what, fault, 3] as const),
    ['400 AccessDeniedException', tableAnswer(400, 'AccessDeniedException'), 1],
    ['400 ResourceNotFoundException', tableAnswer(400, 'ResourceNotFoundException'), 1],
    ['403', tableAnswer(403), 1],
    ['404', tableAnswer(404), 1],
    ['409', tableAnswer(409), 1],
    ['412', tableAnswer(412), 1],
    ['416', tableAnswer(416), 1],
  ] as const)('%s for ever delivers nothing, and comes again', async (_what, fault, tries) => {
    const lines = [stage.line('a')];
    const message = await stage.append(lines.join(''));
    stage.fail(stage.table, isRead, fault);

    expect(await stage.pipeline.process([message])).toEqual([message.messageId]);

    expect(stage.seen(stage.table, isRead)).toBe(tries);
    expect(stage.errors()).toEqual(['range.unfinished STATE_TABLE_FAILED']);
    expect(stage.message()).toContain('crosstrail-checkpoints');
    expect(await stage.copies(lines)).toEqual([0]);
  });
});

describe('the watermark that meets', () => {
  it.each(PASSING)('%s once moves, and the run is not overtaken by itself', async (_what, fault) => {
    const { watermarks } = stage.pipeline.aggregation;
    const account = stage.pipeline.cloud.azureBlob.accountName;
    await stage.append(stage.line('a'));
    stage.fail(stage.table, isCommit, fault, 1);

    const { outcome } = await stage.pipeline.aggregate();

    expect(outcome).toBe('finished');
    expect((await watermarks.read(account, CONTAINER)).watermark).toBe(stage.pipeline.now);
  });
});
