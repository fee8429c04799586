import {
  ChangeMessageVisibilityBatchCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import type { LakeFaults, LakeRequest } from '#local/lake/lake-faults.ts';
import { LOCAL_REGION } from '#local/local-cloud.ts';
import { FAILURE_QUEUE, RANGE_DEAD_LETTER_QUEUE, RANGE_QUEUE } from '#local/sqs.ts';
import { CloudTrailDataClient } from '#shared/aws/cloudtrail-data/index.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { QueueTaker } from '#shared/aws/queue-taker.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import { mapAgain } from '#replayer/map-again.ts';
import type { RangesReport, RejectsReport } from '#replayer/replay-report.ts';
import { readReplayRequest } from '#replayer/replay-request.ts';
import { replay, type ReplayPorts } from '#replayer/replay.ts';
import { CONTAINER, Pipeline, type PipelineOptions } from '../pipeline/pipeline.ts';

/** Sees each request before and after it is sent, and may let it fail. */
export type Gate = <Answer>(send: () => Promise<Answer>) => Promise<Answer>;

const open: Gate = (send) => send();

/** A client whose requests go through a gate; `onAnswer` sees what came. */
function gated<Client extends SQSClient | CloudTrailDataClient>(
  client: Client,
  gate: Gate,
  onAnswer: (command: unknown, answer: unknown) => void = () => undefined,
): Client {
  const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
  return new Proxy(client, {
    get: (target, property) =>
      property === 'send'
        ? (command: unknown) =>
            gate(async () => {
              const answer = await send(command);
              onAnswer(command, answer);
              return answer;
            })
        : (Reflect.get(target, property) as unknown),
  });
}

/** The Replayer's use-case on the real local components, with the Aggregator and the Processor beside it. */
export class Stage {
  readonly pipeline: Pipeline;
  /** What goes wrong in the Lake from now on. */
  faults: LakeFaults = () => undefined;
  /** Ids of each request that the Lake saw. */
  readonly sent: (readonly string[])[] = [];
  remainingMs = 900_000;
  readonly #sqs: SQSClient;
  readonly #taken: { readonly QueueUrl: string; readonly ReceiptHandle: string | undefined }[] = [];

  private constructor(pipeline: Pipeline) {
    this.pipeline = pipeline;
    const { endpoint } = pipeline.cloud.sqs;
    this.#sqs = new SQSClient({ endpoint, region: LOCAL_REGION, credentials: DUMMY_CREDENTIALS });
  }

  static async start(destination: PipelineOptions['destination'] = 'CloudTrailLake'): Promise<Stage> {
    let onRequest: LakeFaults = () => undefined;
    const lakeFaults: LakeFaults = (request) => onRequest(request);
    const stage = new Stage(await Pipeline.start({ destination, lakeFaults }));
    onRequest = (request: LakeRequest) => {
      stage.sent.push(request.ids);
      return stage.faults(request);
    };
    return stage;
  }

  async close(): Promise<void> {
    this.#sqs.destroy();
    await this.pipeline.close();
  }

  /** Ports as the Lambda has them, but without pauses; every request goes through the gate. */
  ports(gate: Gate = open): ReplayPorts {
    const { cloud, telemetry, batch } = this.pipeline;
    const sqs = gated(this.#sqs, gate, (command, answer) => {
      if (!(command instanceof ReceiveMessageCommand)) return;
      const { Messages = [] } = answer as { Messages?: Message[] };
      const { QueueUrl = '' } = command.input;
      this.#taken.push(...Messages.map(({ ReceiptHandle }) => ({ QueueUrl, ReceiptHandle })));
    });
    const lake = new CloudTrailDataClient({
      endpoint: cloud.lake.endpoint,
      region: LOCAL_REGION,
      credentials: DUMMY_CREDENTIALS,
      maxAttempts: 1,
    });
    const sleep = async (): Promise<void> => undefined;
    const times = { hiddenSeconds: 600, waitSeconds: 0 };
    const failureQueue = cloud.sqs.queueUrl(FAILURE_QUEUE);
    return {
      telemetry,
      failures: new QueueTaker(sqs, failureQueue, times),
      failureSender: new QueueSender(sqs, failureQueue),
      deadRanges: new QueueTaker(sqs, cloud.sqs.queueUrl(RANGE_DEAD_LETTER_QUEUE), times),
      rangeSender: new QueueSender(sqs, cloud.sqs.queueUrl(RANGE_QUEUE)),
      reader: {
        knows: (account) => batch.reader.knows(account),
        read: (...place) => gate(() => batch.reader.read(...place)),
      },
      containers: [{ container: CONTAINER }],
      destination: new CloudTrailLake({
        client: gated(lake, gate),
        channelArn: cloud.lake.channelArn,
        pace: new RequestPace(100, Date.now, sleep),
        telemetry,
        sleep,
        random: () => 0,
      }),
      rows: batch.rows && {
        write: (objects) => gate(async () => (await batch.rows?.write(objects)) ?? []),
      },
      mapAgain,
      recipientAccountId: batch.recipientAccountId,
      remainingMs: () => this.remainingMs,
    };
  }

  /** Runs a replay of the failure queue; afterwards every message that it left is visible. */
  async replay(event: object = {}, change: Partial<ReplayPorts> = {}): Promise<RejectsReport> {
    const { report } = await replay(readReplayRequest(event), { ...this.ports(), ...change });
    await this.letTimePass();
    return report as RejectsReport;
  }

  /** Runs a replay of the dead ranges. */
  async replayRanges(event: object = {}, change: Partial<ReplayPorts> = {}): Promise<RangesReport> {
    const request = readReplayRequest({ ...event, ranges: true });
    const { report } = await replay(request, { ...this.ports(), ...change });
    await this.letTimePass();
    return report as RangesReport;
  }

  /** What was taken and not removed comes again: here at once, not after sixteen minutes. */
  async letTimePass(): Promise<void> {
    for (const { QueueUrl, ReceiptHandle } of this.#taken.splice(0))
      await this.#show(QueueUrl, ReceiptHandle);
  }

  /** Makes a message visible; one that was removed or is visible already is left alone. */
  async #show(QueueUrl: string, ReceiptHandle: string | undefined): Promise<void> {
    const Entries = [{ Id: '0', ReceiptHandle, VisibilityTimeout: 0 }];
    await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }

  async put(body: string, queue = FAILURE_QUEUE, fifo: object = {}): Promise<void> {
    const QueueUrl = this.pipeline.cloud.sqs.queueUrl(queue);
    await this.#sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...fifo }));
  }

  /** The messages of a queue that are visible now; they stay there. */
  async visible(queue = FAILURE_QUEUE): Promise<Message[]> {
    const QueueUrl = this.pipeline.cloud.sqs.queueUrl(queue);
    const seen: Message[] = [];
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 60,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) break;
      seen.push(...Messages);
    }
    for (const { ReceiptHandle } of seen) await this.#show(QueueUrl, ReceiptHandle);
    return seen;
  }

  /** The rejects of the failure queue, by offset. */
  async rejects(): Promise<RejectMessage[]> {
    const bodies = (await this.visible()).map(({ Body = '' }) => JSON.parse(Body) as RejectMessage);
    return bodies.sort((left, right) => left.offset - right.offset);
  }

  /** Empties the failure queue. */
  async clear(): Promise<void> {
    const QueueUrl = this.pipeline.cloud.sqs.queueUrl(FAILURE_QUEUE);
    await this.#sqs.send(new PurgeQueueCommand({ QueueUrl }));
  }
}
