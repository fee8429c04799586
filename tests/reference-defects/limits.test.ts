import { readFile } from 'node:fs/promises';
import { findViolations } from '#mapping/target-schema.ts';
import { THROTTLE, type LakeFault, type LakeRequest } from '#local/lake/lake-faults.ts';
import { WINDOW_BYTES } from '#processor/process-range.ts';
import { MAX_MESSAGE_BYTES } from '#shared/aws/queue-sender.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';
import { writeRejectMessage, type RejectMessage } from '#shared/rejects/reject-message.ts';
import { ACCOUNT, administrative, eventDataOf, originOf } from '../mapping/map-one.ts';
import { line, nameAt, Pipeline } from '../pipeline/pipeline.ts';
import { environmentOf, idsOf, properties, template } from '../template/deployed-template.ts';
import { evaluate } from '../template/evaluate.ts';

const NAME = nameAt('2026-11-20T12');

let fault: (request: LakeRequest) => LakeFault | undefined;
let pipeline: Pipeline;

beforeEach(async () => {
  fault = () => undefined;
  pipeline = await Pipeline.start({ lakeFaults: (request) => fault(request) });
});
afterEach(async () => pipeline.close());

async function deliver(content: string): Promise<string[]> {
  await pipeline.append(NAME, content);
  await pipeline.aggregate();
  return pipeline.process();
}

it('LIMIT1: no request is larger than PutAuditEvents takes, however large its events are', async () => {
  const large = Array.from({ length: 30 }, (_, index) => line(String(index) + 'é'.repeat(45_000)));

  const failed = await deliver(large.join(''));

  expect(failed).toEqual([]);
  expect(await pipeline.uids()).toHaveLength(30);
  expect(pipeline.cloud.lake.counters()).toMatchObject({ refused: 0, failed: 0 });
  expect(pipeline.cloud.lake.counters().requests).toBeGreaterThan(2);
});

it('LIMIT2: no field is longer than the event schema allows, and what was cut is named', () => {
  const long = 'é'.repeat(150_000);
  const record = administrative({
    operationName: long,
    resultType: 'Failed',
    resultDescription: long,
    caller: long,
  });

  const eventData = eventDataOf(record);

  expect(findViolations(eventData, ACCOUNT)).toEqual([]);
  expect(eventData.additionalEventData?.['omitted']).toBeDefined();
});

