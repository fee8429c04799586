import {
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  type StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { gunzipSync } from 'node:zlib';
import type { SQSEvent } from 'aws-lambda';
import {
  startFaultProxy,
  type FaultProxy,
  type ProxiedAnswer,
  type ProxiedRequest,
} from '#local/fault-proxy.ts';
import { toSqsEvent } from '#local/lambda/sqs-event.ts';
import { CONNECTION_STRING_SECRET } from '#local/local-cloud.ts';
import { EVENT_BUCKET } from '#local/s3.ts';
import { RANGE_QUEUE } from '#local/sqs.ts';
import { BuiltFunctions, type EnvironmentChange } from '../pipeline/built-functions.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

/** What stands in records and messages: content, which belongs in the event data store and the failure queue only. */
export const CONTENT = {
  body: 'canary-body-5f2a',
  claim: 'canary.claim@contoso.example',
  address: '203.0.113.77',
  invalid: 'canary-invalid-9c41',
} as const;

const BROKEN_SECRET = 'canary-broken-secret';

const TO_BOTH = { DESTINATION: 'Both', EVENT_BUCKET_NAME: EVENT_BUCKET };

/** The built functions, run through all that may go wrong, with marked secrets and marked content. */
export class Canary {
  readonly pipeline: Pipeline;
  /** What must not be found, by name. */
  readonly markers = new Map<string, string>(Object.entries(CONTENT));
  /** Everything that the functions let out: log lines, metrics, results, errors, messages of the range queue. */
  readonly letOut: string[] = [];
  readonly #functions: BuiltFunctions;
  readonly #lake: FaultProxy;
  readonly #s3: FaultProxy;

  private constructor(pipeline: Pipeline, functions: BuiltFunctions, lake: FaultProxy, s3: FaultProxy) {
    this.pipeline = pipeline;
    this.#functions = functions;
    this.#lake = lake;
    this.#s3 = s3;
  }

  static async start(): Promise<Canary> {
    const pipeline = await Pipeline.start();
    return new Canary(
      pipeline,
      await BuiltFunctions.build('aggregator', 'processor', 'auditor', 'replayer'),
      await startFaultProxy(pipeline.cloud.lake.endpoint),
      await startFaultProxy(pipeline.cloud.s3.endpoint),
    );
  }

  async close(): Promise<void> {
    await this.#functions.close();
    await this.#lake.close();
    await this.#s3.close();
    await this.pipeline.close();
  }

  get #connectionString(): string {
    return this.pipeline.cloud.azureBlob.connectionString;
  }

  /** A connection string by SAS with these permissions; its signature becomes a marker. */
  #sasConnectionString(permissions: string): string {
    const service = BlobServiceClient.fromConnectionString(this.#connectionString);
    const sas = generateBlobSASQueryParameters(
      {
        containerName: CONTAINER,
        permissions: ContainerSASPermissions.parse(permissions),
        expiresOn: new Date(Date.now() + 3_600_000),
        protocol: SASProtocol.HttpsAndHttp,
      },
      service.credential as StorageSharedKeyCredential,
    ).toString();
    const signature = /sig=([^&]+)/.exec(sas)?.[1] ?? '';
    this.markers.set(`signature of the SAS with ${permissions}`, decodeURIComponent(signature));
    return `BlobEndpoint=${this.pipeline.cloud.azureBlob.endpoint};SharedAccessSignature=${sas}`;
  }

  #setSecret(value: string): void {
    this.pipeline.cloud.secretsManager.put(CONNECTION_STRING_SECRET, value);
  }

  async #run(name: string, event: unknown, change: EnvironmentChange = {}): Promise<void> {
    const environment = {
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
      AWS_ENDPOINT_URL_CLOUDTRAIL_DATA: this.#lake.endpoint,
      AWS_ENDPOINT_URL_S3: this.#s3.endpoint,
      ...change,
    };
    const result = await this.#functions.create(name, this.pipeline.cloud, environment).invoke(event);
    this.letOut.push(JSON.stringify(result), ...result.logLines.map(({ text }) => text));
  }

  /** Records with markers in body, claims, category and caller address; two that are rejects, and one that is torn. */
  async fill(): Promise<void> {
    const { body, claim, address, invalid } = CONTENT;
    const rich = `{"time":"2026-11-20T10:00:00.5Z","resourceId":"/SUBSCRIPTIONS/A","operationName":"MICROSOFT.KEYVAULT/VAULTS/WRITE","category":"Administrative","resultType":"Failure","resultSignature":"${body}","callerIpAddress":"${address}","identity":{"authorization":{"scope":"${body}"},"claims":{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"${claim}","aud":"${body}"}},"properties":{"responseBody":"{\\"secret\\":\\"${body}\\"}","newShape":{"${body}":true}}}\r\n`;
    const rejects = `{ "time": '${invalid}' }\r\n{"operationName":"${invalid}"}\n`;
    const drifting = `{"time":"2026-11-20T10:00:00Z","operationName":"A/B/ACTION","category":"${body}","newMember":"${body}"}\n`;
    await this.pipeline.append(nameAt('2026-11-20T10'), rich + rejects + drifting + line(body));
    await this.pipeline.append(nameAt('2026-11-20T11'), rich + rich.slice(0, 200));
  }

  /** A batch of all log objects that there are, as the Aggregator would enqueue them. */
  async #batch(): Promise<SQSEvent> {
    await this.pipeline.aggregate();
    const messages = await this.pipeline.takeRanges();
    this.letOut.push(...messages.map(({ Body = '' }) => Body));
    return toSqsEvent(messages, this.pipeline.cloud.sqs.queueArn(RANGE_QUEUE));
  }

  /** Success, and every kind of failure that is made of secrets or content. */
  async runEverything(): Promise<void> {
    const batch = await this.#batch();
    await this.#runWithBrokenSecrets(batch);
    await this.#runWithForeignMessages(batch);
    await this.#runWithQuotingS3(batch);
    await this.#runWithQuotingLake(batch);

    this.#lake.rule = () => undefined;
    this.#s3.rule = () => undefined;
    this.#setSecret(this.#sasConnectionString('rl'));
    await this.#run('processor', batch, TO_BOTH);
    await this.#run('replayer', {});
    await Promise.all([
      this.#run('aggregator', {}),
      this.#run('auditor', {}),
      this.#run('replayer', { reason: BROKEN_SECRET }),
    ]);
    const enqueued = await this.pipeline.takeRanges();
    this.letOut.push(...enqueued.map(({ Body = '' }) => Body));
  }

  async #runWithBrokenSecrets(batch: SQSEvent): Promise<void> {
    const key = /AccountKey=([^;]+)/.exec(this.#connectionString)?.[1] ?? '';
    const refusedKey = Buffer.from('canary-refused-key').toString('base64');
    this.markers.set('account key', key);
    this.markers.set('refused key', refusedKey);
    this.markers.set('broken secret', BROKEN_SECRET);
    const unreachable = this.#sasConnectionString('rwl').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9');
    for (const secret of [
      BROKEN_SECRET,
      `{"a":"${BROKEN_SECRET}","b":"${BROKEN_SECRET}"}`,
      `AccountKey=${key};x=${BROKEN_SECRET}`,
      this.#connectionString.replace(key, refusedKey),
      this.#sasConnectionString('w'),
      unreachable,
    ]) {
      this.#setSecret(secret);
      await Promise.all([
        this.#run('aggregator', {}),
        this.#run('processor', batch),
        this.#run('auditor', {}),
      ]);
    }
    this.#setSecret(this.#connectionString);
    // The connection string itself where its secret's name belongs.
    await this.#run('processor', batch, { AZURE_STORAGE_CONNECTION_STRING_SECRET: this.#connectionString });
  }

  async #runWithForeignMessages({ Records: [record] }: SQSEvent): Promise<void> {
    const withBody = (body: string): unknown => ({ Records: [{ ...record, body }] });
    await Promise.all([
      this.#run('processor', withBody(`${CONTENT.invalid} ${this.#connectionString}`)),
      this.#run('processor', withBody(JSON.stringify({ version: 1, [CONTENT.invalid]: CONTENT.body }))),
    ]);
  }

  /** An S3 that quotes what it refuses, in the message and in the code. */
  async #runWithQuotingS3(batch: SQSEvent): Promise<void> {
    for (const status of [403, 500]) {
      this.#s3.rule = (request) => ({ kind: 'answer', ...quotingError(request, status) });
      await this.#run('processor', batch, { ...TO_BOTH, DESTINATION: 'S3' });
    }
  }

  /** A Lake that quotes what it refuses: whole requests, then single entries. */
  async #runWithQuotingLake(batch: SQSEvent): Promise<void> {
    for (const status of [403, 500]) {
      this.#lake.rule = (request) => ({ kind: 'answer', ...quotingAnswer(request, status) });
      await this.#run('processor', batch);
    }
    this.#lake.rule = (request) => ({ kind: 'alter', change: (answer) => quotingEntries(request, answer) });
    await this.#run('processor', { Records: batch.Records.slice(0, 1) });
  }
}

function quotingAnswer({ body }: ProxiedRequest, status: number): ProxiedAnswer {
  const message = `cannot take ${body.toString()}`;
  const type = 'AccessDeniedException';
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
    body: Buffer.from(JSON.stringify({ __type: type, message, Message: message })),
  };
}

function quotingError({ body }: ProxiedRequest, status: number): ProxiedAnswer {
  const rows = gunzipSync(body).toString('utf8').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const xml = `<Error><Code>${rows}</Code><Message>cannot take ${rows}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(xml) };
}

function quotingEntries({ body }: ProxiedRequest, answer: ProxiedAnswer): ProxiedAnswer {
  const { successful } = JSON.parse(answer.body.toString()) as { successful: { id: string }[] };
  const errorMessage = `cannot take ${body.toString().slice(0, 2_000)}`;
  const failed = successful.map(({ id }) => ({ id, errorCode: 'InvalidData', errorMessage }));
  return { ...answer, body: Buffer.from(JSON.stringify({ successful: [], failed })) };
}
