import { processRange, RESERVE_MS, type RangeProgress } from '#processor/process-range.ts';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { DeliveryOutcome } from '#shared/destinations/destination.ts';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import type { Range } from '#shared/ranges/range.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import { Instance } from '../reliability/in-process/instance.ts';
import { ACTIVITY, activityName, activityRecord, brokenRecord } from '../reliability/in-process/records.ts';
import { InProcessTable } from '../reliability/in-process/table.ts';

const logObject = {
  account: 'logs',
  container: ACTIVITY,
  name: activityName(Date.parse('2026-11-20T10:00:00Z'), 'A'),
  generation: '2026-11-20T10:00:12Z',
};

/** What happened, in order. */
let happened: string[];
let content: Buffer;
let checkpoints: DynamoCheckpointStore;
let rejects: RejectMessage[];
let signals: AbortSignal[];

beforeEach(() => {
  happened = [];
  content = Buffer.alloc(0);
  rejects = [];
  signals = [];
  const table = new InProcessTable((item) => happened.push(`committed ${item['committed']?.N}`));
  checkpoints = new DynamoCheckpointStore(table.client(new Instance()), 'checkpoints');
});

type Ports = Parameters<typeof processRange>[1];

/** Processes the range up to `end`, or up to all bytes. */
function settle(
  { end = content.length, tail = 'open' }: Partial<Range> = {},
  ports: Partial<Ports> = {},
  deadline?: AbortSignal,
): Promise<RangeProgress> {
  return processRange(
    { logObject, end, tail },
    {
      reader: {
        read: async (_, offset, count, signal) => {
          if (signal !== undefined) signals.push(signal);
          if (count > 0) happened.push(`read ${offset} to ${offset + count}`);
          return content.subarray(offset, offset + count);
        },
      },
      checkpoints,
      destination: { deliver: async (events) => events.map(delivered) },
      failures: {
        send: async (messages) => {
          rejects.push(...messages.map(({ body }) => JSON.parse(body) as RejectMessage));
          if (messages.length > 0) happened.push('sent rejects');
        },
      },
      recipientAccountId: '111122223333',
      remainingMs: () => 900_000,
      onReject: ({ rejection }) => happened.push(`told of ${rejection.reason}`),
      onDrift: () => undefined,
      ...ports,
    },
    deadline,
  );
}

function delivered(event: AuditEvent): DeliveryOutcome {
  happened.push(`delivered ${markerOf(event)}`);
  return { kind: 'delivered' };
}

function markerOf({ eventData }: AuditEvent): string {
  return /🙂(\w+)/u.exec(JSON.stringify(eventData))?.[1] ?? '';
}

/** Appends records with their line endings; gives the bytes that there are now. */
function append(...records: string[]): number {
  content = Buffer.concat([content, ...records.map((record) => Buffer.from(`${record}\r\n`))]);
  return content.length;
}

async function stored(): Promise<Checkpoint | undefined> {
  return checkpoints.read(logObject);
}

describe('a range', () => {
  it('is delivered, committed to its end, and reported', async () => {
    const end = append(activityRecord('a'), brokenRecord('x'), activityRecord('b'));

    const progress = await settle();

    const rejectedBytes = Buffer.byteLength(brokenRecord('x')) + 2;
    expect({ ...progress, excluded: [...progress.excluded] }).toEqual({
      from: 0,
      to: end,
      delivered: 2,
      deliveredBytes: end - rejectedBytes,
      rejected: 1,
      excluded: [],
      torn: false,
      error: undefined,
    });
    expect(await stored()).toMatchObject({
      committed: end,
      examined: end,
      knownEnd: end,
      tail: 'open',
      torn: false,
      framing: 'lines',
    });
  });

  it('is read from where the last one was committed', async () => {
    const first = append(activityRecord('a'));
    await settle();
    const end = append(activityRecord('b'), activityRecord('c'));
    happened = [];

    const progress = await settle();

    expect(progress).toMatchObject({ from: first, to: end, delivered: 2, deliveredBytes: end - first });
    expect(happened).toEqual([`read ${first} to ${end}`, 'delivered b', 'delivered c', `committed ${end}`]);
  });

  it('has its rejects in the failure queue before it is committed, and tells of them after that', async () => {
    const end = append(activityRecord('a'), brokenRecord('x'));

    await settle();

    expect(happened.slice(1)).toEqual([
      'delivered a',
      'sent rejects',
      `committed ${end}`,
      'told of NOT_JSON',
    ]);
    expect(rejects).toMatchObject([{ reason: 'NOT_JSON', name: logObject.name, attempts: 1 }]);
  });

  it('is not committed when its rejects cannot be kept', async () => {
    append(activityRecord('a'), brokenRecord('x'));
    const error = new CrosstrailError('QUEUE_REFUSED', 'for a test');

    const progress = await settle({}, { failures: { send: async () => Promise.reject(error) } });

    expect(progress).toMatchObject({ to: 0, delivered: 0, rejected: 0, error });
    expect(await stored()).toBeUndefined();
  });

  it('tells of the drift of its events', async () => {
    append(activityRecord('a').replace('"resultType"', '"neverSeen":1,"resultType"'));
    const paths: unknown[] = [];

    await settle({}, { onDrift: (drift) => paths.push(drift) });

    expect(JSON.stringify(paths)).toContain('neverSeen');
  });

  it('whose checkpoint cannot be read is left as it is', async () => {
    append(activityRecord('a'));
    const error = new CrosstrailError('STATE_TABLE_FAILED', 'for a test');

    const progress = await settle(
      {},
      { checkpoints: { read: async () => Promise.reject(error), commit: async () => undefined } },
    );

    expect(progress).toMatchObject({ from: 0, to: 0, torn: false, error });
    expect(happened).toEqual([]);
  });
});

