import { RESERVE_MS } from '#processor/process-range.ts';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { recordId } from '#mapping/ids.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import type { Range } from '#shared/ranges/range.ts';
import { rulesOf } from '../mapping/rules/rules.ts';
import { ACTIVITY, activityRecord, brokenRecord } from '../reliability/in-process/records.ts';
import { LOG_OBJECT, markerOf, RangeStage, type Ports } from './range-stage.ts';

let stage: RangeStage;
beforeEach(() => {
  stage = new RangeStage();
});

describe('a range', () => {
  it('is delivered, committed to its end, and reported', async () => {
    const end = stage.append(activityRecord('a'), brokenRecord('x'), activityRecord('b'));

    const progress = await stage.settle();

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
    expect(await stage.stored()).toMatchObject({
      committed: end,
      examined: end,
      knownEnd: end,
      tail: 'open',
      torn: false,
      framing: 'lines',
    });
  });

  it('is read from where the last one was committed', async () => {
    const first = stage.append(activityRecord('a'));
    await stage.settle();
    const end = stage.append(activityRecord('b'), activityRecord('c'));
    stage.happened = [];

    const progress = await stage.settle();

    expect(progress).toMatchObject({ from: first, to: end, delivered: 2, deliveredBytes: end - first });
    expect(stage.happened).toEqual([
      `read ${first} to ${end}`,
      'delivered b',
      'delivered c',
      `committed ${end}`,
    ]);
  });

  it('has its rejects in the failure queue before it is committed, and tells of them after that', async () => {
    const end = stage.append(activityRecord('a'), brokenRecord('x'));

    await stage.settle();

    expect(stage.happened.slice(1)).toEqual([
      'delivered a',
      'sent rejects',
      `committed ${end}`,
      'told of NOT_JSON',
    ]);
    expect(stage.rejects).toMatchObject([{ reason: 'NOT_JSON', name: LOG_OBJECT.name, attempts: 1 }]);
  });

  it('is not committed when its rejects cannot be kept', async () => {
    stage.append(activityRecord('a'), brokenRecord('x'));
    const error = new CrosstrailError('QUEUE_REFUSED', 'for a test');

    const progress = await stage.settle({}, { failures: { send: async () => Promise.reject(error) } });

    expect(progress).toMatchObject({ to: 0, delivered: 0, rejected: 0, error });
    expect(await stage.stored()).toBeUndefined();
  });

  it('leaves out what a rule names, and counts it by the rule', async () => {
    stage.append(activityRecord('a'), activityRecord('b').replace('Administrative', 'Policy'));
    const excludedBytes =
      Buffer.byteLength(activityRecord('b')) - 'Administrative'.length + 'Policy'.length + 2;

    const progress = await stage.settle({}, { rules: rulesOf({ exclude: 'category:Policy' }) });

    expect([...progress.excluded]).toEqual([['category:Policy', { records: 1, bytes: excludedBytes }]]);
    expect(progress).toMatchObject({ to: stage.content.length, delivered: 1, rejected: 0 });
    expect(await stage.stored()).toMatchObject({ excludedRecords: 1, excludedBytes });
  });

  it('tells of the drift of its events', async () => {
    stage.append(activityRecord('a').replace('"resultType"', '"neverSeen":1,"resultType"'));
    const paths: unknown[] = [];

    await stage.settle({}, { onDrift: (drift) => paths.push(drift) });

    expect(JSON.stringify(paths)).toContain('neverSeen');
  });

  it('whose checkpoint cannot be read is left as it is', async () => {
    stage.append(activityRecord('a'));
    const error = new CrosstrailError('STATE_TABLE_FAILED', 'for a test');

    const progress = await stage.settle(
      {},
      { checkpoints: { read: async () => Promise.reject(error), commit: async () => undefined } },
    );

    expect(progress).toMatchObject({ from: 0, to: 0, torn: false, error });
    expect(stage.happened).toEqual([]);
  });
});

