import { THROTTLE, type LakeFault } from '#local/lake/lake-faults.ts';
import { mapAgain } from '#replayer/map-again.ts';
import { readReplayRequest } from '#replayer/replay-request.ts';
import { replay } from '#replayer/replay.ts';
import { line } from '../pipeline/pipeline.ts';
import { idOf, LOG_OBJECT, placeOf, rejectBody, uidOf } from './reject-body.ts';
import { Stage } from './replay-stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => stage.close());

function fail(code: string, ...numbers: number[]): LakeFault {
  return { kind: 'fail-entries', codes: new Map(numbers.map((number) => [idOf(number), code])) };
}

describe('a reject', () => {
  it('that can be delivered by now is delivered and gone', async () => {
    await stage.put(rejectBody(1));
    await stage.put(rejectBody(2));

    const report = await stage.replay();

    expect(await stage.pipeline.uids()).toEqual([uidOf(1), uidOf(2)].sort());
    expect(await stage.rejects()).toEqual([]);
    expect(report).toEqual({
      queue: 'failures',
      dryRun: false,
      looked: 2,
      outcomes: [{ reason: 'MAPPING_FAILED', outcome: 'delivered', records: 2 }],
      copies: 0,
      others: 0,
      refused: 0,
      complete: true,
      nothingLeft: true,
    });
  });

  it('that is rejected again stays, once, with the new reason and one more attempt', async () => {
    await stage.put(rejectBody(1, { text: 'no JSON', attempts: 3 }));
    await stage.put(rejectBody(2));
    stage.faults = () => fail('FieldTooLong', 2);

    const report = await stage.replay();

    expect(await stage.rejects()).toMatchObject([
      { id: idOf(1), reason: 'NOT_JSON', attempts: 4, record: { text: 'no JSON' }, ...placeOf(1) },
      { id: idOf(2), reason: 'FIELD_TOO_LONG', attempts: 2, ...placeOf(2) },
    ]);
    expect(report).toMatchObject({
      looked: 2,
      outcomes: [
        { reason: 'MAPPING_FAILED', outcome: 'rejected', cause: 'FIELD_TOO_LONG', records: 1 },
        { reason: 'MAPPING_FAILED', outcome: 'rejected', cause: 'NOT_JSON', records: 1 },
      ],
      complete: true,
      nothingLeft: false,
    });
  });

  it('that the Lake refused once has the id and UID of the first time when it takes it', async () => {
    await stage.pipeline.append(LOG_OBJECT.name, line('a'));
    stage.faults = ({ ids }) => ({
      kind: 'fail-entries',
      codes: new Map(ids.map((id) => [id, 'InvalidData'])),
    });
    await stage.pipeline.aggregate();
    await stage.pipeline.process();
    const [kept] = await stage.rejects();
    stage.faults = () => undefined;

    await stage.replay();

    expect(kept?.reason).toBe('INVALID_DATA');
    expect(stage.sent).toEqual([[kept?.id], [kept?.id]]);
    expect(await stage.pipeline.uids()).toEqual([`sha256:${kept?.sha256}`]);
    expect(await stage.rejects()).toEqual([]);
  });

  it('that today’s mapping understands is delivered once, however often the replay is run', async () => {
    const text = `{'time':'2026-11-20T10:00:00Z'}`;
    await stage.pipeline.append(LOG_OBJECT.name, `${text}\n`);
    await stage.pipeline.aggregate();
    await stage.pipeline.process();
    const [kept] = await stage.rejects();
    const mended: typeof mapAgain = (reject, frame, account) =>
      mapAgain(
        reject,
        frame.kind === 'record'
          ? { ...frame, bytes: Buffer.from(Buffer.from(frame.bytes).toString().replaceAll(`'`, '"')) }
          : frame,
        account,
      );

    await stage.replay();
    expect(await stage.rejects()).toMatchObject([{ id: kept?.id, reason: 'NOT_JSON', attempts: 2 }]);
    await stage.replay({}, { mapAgain: mended });
    await stage.replay({}, { mapAgain: mended });

    expect(await stage.pipeline.uids()).toHaveLength(1);
    expect(stage.sent).toEqual([[kept?.id]]);
    expect(await stage.rejects()).toEqual([]);
  });

  it('of a torn tail stays one while it is torn', async () => {
    await stage.put(rejectBody(1, { reason: 'TORN_TAIL', text: '{ "time": "2026-11' }));

    await stage.replay();

    expect(await stage.rejects()).toMatchObject([{ reason: 'TORN_TAIL', attempts: 2 }]);
  });

  it('is in no log line, only its place and its reasons', async () => {
    await stage.put(rejectBody(1, { text: 'a secret word' }));

    await stage.replay();

    expect(JSON.stringify(stage.pipeline.emitted)).not.toContain('secret word');
    expect(stage.pipeline.emitted).toContainEqual({
      name: 'record.rejected-again',
      fields: {
        account: 'devstoreaccount1',
        container: LOG_OBJECT.container,
        logObject: LOG_OBJECT.name,
        generation: LOG_OBJECT.generation,
        offset: 1000,
        length: 400,
        reason: 'NOT_JSON',
        reasonBefore: 'MAPPING_FAILED',
        attempts: 2,
      },
    });
  });
});

