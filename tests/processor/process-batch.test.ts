import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { WINDOW_BYTES } from '#processor/process-range.ts';
import type { LogObjectReader } from '#shared/azure/log-object-reader.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { writeRangeMessage, type Range } from '#shared/ranges/range.ts';
import type { TailState } from '#shared/ranges/tail.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const NAME = nameAt('2026-11-20T12');

let pipeline: Pipeline;

beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(async () => pipeline.close());

/** The range message for a log object as it is now. */
async function messageFor(name: string, tail: TailState = 'open', change: Partial<Range> = {}) {
  for await (const [blob] of pages(name)) {
    const { createdOn = new Date(0), contentLength = 0 } = blob?.properties ?? {};
    const generation = `${createdOn.toISOString().slice(0, 19)}Z`;
    const logObject = { account: 'devstoreaccount1', container: CONTAINER, name, generation };
    return {
      messageId: `m-${name}-${contentLength}`,
      body: writeRangeMessage({ logObject, end: contentLength, tail, ...change }),
    };
  }
  throw new Error(`no blob ${name}`);
}

async function* pages(prefix: string) {
  for await (const page of pipeline.blobs().listBlobsFlat({ prefix }).byPage()) yield page.segment.blobItems;
}

const MANY_RECORDS = 6_000;