describe('a range of several windows', () => {
  const record = activityRecord('a');
  const length = Buffer.byteLength(record) + 2;

  it('is committed window by window, and read no further than its end', async () => {
    stage.append(record, record, record, record);
    const end = 3 * length;

    const progress = await stage.settle({ end }, { windowBytes: 2 * length - 1 });

    expect(stage.happened.filter((what) => !what.startsWith('delivered'))).toEqual([
      `read 0 to ${2 * length - 1}`,
      `read ${2 * length - 1} to ${end}`,
      `committed ${length}`,
      `committed ${end}`,
    ]);
    expect(progress).toMatchObject({ to: end, delivered: 3 });
  });

  it('knows from the first window on how far it reaches', async () => {
    const end = stage.append(record, record);
    const known: (number | undefined)[] = [];

    await stage.settle(
      {},
      {
        windowBytes: length,
        destination: {
          deliver: async (events) => {
            known.push((await stage.stored())?.knownEnd);
            return events.map((event) => stage.delivered(event));
          },
        },
      },
    );

    expect(known).toEqual([undefined, end]);
    expect(await stage.stored()).toMatchObject({ knownEnd: end });
  });

  it.each([
    ['less time than is needed for another window', RESERVE_MS - 1, 1],
    ['just enough time for another window', RESERVE_MS, 3],
  ])('with %s is committed as far as it came', async (_, remainingMs, windows) => {
    const end = stage.append(record, record, record);

    const progress = await stage.settle({}, { windowBytes: length, remainingMs: () => remainingMs });

    expect(progress).toMatchObject({ to: windows * length, delivered: windows });
    expect((await stage.stored())?.committed).toBe(windows * length);
    if (windows === 3) {
      expect(progress.error).toBeUndefined();
    } else {
      expect(progress.error).toMatchObject({
        code: 'OUT_OF_TIME',
        message: expect.stringContaining(
          `${ACTIVITY}/${LOG_OBJECT.name} is committed to ${length} of ${end} bytes`,
        ) as string,
        fields: { account: 'logs', container: ACTIVITY, logObject: LOG_OBJECT.name, committed: length, end },
      });
    }
  });

  it('reads the next window while one is delivered', async () => {
    stage.append(record, record);

    await stage.settle({}, { windowBytes: length });

    const [first, second, third] = stage.happened;
    expect([first, second, third]).toEqual([
      `read 0 to ${length}`,
      `read ${length} to ${2 * length}`,
      'delivered a',
    ]);
  });

  it('that stops reads nothing more behind the caller’s back, and fails for its first reason', async () => {
    stage.append(record, record, record);
    const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'for a test');
    let reads = 0;

    const progress = await stage.settle(
      {},
      {
        windowBytes: length,
        reader: {
          read: async (_, offset, count, signal) => {
            reads += 1;
            if (signal !== undefined) stage.signals.push(signal);
            if (reads === 2) throw new CrosstrailError('AZURE_UNREACHABLE', 'for a test');
            return stage.content.subarray(offset, offset + count);
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
    expect(stage.signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('is not read beyond its deadline, which deliveries know, too', async () => {
    stage.append(record, record);
    const deadline = new AbortController();
    const reading = (): boolean[] => stage.signals.map(({ aborted }) => !aborted);
    let known: AbortSignal | undefined;
    const seen: boolean[][] = [];

    await stage.settle(
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
    stage.append(activityRecord('a'));
    const checkpoint: Checkpoint = { ...(await settled(60)), examined: 100, knownEnd: 100, ...before };
    await stage.checkpoints.commit(undefined, checkpoint);
    stage.happened = [];

    const progress = await stage.settle(range);

    expect(stage.happened.some((what) => what.startsWith('read'))).toBe(looksAgain);
    expect(progress).toMatchObject({ from: 60, error: undefined });
    if (!looksAgain) expect(progress).toMatchObject({ to: 60, torn: checkpoint.torn });
  });

  /** A checkpoint of lines that is committed to there. */
  async function settled(committed: number): Promise<Checkpoint> {
    return {
      logObject: LOG_OBJECT,
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
    const committed = stage.append(activityRecord('a'));
    stage.content = Buffer.concat([stage.content, Buffer.from(torn)]);

    const progress = await stage.settle();

    expect(progress).toMatchObject({ to: committed, torn: true, error: undefined });
    expect(await stage.stored()).toMatchObject({
      committed,
      examined: stage.content.length,
      torn: true,
      tail: 'open',
    });
  });

  it('that stays torn is rejected when it closes', async () => {
    stage.append(activityRecord('a'));
    stage.content = Buffer.concat([stage.content, Buffer.from(torn)]);
    await stage.settle();

    const progress = await stage.settle({ tail: 'closed' });

    expect(progress).toMatchObject({ to: stage.content.length, rejected: 1, torn: false });
    expect(await stage.stored()).toMatchObject({
      committed: stage.content.length,
      torn: false,
      tail: 'closed',
    });
  });

  it('that is a whole record without its line ending is delivered when it is settled', async () => {
    stage.content = Buffer.from(activityRecord('a'));
    await stage.settle();
    stage.happened = [];

    const progress = await stage.settle({ tail: 'settled' });

    expect(progress).toMatchObject({ to: stage.content.length, delivered: 1, torn: false });
    expect(stage.happened).toContain('delivered a');
  });

  it('is mapped as any record: for the same account, in its place, under the same rules', async () => {
    stage.content = Buffer.from(activityRecord('a'));
    const events: AuditEvent[] = [];
    const capturing = {
      deliver: async (delivered: readonly AuditEvent[]) => {
        events.push(...delivered);
        return delivered.map((event) => stage.delivered(event));
      },
    };

    await stage.settle({ tail: 'settled' }, { destination: capturing });
    const other = new RangeStage();
    other.content = stage.content;
    const left = await other.settle({ tail: 'settled' }, { rules: rulesOf({ exclude: 'category:Admin*' }) });

    expect(events).toMatchObject([
      {
        id: recordId({ ...LOG_OBJECT, offset: 0, length: stage.content.length }),
        eventData: { recipientAccountId: '111122223333' },
      },
    ]);
    expect([...left.excluded]).toMatchObject([['category:Admin*', { records: 1 }]]);
    expect(left).toMatchObject({ to: stage.content.length, delivered: 0 });
  });

  it('that is blank is not torn', async () => {
    stage.append(activityRecord('a'));
    stage.content = Buffer.concat([stage.content, Buffer.from('  ')]);

    expect(await stage.settle()).toMatchObject({ torn: false });
    expect(await stage.stored()).toMatchObject({ torn: false, examined: stage.content.length });
  });

  it('of a document, its closing brackets, is not torn and waits for more records', async () => {
    stage.content = Buffer.from(`{"records":[${activityRecord('a')}]}`);

    expect(await stage.settle()).toMatchObject({ to: stage.content.length - 2, torn: false });
    expect(await stage.stored()).toMatchObject({
      framing: 'document',
      examined: stage.content.length,
      torn: false,
    });
  });
});

describe('of what a destination does not take', () => {
  it('a refused event is kept as a reject with its reason, and counted', async () => {
    stage.append(activityRecord('a'), activityRecord('b'));
    const rejection = { reason: 'INVALID_DATA', message: 'InvalidData: for a test' } as const;

    const progress = await stage.settle(
      {},
      {
        destination: {
          deliver: async ([, ...others]) => [
            { kind: 'rejected', rejection },
            ...others.map((event) => stage.delivered(event)),
          ],
        },
      },
    );

    expect(progress).toMatchObject({ to: stage.content.length, delivered: 1, rejected: 1, error: undefined });
    expect(stage.rejects).toMatchObject([{ ...rejection, offset: 0, record: { text: activityRecord('a') } }]);
  });

  it('an event that may pass later stops the range right before it', async () => {
    const committed = stage.append(activityRecord('a'));
    stage.append(activityRecord('b'), activityRecord('c'));
    const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'for a test');

    const progress = await stage.settle(
      {},
      {
        destination: {
          deliver: async (events) =>
            events.map((event) =>
              markerOf(event) === 'b' ? { kind: 'unsettled', error } : stage.delivered(event),
            ),
        },
      },
    );

    expect(progress).toMatchObject({ to: committed, delivered: 1, error });
    expect(await stage.stored()).toMatchObject({
      committed,
      examined: committed,
      knownEnd: stage.content.length,
      framing: 'lines',
    });
  });

  it('nothing is committed when the very first event is not settled', async () => {
    stage.append(activityRecord('a'));
    const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'for a test');

    const progress = await stage.settle(
      {},
      { destination: { deliver: async () => [{ kind: 'unsettled', error }] } },
    );

    expect(progress).toMatchObject({ to: 0, error });
    expect(stage.happened.filter((what) => what.startsWith('committed'))).toEqual([]);
  });

  it('an event without an outcome is not settled', async () => {
    const committed = stage.append(activityRecord('a'));
    stage.append(activityRecord('b'));

    const progress = await stage.settle(
      {},
      { destination: { deliver: async ([first]) => (first ? [stage.delivered(first)] : []) } },
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
      const committed = stage.append(activityRecord('a'));
      await stage.settle();

      const progress = await stage.settle({ end: committed + 500 }, gone(code));

      expect(progress).toMatchObject({ to: committed, error: { code } });
      expect(await stage.stored()).toMatchObject({
        committed,
        examined: committed,
        knownEnd: committed + 500,
      });
    },
  );

  it('before anything was read leaves that behind, too', async () => {
    await stage.settle({ end: 500 }, gone('LOG_OBJECT_NOT_FOUND'));

    expect(await stage.stored()).toMatchObject({ committed: 0, examined: 0, knownEnd: 500 });
  });

  it('is remembered once', async () => {
    await stage.settle({ end: 500 }, gone('LOG_OBJECT_NOT_FOUND'));
    stage.happened = [];

    await stage.settle({ end: 500 }, gone('LOG_OBJECT_NOT_FOUND'));
    await stage.settle({ end: 400 }, gone('LOG_OBJECT_NOT_FOUND'));

    expect(stage.happened).toEqual([]);
    expect(await stage.stored()).toMatchObject({ knownEnd: 500 });
  });

  it.each(['AZURE_UNREACHABLE', 'CONTAINER_NOT_FOUND', 'AZURE_ACCESS_DENIED'] as const)(
    'is not concluded from %s',
    async (code) => {
      const progress = await stage.settle({ end: 500 }, gone(code));

      expect(progress).toMatchObject({ error: { code } });
      expect(await stage.stored()).toBeUndefined();
    },
  );

  it('and cannot be remembered fails for that', async () => {
    const failure = new CrosstrailError('STATE_TABLE_FAILED', 'for a test');
    const broken = {
      read: async () => undefined,
      commit: async () => Promise.reject(failure),
    };

    const progress = await stage.settle(
      { end: 500 },
      { ...gone('LOG_OBJECT_NOT_FOUND'), checkpoints: broken },
    );

    expect(progress.error).toBe(failure);
  });
});