describe('a range of several windows', () => {
  const record = activityRecord('a');
  const length = Buffer.byteLength(record) + 2;

  it('is committed window by window, and read no further than its end', async () => {
    append(record, record, record, record);
    const end = 3 * length;

    const progress = await settle({ end }, { windowBytes: 2 * length - 1 });

    expect(happened.filter((what) => !what.startsWith('delivered'))).toEqual([
      `read 0 to ${2 * length - 1}`,
      `read ${2 * length - 1} to ${end}`,
      `committed ${length}`,
      `committed ${end}`,
    ]);
    expect(progress).toMatchObject({ to: end, delivered: 3 });
  });

  it('knows from the first window on how far it reaches', async () => {
    const end = append(record, record);
    const known: (number | undefined)[] = [];

    await settle(
      {},
      {
        windowBytes: length,
        destination: {
          deliver: async (events) => {
            known.push((await stored())?.knownEnd);
            return events.map(delivered);
          },
        },
      },
    );

    expect(known).toEqual([undefined, end]);
    expect(await stored()).toMatchObject({ knownEnd: end });
  });

  it.each([
    ['less time than is needed for another window', RESERVE_MS - 1, 1],
    ['just enough time for another window', RESERVE_MS, 3],
  ])('with %s is committed as far as it came', async (_, remainingMs, windows) => {
    const end = append(record, record, record);

    const progress = await settle({}, { windowBytes: length, remainingMs: () => remainingMs });

    expect(progress).toMatchObject({ to: windows * length, delivered: windows });
    expect((await stored())?.committed).toBe(windows * length);
    if (windows === 3) {
      expect(progress.error).toBeUndefined();
    } else {
      expect(progress.error).toMatchObject({
        code: 'OUT_OF_TIME',
        message: expect.stringContaining(
          `${ACTIVITY}/${logObject.name} is committed to ${length} of ${end} bytes`,
        ) as string,
        fields: { account: 'logs', container: ACTIVITY, logObject: logObject.name, committed: length, end },
      });
    }
  });

  it('reads the next window while one is delivered', async () => {
    append(record, record);

    await settle({}, { windowBytes: length });

    const [first, second, third] = happened;
    expect([first, second, third]).toEqual([
      `read 0 to ${length}`,
      `read ${length} to ${2 * length}`,
      'delivered a',
    ]);
  });

  it('that stops reads nothing more behind the caller’s back, and fails for its first reason', async () => {
    append(record, record, record);
    const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'for a test');
    let reads = 0;

    const progress = await settle(
      {},
      {
        windowBytes: length,
        reader: {
          read: async (_, offset, count, signal) => {
            reads += 1;
            if (signal !== undefined) signals.push(signal);
            if (reads === 2) throw new CrosstrailError('AZURE_UNREACHABLE', 'for a test');
            return content.subarray(offset, offset + count);
          },
        },
        destination: {
          deliver: async (events) => {
            await new Promise(setImmediate);
            return events.map(() => ({ kind: 'unsettled', error }));
          },
        },
      },
    );

    expect(progress.error).toBe(error);
    expect(reads).toBe(2);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('is not read beyond its deadline, which deliveries know, too', async () => {
    append(record, record);
    const deadline = new AbortController();
    const reading = (): boolean[] => signals.map(({ aborted }) => !aborted);
    let known: AbortSignal | undefined;
    const seen: boolean[][] = [];

    await settle(
      {},
      {
        windowBytes: length,
        destination: {
          deliver: async (_, signal) => {
            known ??= signal;
            seen.push(reading());
            deadline.abort();
            seen.push(reading());
            throw new CrosstrailError('OUT_OF_TIME', 'for a test');
          },
        },
      },
      deadline.signal,
    );

    expect(known).toBe(deadline.signal);
    expect(seen).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});

describe('a range that comes again', () => {
  it.each<[string, Partial<Checkpoint>, Partial<Range>, boolean]>([
    ['a shorter one', {}, { end: 99 }, false],
    ['a shorter one, though its tail may go now', { torn: true }, { end: 99, tail: 'closed' }, false],
    ['the same one', {}, { end: 100 }, false],
    ['the same one of a later state, without a torn tail', {}, { end: 100, tail: 'closed' }, false],
    ['the same one with a torn tail that is as it was', { torn: true }, { end: 100 }, false],
    ['the same one with a torn tail that may go now', { torn: true }, { end: 100, tail: 'settled' }, true],
    ['a longer one', {}, { end: 101 }, true],
  ])('%s', async (_, before, range, looksAgain) => {
    append(activityRecord('a'));
    const checkpoint: Checkpoint = { ...(await settled(60)), examined: 100, knownEnd: 100, ...before };
    await checkpoints.commit(undefined, checkpoint);
    happened = [];

    const progress = await settle(range);

    expect(happened.some((what) => what.startsWith('read'))).toBe(looksAgain);
    expect(progress).toMatchObject({ from: 60, error: undefined });
    if (!looksAgain) expect(progress).toMatchObject({ to: 60, torn: checkpoint.torn });
  });

  /** A checkpoint of lines that is committed to there. */
  async function settled(committed: number): Promise<Checkpoint> {
    return {
      logObject,
      committed,
      examined: committed,
      knownEnd: committed,
      tail: 'open',
      torn: false,
      framing: 'lines',
      deliveredRecords: 1,
      deliveredBytes: committed,
      rejectedRecords: 0,
      rejectedBytes: 0,
      excludedRecords: 0,
      excludedBytes: 0,
      framingBytes: 0,
      openWindow: undefined,
    };
  }
});

describe('the tail of a range', () => {
  const torn = activityRecord('b').slice(0, 40);

  it('that is torn waits, and is remembered', async () => {
    const committed = append(activityRecord('a'));
    content = Buffer.concat([content, Buffer.from(torn)]);

    const progress = await settle();

    expect(progress).toMatchObject({ to: committed, torn: true, error: undefined });
    expect(await stored()).toMatchObject({ committed, examined: content.length, torn: true, tail: 'open' });
  });

  it('that stays torn is rejected when it closes', async () => {
    append(activityRecord('a'));
    content = Buffer.concat([content, Buffer.from(torn)]);
    await settle();

    const progress = await settle({ tail: 'closed' });

    expect(progress).toMatchObject({ to: content.length, rejected: 1, torn: false });
    expect(await stored()).toMatchObject({ committed: content.length, torn: false, tail: 'closed' });
  });

  it('that is a whole record without its line ending is delivered when it is settled', async () => {
    content = Buffer.from(activityRecord('a'));
    await settle();
    happened = [];

    const progress = await settle({ tail: 'settled' });

    expect(progress).toMatchObject({ to: content.length, delivered: 1, torn: false });
    expect(happened).toContain('delivered a');
  });

  it('that is blank is not torn', async () => {
    append(activityRecord('a'));
    content = Buffer.concat([content, Buffer.from('  ')]);

    expect(await settle()).toMatchObject({ torn: false });
    expect(await stored()).toMatchObject({ torn: false, examined: content.length });
  });

  it('of a document, its closing brackets, is not torn and waits for more records', async () => {
    content = Buffer.from(`{"records":[${activityRecord('a')}]}`);

    expect(await settle()).toMatchObject({ to: content.length - 2, torn: false });
    expect(await stored()).toMatchObject({ framing: 'document', examined: content.length, torn: false });
  });
});

describe('of what a destination does not take', () => {
  it('a refused event is kept as a reject with its reason, and counted', async () => {
    append(activityRecord('a'), activityRecord('b'));
    const rejection = { reason: 'INVALID_DATA', message: 'InvalidData: for a test' } as const;

    const progress = await settle(
      {},
      {
        destination: {
          deliver: async ([, ...others]) => [{ kind: 'rejected', rejection }, ...others.map(delivered)],
        },
      },
    );

    expect(progress).toMatchObject({ to: content.length, delivered: 1, rejected: 1, error: undefined });
    expect(rejects).toMatchObject([{ ...rejection, offset: 0, record: { text: activityRecord('a') } }]);
  });

  it('an event that may pass later stops the range right before it', async () => {
    const committed = append(activityRecord('a'));
    append(activityRecord('b'), activityRecord('c'));
    const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'for a test');

    const progress = await settle(
      {},
      {
        destination: {
          deliver: async (events) =>
            events.map((event) =>
              markerOf(event) === 'b' ? { kind: 'unsettled', error } : delivered(event),
            ),
        },
      },
    );

    expect(progress).toMatchObject({ to: committed, delivered: 1, error });
    expect(await stored()).toMatchObject({
      committed,
      examined: committed,
      knownEnd: content.length,
      framing: 'lines',
    });
  });

  it('nothing is committed when the very first event is not settled', async () => {
    append(activityRecord('a'));
    const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'for a test');

    const progress = await settle(
      {},
      { destination: { deliver: async () => [{ kind: 'unsettled', error }] } },
    );

    expect(progress).toMatchObject({ to: 0, error });
    expect(happened.filter((what) => what.startsWith('committed'))).toEqual([]);
  });

  it('an event without an outcome is not settled', async () => {
    const committed = append(activityRecord('a'));
    append(activityRecord('b'));

    const progress = await settle(
      {},
      { destination: { deliver: async ([first]) => (first ? [delivered(first)] : []) } },
    );

    expect(progress).toMatchObject({
      to: committed,
      error: { code: 'DELIVERY_INCOMPLETE', message: expect.stringContaining('no outcome') as string },
    });
  });
});

describe('a log object that is gone', () => {
  const gone = (code: ErrorCode): Partial<Ports> => ({
    reader: { read: async () => Promise.reject(new CrosstrailError(code, 'for a test')) },
  });

  it.each(['LOG_OBJECT_NOT_FOUND', 'LOG_OBJECT_RECREATED', 'LOG_OBJECT_SHRUNK'] as const)(
    'with %s leaves behind how far it was known to reach',
    async (code) => {
      const committed = append(activityRecord('a'));
      await settle();

      const progress = await settle({ end: committed + 500 }, gone(code));

      expect(progress).toMatchObject({ to: committed, error: { code } });
      expect(await stored()).toMatchObject({ committed, examined: committed, knownEnd: committed + 500 });
    },
  );

  it('before anything was read leaves that behind, too', async () => {
    await settle({ end: 500 }, gone('LOG_OBJECT_NOT_FOUND'));

    expect(await stored()).toMatchObject({ committed: 0, examined: 0, knownEnd: 500 });
  });

  it('is remembered once', async () => {
    await settle({ end: 500 }, gone('LOG_OBJECT_NOT_FOUND'));
    happened = [];

    await settle({ end: 500 }, gone('LOG_OBJECT_NOT_FOUND'));
    await settle({ end: 400 }, gone('LOG_OBJECT_NOT_FOUND'));

    expect(happened).toEqual([]);
    expect(await stored()).toMatchObject({ knownEnd: 500 });
  });

  it.each(['AZURE_UNREACHABLE', 'CONTAINER_NOT_FOUND', 'AZURE_ACCESS_DENIED'] as const)(
    'is not concluded from %s',
    async (code) => {
      const progress = await settle({ end: 500 }, gone(code));

      expect(progress).toMatchObject({ error: { code } });
      expect(await stored()).toBeUndefined();
    },
  );

  it('and cannot be remembered fails for that', async () => {
    const failure = new CrosstrailError('STATE_TABLE_FAILED', 'for a test');
    const broken = {
      read: async () => undefined,
      commit: async () => Promise.reject(failure),
    };

    const progress = await settle({ end: 500 }, { ...gone('LOG_OBJECT_NOT_FOUND'), checkpoints: broken });

    expect(progress.error).toBe(failure);
  });
});
