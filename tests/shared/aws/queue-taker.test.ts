import type { SQSClient } from '@aws-sdk/client-sqs';
import { DeleteMessageBatchCommand } from '@aws-sdk/client-sqs';
import { QueueTaker } from '#shared/aws/queue-taker.ts';

const URL = 'https://sqs.us-east-1.amazonaws.com/111122223333/queue';

interface Answer {
  readonly Successful?: readonly { readonly Id: string }[];
  readonly Failed?: readonly { readonly Id: string; readonly Code?: string }[];
}

/** A client that answers each request in turn, and notes the receipt handles of what was to be deleted. */
function clientOf(...answers: readonly (Answer | Error)[]) {
  const deleted: (string | undefined)[][] = [];
  const left = [...answers];
  const client = {
    send: async (command: unknown) => {
      if (command instanceof DeleteMessageBatchCommand)
        deleted.push((command.input.Entries ?? []).map(({ ReceiptHandle }) => ReceiptHandle));
      const answer = left.shift() ?? done(10);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const times = { hiddenSeconds: 30, waitSeconds: 0 };
  return { deleted, taker: new QueueTaker(client as unknown as SQSClient, URL, times) };
}

function done(entries: number): Answer {
  return { Successful: Array.from({ length: entries }, (_, index) => ({ Id: String(index) })) };
}

function taken(...numbers: number[]) {
  return numbers.map((number) => ({ messageId: `m${number}`, receiptHandle: `r${number}` }));
}

describe('removing messages', () => {
  it('asks again only for those that SQS did not delete, or did not name', async () => {
    const { deleted, taker } = clientOf({ Successful: [{ Id: '0' }], Failed: [{ Id: '1' }] });

    await taker.remove(taken(1, 2, 3));

    expect(deleted).toEqual([
      ['r1', 'r2', 'r3'],
      ['r2', 'r3'],
    ]);
  });

  it('gives up after three rounds, and says so', async () => {
    const failed = { Failed: [{ Id: '0', Code: 'InternalError' }] };
    const { deleted, taker } = clientOf(failed, failed, failed);

    await expect(taker.remove(taken(1))).rejects.toMatchObject({
      code: 'QUEUE_NOT_READABLE',
      fields: { queueUrl: URL, sqsCode: 'InternalError' },
    });
    expect(deleted).toHaveLength(3);
  });

  it('sends ten at a time', async () => {
    const { deleted, taker } = clientOf();

    await taker.remove(taken(...Array.from({ length: 23 }, (_, index) => index)));

    expect(deleted.map((batch) => batch.length)).toEqual([10, 10, 3]);
  });
});

describe('releasing messages', () => {
  it('is no failure when SQS refuses some: their time ends by itself', async () => {
    const { taker } = clientOf({ Failed: [{ Id: '0', Code: 'MessageNotInflight' }] });

    await expect(taker.release(taken(1))).resolves.toBeUndefined();
  });
});

it.each(['take', 'waiting'] as const)('a queue that cannot be reached is named (%s)', async (method) => {
  const { taker } = clientOf(new Error('connect ECONNREFUSED'));

  await expect(taker[method]()).rejects.toMatchObject({
    code: 'QUEUE_NOT_READABLE',
    fields: { queueUrl: URL },
  });
});
