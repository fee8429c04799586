import type { ProxiedAnswer, ProxiedRequest, ProxyFault } from '#local/fault-proxy.ts';
import { CONTAINER } from '../../pipeline/pipeline.ts';
import { FaultStage, TRANSPORT_FAULTS } from './stage.ts';

let stage: FaultStage;
beforeAll(async () => {
  stage = await FaultStage.start();
});
afterAll(async () => stage.close());
beforeEach(async () => stage.reset());

const isSend = ({ headers }: ProxiedRequest): boolean =>
  headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch';

function sqsAnswer(status: number, type = '', headers: Record<string, string> = {}): ProxyFault {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
    body: Buffer.from(JSON.stringify({ __type: type, message: 'of SQS' })),
  };
}

interface BatchAnswer {
  Successful: { Id: string }[];
  Failed: { Id: string; Code: string; SenderFault: boolean }[];
}

/** The queue takes all, and the answer says otherwise. */
function altered(change: (answer: BatchAnswer) => Partial<BatchAnswer>): ProxyFault {
  return {
    kind: 'alter',
    change: (answer): ProxiedAnswer => ({
      ...answer,
      body: Buffer.from(JSON.stringify(change(JSON.parse(answer.body.toString()) as BatchAnswer))),
    }),
  };
}

/** The first entry failed with this code. */
function failedFirst(Code: string, SenderFault: boolean): ProxyFault {
  return altered(({ Successful: [first, ...others] }) => ({
    Successful: others,
    Failed: [{ Id: first?.Id ?? '', Code, SenderFault }],
  }));
}

const PASSING: readonly (readonly [what: string, fault: ProxyFault, taken: boolean])[] = [
  ...TRANSPORT_FAULTS,
  ['500 InternalError', sqsAnswer(500, 'InternalError'), false],
  ['503', sqsAnswer(503), false],
  ['503 with Retry-After', sqsAnswer(503, 'ServiceUnavailable', { 'retry-after': '0.3' }), false],
  ['429', sqsAnswer(429), false],
  ['400 RequestThrottled', sqsAnswer(400, 'RequestThrottled'), false],
  ['400 ThrottlingException', sqsAnswer(400, 'ThrottlingException'), false],
  ['an entry that failed inside SQS', failedFirst('InternalError', false), true],
  [
    'an entry that the answer does not name',
    altered(({ Successful }) => ({ Successful: Successful.slice(1) })),
    true,
  ],
];

async function rejectIds(): Promise<string[]> {
  return (await stage.pipeline.rejects()).filter(({ name }) => name === stage.name).map(({ id }) => id);
}

describe('rejects on their way to the failure queue that meet', () => {
  it.each(PASSING)(
    '%s once are all there, repeated at most with the same id',
    async (_what, fault, taken) => {
      const message = await stage.append(`no json 1\nno json 2\n${stage.line('a')}`);
      stage.fail(stage.sqs, isSend, fault, 1);

      const failed = await stage.pipeline.process([message]);

      expect(failed).toEqual([]);
      expect(stage.seen(stage.sqs, isSend)).toBe(2);
      const ids = await rejectIds();
      expect(new Set(ids).size).toBe(2);
      expect(ids.length).toBeLessThanOrEqual(taken ? 4 : 2);
      expect(await stage.checkpoint()).toMatchObject({ committed: message.range.end, rejectedRecords: 2 });
    },
  );

  it.each(PASSING)('%s for ever hold the checkpoint before them, and come again', async (_what, fault) => {
    const message = await stage.append(`${stage.line('a')}no json 1\nno json 2\n`);
    stage.fail(stage.sqs, isSend, fault);

    const failed = await stage.pipeline.process([message]);

    expect(failed).toEqual([message.messageId]);
    expect(stage.seen(stage.sqs, isSend)).toBe(3);
    expect(stage.errors()).toEqual(['range.unfinished QUEUE_REFUSED']);
    expect(await stage.checkpoint()).toBeUndefined();

    stage.mend();
    expect(await stage.pipeline.process([message])).toEqual([]);
    expect(new Set(await rejectIds()).size).toBe(2);
    expect(await stage.checkpoint()).toMatchObject({ deliveredRecords: 1, rejectedRecords: 2 });
  });

  it.each([
    ['403 AccessDenied', sqsAnswer(403, 'AccessDeniedException')],
    ['404 of the queue', sqsAnswer(404, 'QueueDoesNotExist')],
    ['409', sqsAnswer(409)],
    ['412', sqsAnswer(412)],
    ['416', sqsAnswer(416)],
    ['an entry that SQS calls the sender’s fault', failedFirst('InvalidMessageContents', true)],
  ])('%s are asked once only, and the error names the queue', async (_what, fault) => {
    const message = await stage.append('no json\n');
    stage.fail(stage.sqs, isSend, fault);

    const failed = await stage.pipeline.process([message]);

    expect(failed).toEqual([message.messageId]);
    expect(stage.seen(stage.sqs, isSend)).toBe(1);
    expect(stage.errors()).toEqual(['range.unfinished QUEUE_REFUSED']);
    expect(JSON.stringify(stage.pipeline.emitted)).toContain('crosstrail-failures');
    expect(await stage.checkpoint()).toBeUndefined();
  });
});

describe('ranges on their way to the range queue that meet', () => {
  it.each(PASSING)('%s once are enqueued once', async (_what, fault) => {
    const { body } = await stage.append(stage.line('a'));
    stage.fail(stage.sqs, isSend, fault, 1);

    const result = await stage.pipeline.aggregate();

    expect(result.outcome).toBe('finished');
    const messages = await stage.pipeline.takeRanges();
    expect(messages.filter(({ Body }) => Body === body)).toHaveLength(1);
  });

  it.each(PASSING)('%s for ever fail the run, and the next one enqueues them', async (_what, fault) => {
    const { watermarks } = stage.pipeline.aggregation;
    const account = stage.pipeline.cloud.azureBlob.accountName;
    const { body } = await stage.append(stage.line('a'));
    const before = await watermarks.read(account, CONTAINER);
    stage.fail(stage.sqs, isSend, fault);

    await expect(stage.pipeline.aggregate()).rejects.toMatchObject({
      code: 'QUEUE_REFUSED',
      fields: { queueUrl: expect.stringContaining('crosstrail-ranges.fifo') },
    });

    expect(await watermarks.read(account, CONTAINER)).toEqual(before);
    stage.mend();
    await stage.pipeline.aggregate();
    const messages = await stage.pipeline.takeRanges();
    expect(messages.filter(({ Body }) => Body === body)).toHaveLength(1);
  });
});