describe('copies of a reject', () => {
  it('are delivered once and all removed, also when they differ in reason and attempts', async () => {
    await stage.put(rejectBody(1, { reason: 'NOT_JSON' }));
    await stage.put(rejectBody(1, { reason: 'FIELD_TOO_LONG', attempts: 2 }));
    await stage.put(rejectBody(1, { reason: 'NOT_JSON' }));

    const report = await stage.replay({ reason: 'FIELD_TOO_LONG' });

    expect(stage.sent).toEqual([[idOf(1)]]);
    expect(await stage.rejects()).toEqual([]);
    expect(report).toMatchObject({ looked: 3, copies: 2, others: 0, nothingLeft: true });
  });

  it('become one when the record is rejected again', async () => {
    await stage.put(rejectBody(1, { text: 'no JSON', attempts: 2 }));
    await stage.put(rejectBody(1, { text: 'no JSON' }));

    await stage.replay();

    expect(await stage.rejects()).toMatchObject([{ id: idOf(1), attempts: 3 }]);
  });

  it('that come in a later wave than the one that was replayed are removed too', async () => {
    for (let number = 0; number < 130; number += 1) await stage.put(rejectBody(number));
    for (let number = 0; number < 5; number += 1) await stage.put(rejectBody(number));
    await stage.put(rejectBody(200, { text: 'no JSON' }));
    await stage.put(rejectBody(200, { text: 'no JSON' }));

    const report = await stage.replay();

    expect(stage.sent.flat()).toHaveLength(130);
    expect(await stage.rejects()).toMatchObject([{ id: idOf(200), attempts: 2 }]);
    expect(report).toMatchObject({ looked: 137, copies: 6, complete: true });
  });
});

describe('a filter', () => {
  it('by reason leaves all others as they were', async () => {
    const others = [rejectBody(1, { reason: 'NOT_JSON' }), rejectBody(3, { reason: 'NOT_JSON' })];
    await stage.put(others[0] ?? '');
    await stage.put(rejectBody(2));
    await stage.put(others[1] ?? '');

    const report = await stage.replay({ reason: 'MAPPING_FAILED' });

    expect(stage.sent).toEqual([[idOf(2)]]);
    expect((await stage.visible()).map(({ Body }) => Body)).toEqual(expect.arrayContaining(others));
    expect(report).toMatchObject({ looked: 3, others: 2, nothingLeft: true });
  });

  it('by number takes so many records and leaves the rest', async () => {
    for (let number = 0; number < 25; number += 1) await stage.put(rejectBody(number));

    const report = await stage.replay({ limit: 7 });

    expect(stage.sent.flat()).toHaveLength(7);
    expect(await stage.rejects()).toHaveLength(18);
    expect(report).toMatchObject({ complete: true, nothingLeft: true });
  });

  it('looks at no more messages than SQS gives while none is released, and says so', async () => {
    const body = rejectBody(1);
    let given = 0;
    const endless = {
      take: async () =>
        Array.from({ length: 10 }, () => {
          given += 1;
          return { messageId: String(given), receiptHandle: 'r', body };
        }),
      remove: async () => undefined,
      release: async () => undefined,
    };

    const report = await stage.replay({ reason: 'NOT_JSON' }, { failures: endless });

    expect(report).toMatchObject({ looked: 100_000, stoppedBy: { code: 'REPLAY_BOUND_REACHED' } });
    expect(report).toMatchObject({ complete: false, nothingLeft: false });
  });

  it('looks at each message once, though SQS gives it again', async () => {
    for (let number = 0; number < 12; number += 1)
      await stage.put(rejectBody(number, { reason: 'NOT_JSON' }));
    const { failures } = stage.ports();
    const forgetful = {
      take: async () => {
        const taken = await failures.take();
        await stage.letTimePass();
        return taken;
      },
      remove: failures.remove.bind(failures),
      release: failures.release.bind(failures),
    };

    const report = await stage.replay({ reason: 'MAPPING_FAILED' }, { failures: forgetful });

    expect(report.complete).toBe(true);
    expect(report.looked).toBeLessThanOrEqual(12);
    expect(await stage.rejects()).toHaveLength(12);
  });
});

