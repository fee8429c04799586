import { WITHOUT_LAKE } from '#shared/destinations/connect-destinations.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { nameAt } from '../pipeline/pipeline.ts';
import type { StoredObject } from '../pipeline/stored-rows.ts';
import { idOf, LOG_OBJECT, rejectBody } from './reject-body.ts';
import { Stage } from './replay-stage.ts';

let stage: Stage;
let logObject = LOG_OBJECT;
let hour = 0;

beforeAll(async () => {
  stage = await Stage.start('Both');
});
afterAll(async () => stage.close());
beforeEach(async () => {
  hour += 1;
  logObject = { ...LOG_OBJECT, name: nameAt(`2026-11-20T${String(hour).padStart(2, '0')}`) };
  stage.faults = () => undefined;
  stage.sent.length = 0;
  await stage.clear();
});

async function objects(): Promise<StoredObject[]> {
  const all = await stage.pipeline.objects();
  return all.filter(({ metadata }) => metadata['log-object'] === logObject.name);
}

describe('a replayed record', () => {
  it('gets a row of its own when CloudTrail Lake took it, and then leaves the queue', async () => {
    await stage.put(rejectBody(1, { logObject }));
    await stage.put(rejectBody(2, { logObject }));
    stage.faults = () => ({
      kind: 'fail-entries',
      codes: new Map([[idOf(2, logObject), 'FieldTooLong']]),
    });

    await stage.replay();

    const stored = await objects();
    expect(stored.map(({ rows }) => rows.map(({ eventid }) => eventid))).toEqual([[idOf(1, logObject)]]);
    expect(stored[0]?.key).toMatch(/-000000000001000-replayed\.jsonl\.gz$/);
    expect((await stage.rejects()).map(({ id }) => id)).toEqual([idOf(2, logObject)]);
  });

  it('that S3 does not take stays in the queue, and has one row in the end', async () => {
    await stage.put(rejectBody(1, { logObject }));
    const error = new CrosstrailError('EVENT_BUCKET_REFUSED', 'for a test');

    const report = await stage.replay({}, { rows: { write: async (all) => all.map(() => error) } });

    expect(report).toMatchObject({
      complete: false,
      stoppedBy: { code: 'EVENT_BUCKET_REFUSED' },
      outcomes: [{ outcome: 'unsettled', cause: 'EVENT_BUCKET_REFUSED', records: 1 }],
    });
    expect((await stage.rejects()).map(({ id }) => id)).toEqual([idOf(1, logObject)]);
    expect(await stage.replay()).toMatchObject({ nothingLeft: true });
    expect((await objects()).map(({ rows }) => rows.length)).toEqual([1]);
  });

  it('of which the queue has a late copy is written over the row that is there', async () => {
    await stage.put(rejectBody(1, { logObject }));
    await stage.replay();
    await stage.put(rejectBody(1, { logObject }));

    await stage.replay();

    expect((await objects()).map(({ rows }) => rows.length)).toEqual([1]);
  });

  it('goes to S3 alone when CloudTrail Lake is no destination', async () => {
    await stage.put(rejectBody(1, { logObject }));

    expect(await stage.replay({}, { destination: WITHOUT_LAKE })).toMatchObject({ nothingLeft: true });

    expect(stage.sent).toEqual([]);
    expect((await objects()).map(({ rows }) => rows.length)).toEqual([1]);
  });
});
