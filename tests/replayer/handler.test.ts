import { RANGE_DEAD_LETTER_QUEUE } from '#local/sqs.ts';
import { messageGroupId, writeRangeMessage } from '#shared/ranges/range.ts';
import { LONGEST_RUN_MS } from '#replayer/connect.ts';
import { BuiltFunctions, eventOf, everythingOf, loggedBy, metricsOf } from '../pipeline/built-functions.ts';
import { LOG_OBJECT, rejectBody, uidOf } from './reject-body.ts';
import { Stage } from './replay-stage.ts';
import { properties } from '../template/deployed-template.ts';

let functions: BuiltFunctions;
let stage: Stage;
beforeAll(async () => {
  functions = await BuiltFunctions.build('replayer');
});
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => {
  await functions.end();
  await stage.close();
});
afterAll(async () => functions.close());

function replayer(change: Record<string, string | undefined> = {}) {
  return functions.create('replayer', stage.pipeline.cloud, change);
}

describe('the Replayer as it is deployed', () => {
  it('replays the failure queue and answers with the report', async () => {
    await stage.put(rejectBody(1));
    await stage.put(rejectBody(2, { text: 'a secret word' }));

    const result = await replayer().invoke({});

    expect(result.error).toBeUndefined();
    expect(result.payload).toMatchObject({
      queue: 'failures',
      outcomes: [
        { reason: 'MAPPING_FAILED', outcome: 'delivered', records: 1 },
        { reason: 'MAPPING_FAILED', outcome: 'rejected', cause: 'NOT_JSON', records: 1 },
      ],
      nothingLeft: false,
    });
    expect(await stage.pipeline.uids()).toEqual([uidOf(1)]);
    expect(metricsOf(result)).toMatchObject({
      RecordsReplayed: 1,
      RecordsRejectedAgain: 1,
      RecordsNotReplayed: 0,
    });
    expect(loggedBy(result).map(({ event }) => event)).toEqual([
      'record.rejected-again',
      'replay.counted',
      'replay.counted',
      'replay.finished',
    ]);
    expect(everythingOf(result)).not.toContain('secret word');
  });

  it('does what events/replayer-by-reason.json asks for: a dry run over one reason', async () => {
    const bodies = [rejectBody(1, { reason: 'NOT_JSON' }), rejectBody(2)];
    for (const body of bodies) await stage.put(body);

    const result = await replayer().invoke(await eventOf('replayer-by-reason.json'));

    expect(result.payload).toMatchObject({
      dryRun: true,
      outcomes: [{ reason: 'NOT_JSON', outcome: 'delivered', records: 1 }],
      others: 1,
      nothingLeft: true,
    });
    expect(stage.sent).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect((await stage.visible()).map(({ Body }) => Body)).toEqual(expect.arrayContaining(bodies));
    expect(metricsOf(result)).toEqual({});
  });

  it('does what events/replayer-ranges.json asks for: puts dead ranges back', async () => {
    await stage.put(
      writeRangeMessage({ logObject: LOG_OBJECT, end: 1, tail: 'open' }),
      RANGE_DEAD_LETTER_QUEUE,
      {
        MessageGroupId: messageGroupId(LOG_OBJECT),
        MessageDeduplicationId: 'x',
      },
    );

    const result = await replayer().invoke(await eventOf('replayer-ranges.json'));

    expect(result.payload).toMatchObject({ queue: 'range-dead-letters', moved: 1, nothingLeft: true });
    expect(await stage.pipeline.takeRanges()).toHaveLength(1);
  });

  it.each([
    ['a misspelt member', { dryrun: true }, '"dryrun" is not known'],
    ['a reason that does not exist', { reason: 'NOT_JASON' }, '"reason" must be one of NOT_JSON'],
    ['no number', { limit: '5' }, '"limit" must be a number'],
    ['a limit of none', { limit: 0 }, '"limit" must be at least 1'],
    ['a reason of ranges', { ranges: true, reason: 'NOT_JSON' }, 'a range has no reject reason'],
  ])('refuses %s before it touches a queue', async (_, event, message) => {
    await stage.put(rejectBody(1));

    const { error } = await replayer().invoke(event);

    expect(error?.errorType).toBe('REPLAY_REQUEST_INVALID');
    expect(error?.errorMessage).toContain(message);
    expect(await stage.rejects()).toMatchObject([{ attempts: 1 }]);
  });

  it('fails when the channel refuses, and keeps the rejects', async () => {
    await stage.put(rejectBody(1));
    stage.faults = () => ({ kind: 'refuse', type: 'ChannelNotFound', status: 404 });

    const { error, ...result } = await replayer().invoke({});

    expect(error?.errorType).toBe('CHANNEL_REFUSED');
    expect(loggedBy(result).map(({ event }) => event)).toContain('replay.stopped');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await stage.rejects()).toMatchObject([{ attempts: 1 }]);
  });

  it('names every setting that is missing', async () => {
    const { error } = await replayer({ FAILURE_QUEUE_URL: undefined, RANGE_QUEUE_URL: '' }).invoke({});

    expect(error?.errorType).toBe('CONFIGURATION_INVALID');
    expect(error?.errorMessage).toContain('FAILURE_QUEUE_URL');
    expect(error?.errorMessage).toContain('RANGE_QUEUE_URL');
  });
});

it('a run ends no later than its function, so that what it took is hidden until then', () => {
  expect(properties('ReplayerFunction')['Timeout']).toBe(LONGEST_RUN_MS / 1000);
});

it('nothing starts a replay but a person, and nothing repeats it', () => {
  expect(properties('ReplayerFunction')['Events']).toBeUndefined();
  expect(properties('ReplayerFunction')['EventInvokeConfig']).toEqual({ MaximumRetryAttempts: 0 });
});
