import { accountForRecords } from '#local/account-for-records.ts';
import type { SampleAppend } from '#local/sample-log-objects.ts';
import type { BatchPorts } from '#processor/process-batch.ts';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const NAME = nameAt('2026-11-20T12');
const LATER = nameAt('2026-11-20T13');
const CONTENT = `${line('a')}no json\n\r\n${line('b')}not json either\n`;
const BYTES = Buffer.byteLength(CONTENT);

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(async () => pipeline.close());

function append(name: string, content: string): SampleAppend {
  return { container: CONTAINER, name, bytes: Buffer.from(content) };
}

/** Runs the pipeline over the content with ports that fail unseen, and accounts for it and for `more`. */
async function account(ports: Partial<BatchPorts> = {}, more: readonly SampleAppend[] = []) {
  await pipeline.append(NAME, CONTENT);
  await pipeline.aggregate();
  await pipeline.process(undefined, ports);
  return accountForRecords(pipeline.cloud, [append(NAME, CONTENT), ...more]);
}

/** A destination that says that it took every event, whatever it does with them. */
function claiming(deliver: (events: readonly AuditEvent[]) => Promise<unknown>): BatchPorts['destination'] {
  return {
    deliver: async (events) => {
      await deliver(events);
      return events.map(() => ({ kind: 'delivered' }));
    },
  };
}

it('finds nothing to say when every record is delivered or rejected once', async () => {
  const { containers, rejects, discrepancies } = await account();

  expect(discrepancies).toEqual([]);
  expect(rejects).toEqual([{ reason: 'NOT_JSON', records: 2 }]);
  expect(containers).toEqual([
    { container: CONTAINER, logObjects: 1, bytes: BYTES, records: 4, delivered: 2, rejected: 2, excluded: 0 },
  ]);
});

it('counts the records of a log object that grew by its whole content, torn lines joined', async () => {
  const half = Math.floor(CONTENT.length / 2);
  await pipeline.append(NAME, CONTENT);
  await pipeline.aggregate();
  await pipeline.process();

  const { containers, discrepancies } = await accountForRecords(pipeline.cloud, [
    append(NAME, CONTENT.slice(0, half)),
    append(NAME, CONTENT.slice(half)),
  ]);

  expect(discrepancies).toEqual([]);
  expect(containers).toMatchObject([{ logObjects: 1, records: 4 }]);
});

describe('a silent loss of each kind is reported, and nothing else', () => {
  it('a log object that was never read', async () => {
    const { discrepancies } = await account({}, [append(LATER, line('c'))]);

    expect(discrepancies).toEqual([
      `${CONTAINER}: 5 records in, 2 delivered + 2 rejected + 0 excluded`,
      `${CONTAINER}: ${BYTES + line('c').length} bytes in, ${BYTES} committed`,
    ]);
  });

  it('bytes that were never committed, though they hold no record', async () => {
    const { discrepancies } = await account({}, [append(LATER, '\r\n')]);

    expect(discrepancies).toEqual([`${CONTAINER}: ${BYTES + 2} bytes in, ${BYTES} committed`]);
  });

  it('an event that was committed and never arrived', async () => {
    const { destination } = pipeline.batch;

    const { discrepancies } = await account({
      destination: claiming((events) => destination.deliver(events.slice(1))),
    });

    expect(discrepancies).toEqual(['2 records delivered, 1 in CloudTrail Lake']);
  });

  it('an event that arrived twice in place of another', async () => {
    const { destination } = pipeline.batch;

    const { discrepancies } = await account({
      destination: claiming(async ([first]) => {
        const twice = first === undefined ? [] : [first];
        await destination.deliver(twice);
        await destination.deliver(twice);
      }),
    });

    expect(discrepancies).toEqual(['1 events are in CloudTrail Lake twice']);
  });

  it('a reject that was committed and never queued', async () => {
    const { failures } = pipeline.batch;

    const { discrepancies } = await account({
      failures: { send: (messages) => failures.send(messages.slice(1)) },
    });

    expect(discrepancies).toEqual(['2 records rejected, 1 in the failure queue']);
  });

  it('a reject that was queued twice in place of another', async () => {
    const { failures } = pipeline.batch;

    const { discrepancies } = await account({
      failures: { send: ([first]) => failures.send(first === undefined ? [] : [first, first]) },
    });

    expect(discrepancies).toEqual(['1 rejects are in the queue twice']);
  });
});