it('LIMIT3: all Processors together keep below 100 requests a second', async () => {
  let now = 0;
  const sent: number[] = [];
  const pace = new RequestPace(
    18,
    () => now,
    async (ms) => {
      now += ms;
    },
  );

  for (let request = 0; request < 100; request += 1) {
    await pace.turn();
    sent.push(now);
  }

  for (const start of sent) {
    expect(sent.filter((at) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(19);
  }
  for (const concurrency of template.Parameters['ProcessorMaximumConcurrency']?.AllowedValues ?? []) {
    const parameters = { ProcessorMaximumConcurrency: String(concurrency) };
    const rate = Number(evaluate(environmentOf('ProcessorFunction')['PUT_AUDIT_EVENTS_RATE'], parameters));
    expect(rate * Number(concurrency)).toBeLessThan(100);
  }
});

it('LIMIT4: a throttled request is sent again after a pause, and nothing of it is lost', async () => {
  fault = ({ number }) => (number <= 3 ? THROTTLE : undefined);

  const failed = await deliver(line('a'));

  expect(failed).toEqual([]);
  expect(await pipeline.uids()).toHaveLength(1);
  expect(pipeline.emitted).toContainEqual({ name: 'delivery.throttled', fields: { throttled: 3 } });
});

it('LIMIT5: an entry that failed for a reason that passes is sent again, and is no reject', async () => {
  const codes = ['Throttling', 'InternalFailure'];
  fault = ({ ids, number }) => {
    const code = codes[number - 1];
    return code === undefined ? undefined : { kind: 'fail-entries', codes: new Map([[ids[0] ?? '', code]]) };
  };

  const failed = await deliver(line('a') + line('b'));

  expect(failed).toEqual([]);
  expect(await pipeline.uids()).toHaveLength(2);
  expect(await pipeline.rejects()).toEqual([]);
});

it('LIMIT6: a log object is read in windows, never as a whole', async () => {
  const lines = Array.from({ length: 4_000 }, (_, index) => line(`${index}-${'x'.repeat(1_250)}`)).join('');
  const reads: number[] = [];
  const { reader } = pipeline.batch;
  for (let at = 0; at < lines.length; at += 3_000_000) {
    await pipeline.append(NAME, lines.slice(at, at + 3_000_000));
  }
  await pipeline.aggregate();

  await pipeline.process(undefined, {
    reader: {
      knows: (account) => reader.knows(account),
      read: (logObject, offset, count, signal) => {
        reads.push(count);
        return reader.read(logObject, offset, count, signal);
      },
    },
  });

  expect(lines.length).toBeGreaterThan(WINDOW_BYTES);
  expect(Math.max(...reads)).toBeLessThanOrEqual(WINDOW_BYTES);
  expect(await pipeline.checkpoints()).toMatchObject([{ deliveredRecords: 4_000 }]);
  expect(properties('ProcessorFunction')['MemorySize']).toBeGreaterThan((40 * WINDOW_BYTES) / 1024 ** 2);
});

it('LIMIT7: the message of a reject fits SQS, whatever the size and the characters of its record', () => {
  for (const character of ['x', '\u0001', '\uFFFF', '"']) {
    const bytes = Buffer.from(character.repeat(900_000));
    const rejection = { reason: 'NOT_JSON', message: 'The record is not JSON.' } as const;

    const body = writeRejectMessage({ id: 'id', origin: originOf(), rejection, content: { bytes } });

    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    const { sha256, offset, record } = JSON.parse(body) as RejectMessage;
    expect(sha256).toHaveLength(64);
    expect(offset).toBe(0);
    // What does not fit is read again from the log object.
    if (record !== undefined) expect(Buffer.from(record.text, record.encoding)).toEqual(bytes);
  }
});

it('LIMIT8: a failed entry is found by its id, whatever its place in the answer', async () => {
  fault = ({ ids }) => ({
    kind: 'fail-entries',
    codes: new Map([
      [ids[3] ?? '', 'InvalidData'],
      [ids[1] ?? '', 'FieldTooLong'],
    ]),
  });

  await deliver(['a', 'b', 'c', 'd', 'e'].map((marker) => line(marker)).join(''));

  const { length } = line('a');
  const rejects = (await pipeline.rejects()).toSorted((left, right) => left.offset - right.offset);
  expect(rejects).toMatchObject([
    { reason: 'FIELD_TOO_LONG', offset: length },
    { reason: 'INVALID_DATA', offset: 3 * length },
  ]);
});

it('LIMIT9: log objects are processed side by side, and no concurrency is taken from the account', async () => {
  for (const hour of ['10', '11', '12']) await pipeline.append(nameAt(`2026-11-20T${hour}`), line(hour));
  await pipeline.aggregate();
  const { destination } = pipeline.batch;
  let inFlight = 0;
  let together = 0;

  await pipeline.process(undefined, {
    destination: {
      deliver: async (events) => {
        inFlight += 1;
        together = Math.max(together, inFlight);
        const outcomes = await destination.deliver(events);
        inFlight -= 1;
        return outcomes;
      },
    },
  });

  expect(together).toBeGreaterThan(1);
  for (const id of idsOf('AWS::Serverless::Function')) {
    expect(properties(id)).not.toHaveProperty('ReservedConcurrentExecutions');
  }
});

it('LIMIT10: code that nothing reaches fails the checks', async () => {
  const root = new URL('../../', import.meta.url);
  const lint = JSON.parse(await readFile(new URL('.oxlintrc.json', root), 'utf8')) as {
    categories: Record<string, string>;
  };
  const { compilerOptions } = JSON.parse(await readFile(new URL('tsconfig.json', root), 'utf8')) as {
    compilerOptions: Record<string, unknown>;
  };

  // no-unreachable is one of the rules for correctness.
  expect(lint.categories['correctness']).toBe('error');
  expect(compilerOptions).toMatchObject({ noUnusedLocals: true, noUnusedParameters: true });
});