/** Records of about 1.5 kB, so that the ends of windows cut some of them. */
function ofManyWindows(): Buffer {
  const padding = 'x'.repeat(1_250);
  const lines = Array.from({ length: MANY_RECORDS }, (_, index) => line(`${index}-${padding}`, '\n'));
  return Buffer.from(lines.join(''));
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text.trimEnd()).digest('hex')}`;
}

describe('a range', () => {
  it('is delivered from the committed offset to its end, each line once', async () => {
    await pipeline.append(NAME, line('a') + line('b'));
    expect(await pipeline.process([await messageFor(NAME)])).toEqual([]);
    await pipeline.append(NAME, line('c'));
    expect(await pipeline.process([await messageFor(NAME)])).toEqual([]);

    expect(await pipeline.uids()).toEqual([line('a'), line('b'), line('c')].map(sha256).sort());
    const length = line('a').length;
    expect(await pipeline.checkpoints()).toMatchObject([
      {
        committed: 3 * length,
        examined: 3 * length,
        deliveredRecords: 3,
        deliveredBytes: 3 * length,
        torn: false,
        framing: 'lines',
      },
    ]);
  });

  it('that comes twice, or late, sends nothing again', async () => {
    await pipeline.append(NAME, line('a'));
    const early = await messageFor(NAME);
    await pipeline.append(NAME, line('b'));
    await pipeline.process([await messageFor(NAME)]);

    expect(await pipeline.process([early, await messageFor(NAME), await messageFor(NAME, 'closed')])).toEqual(
      [],
    );

    expect(await pipeline.uids()).toHaveLength(2);
  });

  it('of many windows is committed window by window, and its records survive the cuts', async () => {
    const bytes = ofManyWindows();
    expect(bytes.length).toBeGreaterThan(2 * WINDOW_BYTES);
    for (let at = 0; at < bytes.length; at += 3_000_000)
      await pipeline.append(NAME, bytes.subarray(at, at + 3_000_000));

    expect(await pipeline.process([await messageFor(NAME)])).toEqual([]);

    expect(new Set(await pipeline.uids()).size).toBe(MANY_RECORDS);
    expect(await pipeline.uids()).toHaveLength(MANY_RECORDS);
    expect(await pipeline.checkpoints()).toMatchObject([
      { committed: bytes.length, deliveredRecords: MANY_RECORDS },
    ]);
  });

  it('that runs out of time keeps what it committed and goes on from there', async () => {
    const bytes = ofManyWindows();
    for (let at = 0; at < bytes.length; at += 3_000_000)
      await pipeline.append(NAME, bytes.subarray(at, at + 3_000_000));
    const message = await messageFor(NAME);
    let looks = 0;

    // Time for the look at the start and for the first window.
    const failed = await pipeline.process([message], {
      remainingMs: () => ((looks += 1) <= 1 ? 900_000 : 1_000),
    });

    expect(failed).toEqual([message.messageId]);
    const [half] = await pipeline.checkpoints();
    expect(half?.committed).toBeGreaterThan(3_000_000);
    expect(half?.committed).toBeLessThan(WINDOW_BYTES + 1);
    expect(pipeline.emitted).toContainEqual({
      name: 'range.unfinished',
      fields: expect.objectContaining({ error: expect.objectContaining({ code: 'OUT_OF_TIME' }) }),
    });

    expect(await pipeline.process([message])).toEqual([]);
    expect(await pipeline.uids()).toHaveLength(MANY_RECORDS);
  });

  it('reads no byte beyond its end, though the log object has grown since', async () => {
    await pipeline.append(NAME, line('a'));
    const message = await messageFor(NAME);
    await pipeline.append(NAME, line('b'));

    await pipeline.process([message]);

    expect(await pipeline.uids()).toEqual([sha256(line('a'))]);
  });
});

describe('a torn last line', () => {
  it('waits for the next range, and is then delivered whole', async () => {
    const whole = line('é🙂');
    const cut = Buffer.from(whole).subarray(0, Buffer.byteLength(whole) - 8);
    await pipeline.append(NAME, Buffer.concat([Buffer.from(line('a')), cut]));

    await pipeline.process([await messageFor(NAME)]);
    expect(await pipeline.uids()).toEqual([sha256(line('a'))]);
    expect(await pipeline.checkpoints()).toMatchObject([{ torn: true, committed: line('a').length }]);

    await pipeline.append(NAME, Buffer.from(whole).subarray(cut.length));
    await pipeline.process([await messageFor(NAME)]);
    expect(await pipeline.uids()).toEqual([line('a'), whole].map(sha256).sort());
    expect(await pipeline.rejects()).toEqual([]);
  });

  it('is delivered without its line ending when its hour is settled and it parses', async () => {
    await pipeline.append(NAME, line('a') + line('b', ''));

    await pipeline.process([await messageFor(NAME, 'open')]);
    expect(await pipeline.uids()).toHaveLength(1);
    await pipeline.process([await messageFor(NAME, 'settled')]);
    expect(await pipeline.uids()).toHaveLength(2);

    // The line ending may still come, and holds no record.
    await pipeline.append(NAME, `\r\n${line('c')}`);
    await pipeline.process([await messageFor(NAME, 'settled')]);
    expect(await pipeline.uids()).toHaveLength(3);
    expect(await pipeline.rejects()).toEqual([]);
  });

  it('that does not parse waits while its hour is settled, and is a reject when it is closed', async () => {
    const torn = '{ "time": "2026-11-20T10:00';
    await pipeline.append(NAME, line('a') + torn);

    await pipeline.process([await messageFor(NAME, 'settled')]);
    expect(await pipeline.rejects()).toEqual([]);
    await pipeline.process([await messageFor(NAME, 'closed')]);

    expect(await pipeline.rejects()).toMatchObject([
      { reason: 'TORN_TAIL', offset: line('a').length, length: torn.length, record: { text: torn } },
    ]);
    expect(await pipeline.checkpoints()).toMatchObject([{ torn: false, rejectedRecords: 1 }]);
  });
});

describe('a record that cannot be delivered', () => {
  it('goes to the failure queue with reason and place; its neighbours pass', async () => {
    const bad = `{ "time": "2026-11-20T10:00:00Z", "properties": {'appName':'x'}}\r\n`;
    const timeless = `{"operationName":"X","category":"Administrative"}\n`;
    await pipeline.append(NAME, line('a') + bad + timeless + line('b'));

    expect(await pipeline.process([await messageFor(NAME)])).toEqual([]);

    expect(await pipeline.uids()).toEqual([line('a'), line('b')].map(sha256).sort());
    const rejects = (await pipeline.rejects()).sort((left, right) => left.offset - right.offset);
    expect(rejects).toMatchObject([
      {
        reason: 'NOT_JSON',
        container: CONTAINER,
        name: NAME,
        offset: line('a').length,
        length: bad.length,
        sha256: sha256(bad).slice('sha256:'.length),
        attempts: 1,
        record: { encoding: 'utf8', text: bad.trimEnd() },
      },
      { reason: 'NO_EVENT_TIME' },
    ]);
    const logged = JSON.stringify(pipeline.emitted);
    expect(logged).not.toContain('appName');
    expect(logged).toContain('NOT_JSON');
  });

  it('bytes that are not UTF-8 are kept as they are', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]);
    await pipeline.append(NAME, bytes);

    await pipeline.process([await messageFor(NAME)]);

    const [reject] = await pipeline.rejects();
    expect(reject?.record?.encoding).toBe('base64');
    expect(Buffer.from(reject?.record?.text ?? '', 'base64')).toEqual(bytes.subarray(0, 4));
  });

  it('is not sent to the failure queue twice when the batch fails behind it', async () => {
    await pipeline.append(NAME, `not json\n${line('a')}`);
    const message = await messageFor(NAME);
    const unavailable = { deliver: async () => [] };

    expect(await pipeline.process([message], { destination: unavailable })).toEqual([message.messageId]);
    expect(await pipeline.process([message])).toEqual([]);

    expect(await pipeline.rejects()).toHaveLength(1);
    expect(await pipeline.uids()).toHaveLength(1);
  });
});

describe('a document', () => {
  it('is delivered record by record, and again only what was added to it', async () => {
    const record = (marker: string): string => line(marker, '');
    await pipeline.append(NAME, `{"records":[${record('a')},${record('b')}]}`);
    await pipeline.process([await messageFor(NAME, 'closed')]);
    expect(await pipeline.uids()).toHaveLength(2);

    const [blob] = await pipeline.checkpoints();
    const grown = `{"records":[${record('a')},${record('b')},${record('c')}]}`;
    const client = pipeline.blobs().getAppendBlobClient(NAME);
    await client.delete();
    await pipeline.append(NAME, grown);
    // The writer of flow logs replaces the closing brackets in place; Azurite's append blob cannot, so that the
    // generation of the first one stands in for it.
    const { account, container, name, generation } = blob?.logObject ?? {
      account: '',
      container: '',
      name: '',
      generation: '',
    };
    const { reader } = pipeline.batch;
    const [current] = (await pages(NAME).next()).value ?? [];
    const createdOn = current?.properties.createdOn ?? new Date(0);
    const inPlace: LogObjectReader = {
      knows: (accountName) => reader.knows(accountName),
      read: (logObject, offset, count) =>
        reader.read({ ...logObject, generation: `${createdOn.toISOString().slice(0, 19)}Z` }, offset, count),
    };
    const range: Range = {
      logObject: { account, container, name, generation },
      end: grown.length,
      tail: 'closed',
    };
    await pipeline.process([{ messageId: 'm', body: writeRangeMessage(range) }], { reader: inPlace });

    expect(await pipeline.uids()).toEqual(['a', 'b', 'c'].map((marker) => sha256(record(marker))).sort());
    expect(await pipeline.rejects()).toEqual([]);
  });

  it('that was delivered in part only is read on as a document', async () => {
    const records = ['a', 'b', 'c'].map((marker) => line(marker, ''));
    await pipeline.append(NAME, `{"records":[${records.join(',')}]}`);
    const message = await messageFor(NAME);
    const { destination } = pipeline.batch;
    const firstOnly: typeof destination = {
      deliver: async (events) => {
        const [first] = await destination.deliver(events.slice(0, 1));
        const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'throttled');
        return events.map((_, index) => (index === 0 && first) || { kind: 'unsettled', error });
      },
    };

    expect(await pipeline.process([message], { destination: firstOnly })).toEqual([message.messageId]);
    expect(await pipeline.process([message])).toEqual([]);

    expect(await pipeline.uids()).toEqual(records.map(sha256).sort());
    expect(await pipeline.rejects()).toEqual([]);
  });
});

describe('the batch', () => {
  it('gives back only the message that failed, and what follows it in the same log object', async () => {
    const other = nameAt('2026-11-20T11');
    await pipeline.append(NAME, line('a'));
    await pipeline.append(other, line('b'));
    const gone = await messageFor(NAME, 'open', { end: 10_000 });
    const good = await messageFor(other);
    const after = { ...(await messageFor(NAME)), messageId: 'after' };

    const failed = await pipeline.process([{ ...gone, messageId: 'gone' }, good, after]);

    expect(failed).toEqual(['gone', 'after']);
    expect(await pipeline.uids()).toEqual([sha256(line('b'))]);
    expect(pipeline.emitted).toContainEqual({
      name: 'range.failed',
      fields: expect.objectContaining({ error: expect.objectContaining({ code: 'LOG_OBJECT_SHRUNK' }) }),
    });
  });

  it.each([
    [
      'a container that is not configured',
      (body: string) => body.replace(CONTAINER, 'insights-logs-other'),
      'RANGE_REFUSED',
    ],
    [
      'another storage account',
      (body: string) => body.replace('devstoreaccount1', 'someone'),
      'RANGE_REFUSED',
    ],
    ['no range', () => '{"Records":[]}', 'RANGE_MESSAGE_INVALID'],
  ])('refuses a message for %s and processes its neighbours', async (_, change, code) => {
    await pipeline.append(NAME, line('a'));
    const good = await messageFor(NAME);

    const failed = await pipeline.process([{ messageId: 'bad', body: change(good.body) }, good]);

    expect(failed).toEqual(['bad']);
    expect(await pipeline.uids()).toHaveLength(1);
    expect(pipeline.emitted).toContainEqual({
      name: 'range.refused',
      fields: expect.objectContaining({ messageId: 'bad', error: expect.objectContaining({ code }) }),
    });
  });

  it('reports a log object that was deleted before it was read', async () => {
    await pipeline.append(NAME, line('a'));
    const message = await messageFor(NAME);
    await pipeline.blobs().getBlobClient(NAME).delete();

    expect(await pipeline.process([message])).toEqual([message.messageId]);
    expect(pipeline.emitted).toContainEqual({
      name: 'range.failed',
      fields: expect.objectContaining({ error: expect.objectContaining({ code: 'LOG_OBJECT_NOT_FOUND' }) }),
    });
  });

  it('does not take a re-created log object for the old one', async () => {
    await pipeline.append(NAME, line('a'));
    const message = await messageFor(NAME);
    const stale = {
      messageId: 'stale',
      body: message.body.replace(/"generation":"[^"]+"/, '"generation":"2020-01-01T00:00:00Z"'),
    };

    expect(await pipeline.process([stale])).toEqual(['stale']);
    expect(await pipeline.process([message])).toEqual([]);

    expect(await pipeline.uids()).toHaveLength(1);
    expect(pipeline.emitted).toContainEqual({
      name: 'range.failed',
      fields: expect.objectContaining({ error: expect.objectContaining({ code: 'LOG_OBJECT_RECREATED' }) }),
    });
  });

  it('two processors of the same range deliver it at least once and commit it once', async () => {
    await pipeline.append(NAME, line('a') + line('b'));
    const message = await messageFor(NAME);

    const outcomes = await Promise.all([pipeline.process([message]), pipeline.process([message])]);
    await pipeline.process([message]);

    expect(outcomes.flat().length).toBeLessThanOrEqual(1);
    expect(new Set(await pipeline.uids()).size).toBe(2);
    expect(await pipeline.checkpoints()).toMatchObject([{ deliveredRecords: 2 }]);
  });
});

describe('real log objects', () => {
  it('an append blob at two moments is read once', async () => {
    const corpus = new URL('../../corpus/blobs/', import.meta.url);
    const early = await readFile(new URL('datadog_append_state_a.PT1H.json', corpus));
    const late = await readFile(new URL('datadog_append_state_b.PT1H.json', corpus));
    await pipeline.append(NAME, early);
    await pipeline.process([await messageFor(NAME, 'closed')]);
    await pipeline.append(NAME, late.subarray(early.length));
    await pipeline.process([await messageFor(NAME, 'closed')]);

    const rejects = await pipeline.rejects();
    expect(new Set(rejects.map(({ offset }) => offset)).size).toBe(170);
    expect(rejects).toHaveLength(170);
    expect(await pipeline.checkpoints()).toMatchObject([{ committed: late.length, rejectedRecords: 170 }]);
  });
});