describe('a dry run', () => {
  it('tells what would happen and changes nothing', async () => {
    const bodies = [rejectBody(1), rejectBody(2, { text: 'no JSON' }), 'no reject'];
    for (const body of bodies) await stage.put(body);

    const report = await stage.replay({ dryRun: true });

    const left = (await stage.visible()).map(({ Body }) => Body);
    expect(left).toHaveLength(bodies.length);
    expect(left).toEqual(expect.arrayContaining(bodies));
    expect(stage.sent).toEqual([]);
    expect(report).toMatchObject({
      dryRun: true,
      outcomes: [
        { reason: 'MAPPING_FAILED', outcome: 'delivered', records: 1 },
        { reason: 'MAPPING_FAILED', outcome: 'rejected', cause: 'NOT_JSON', records: 1 },
      ],
      refused: 1,
      nothingLeft: false,
    });
  });

  it('makes every message visible again within a second or two', async () => {
    await stage.put(rejectBody(1));

    const ports = stage.ports();
    await replay(readReplayRequest({ dryRun: true }), ports);
    await new Promise((resolve) => setTimeout(resolve, 1200));

    expect(await ports.failures.take()).toHaveLength(1);
  });
});

describe('what cannot be settled now', () => {
  it('stays as it is when the Lake throttles some records only', async () => {
    const throttled = rejectBody(2);
    await stage.put(rejectBody(1));
    await stage.put(throttled);
    stage.faults = () => fail('Throttling', 2);

    const report = await stage.replay();

    expect(await stage.pipeline.uids()).toEqual([uidOf(1)]);
    expect((await stage.visible()).map(({ Body }) => Body)).toEqual([throttled]);
    expect(report).toMatchObject({
      outcomes: [
        { reason: 'MAPPING_FAILED', outcome: 'delivered', records: 1 },
        { reason: 'MAPPING_FAILED', outcome: 'unsettled', cause: 'DELIVERY_INCOMPLETE', records: 1 },
      ],
      complete: false,
      stoppedBy: { code: 'DELIVERY_INCOMPLETE' },
      nothingLeft: false,
    });
  });

  it('stops the run before the next wave, whose rejects are not looked at', async () => {
    for (let number = 0; number < 150; number += 1) await stage.put(rejectBody(number));
    stage.faults = () => THROTTLE;

    const report = await stage.replay();

    expect(report).toMatchObject({ looked: 100, complete: false, nothingLeft: false });
    expect(await stage.rejects()).toHaveLength(150);
    expect(stage.pipeline.emitted.map(({ name }) => name)).toContain('replay.stopped');
  });

  it('stays when the channel refuses, and the report says so', async () => {
    await stage.put(rejectBody(1));
    stage.faults = () => ({ kind: 'refuse', type: 'ChannelNotFound', status: 404 });

    const report = await stage.replay();

    expect(report.stoppedBy).toMatchObject({ code: 'CHANNEL_REFUSED' });
    expect(await stage.rejects()).toMatchObject([{ attempts: 1 }]);
  });

  it('stays when the time is nearly over', async () => {
    await stage.put(rejectBody(1));
    stage.remainingMs = 84_000;

    const report = await stage.replay();

    expect(report).toMatchObject({ looked: 0, stoppedBy: { code: 'OUT_OF_TIME' }, nothingLeft: false });
    expect(await stage.rejects()).toHaveLength(1);
  });
});

describe('a message that is no reject', () => {
  it.each([
    ['text', 'not a reject'],
    ['another version', rejectBody(1).replace('"version":1', '"version":2')],
    ['another place than its id says', rejectBody(1).replace('"offset":1000', '"offset":1001')],
    ['a record that was changed', rejectBody(1).replace('record 1', 'record 2')],
    ['a member that is not known', rejectBody(1).replace('{"version"', '{"note":"x","version"')],
  ])('(%s) is left and reported, and its neighbours are replayed', async (_, body) => {
    await stage.put(body);
    await stage.put(rejectBody(5));

    const report = await stage.replay();

    expect(stage.sent).toEqual([[idOf(5)]]);
    expect((await stage.visible()).map(({ Body }) => Body)).toEqual([body]);
    expect(report).toMatchObject({ refused: 1, looked: 2, complete: true, nothingLeft: false });
    expect(stage.pipeline.emitted).toContainEqual({
      name: 'replay.refused',
      fields: expect.objectContaining({
        error: expect.objectContaining({ code: 'REJECT_MESSAGE_INVALID' }) as unknown,
      }) as unknown,
    });
  });

  it('is not counted as left when one reason was asked for', async () => {
    await stage.put('not a reject');

    expect(await stage.replay({ reason: 'NOT_JSON' })).toMatchObject({ refused: 1, nothingLeft: true });
  });
});
