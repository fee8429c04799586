import { RANGE_DEAD_LETTER_QUEUE, RANGE_QUEUE } from '#local/sqs.ts';
import {
  messageDeduplicationId,
  messageGroupId,
  writeRangeMessage,
  type Range,
} from '#shared/ranges/range.ts';
import { LOG_OBJECT } from './reject-body.ts';
import { Stage } from './replay-stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => stage.close());

function rangeOf(number: number, name = `${LOG_OBJECT.name}-${number}`): Range {
  return { logObject: { ...LOG_OBJECT, name }, end: 1000 + number, tail: 'open' };
}

/** Puts a range where SQS puts one that nobody could settle, with the ids that the Aggregator gave it. */
async function putDead(range: Range): Promise<string> {
  const body = writeRangeMessage(range);
  await stage.put(body, RANGE_DEAD_LETTER_QUEUE, {
    MessageGroupId: messageGroupId(range.logObject),
    MessageDeduplicationId: messageDeduplicationId(range),
  });
  return body;
}

it('dead ranges go back to the range queue, of the same group and with another deduplication id', async () => {
  const range = rangeOf(1);
  // SQS still remembers that it took this range a moment ago.
  const ids = {
    MessageGroupId: messageGroupId(range.logObject),
    MessageDeduplicationId: messageDeduplicationId(range),
  };
  await stage.put(writeRangeMessage(range), RANGE_QUEUE, ids);
  await stage.pipeline.takeRanges();
  const body = await putDead(range);

  const report = await stage.replayRanges();

  const [moved, ...others] = await stage.visible(RANGE_QUEUE);
  expect(others).toEqual([]);
  expect(moved?.Body).toBe(body);
  expect(moved?.Attributes?.MessageGroupId).toBe(ids.MessageGroupId);
  expect(moved?.Attributes?.MessageDeduplicationId).not.toBe(ids.MessageDeduplicationId);
  expect(await stage.visible(RANGE_DEAD_LETTER_QUEUE)).toEqual([]);
  expect(report).toEqual({
    queue: 'range-dead-letters',
    dryRun: false,
    moved: 1,
    refused: 0,
    complete: true,
    nothingLeft: true,
  });
});

it('all of them go, many of one log object too', async () => {
  for (let number = 0; number < 12; number += 1) await putDead(rangeOf(number));
  for (let number = 0; number < 12; number += 1) await putDead(rangeOf(number, LOG_OBJECT.name));

  const report = await stage.replayRanges();

  expect(report).toMatchObject({ moved: 24, nothingLeft: true });
  expect(await stage.visible(RANGE_DEAD_LETTER_QUEUE)).toEqual([]);
  expect(await stage.pipeline.takeRanges()).toHaveLength(24);
});

it('a limit moves so many', async () => {
  for (let number = 0; number < 12; number += 1) await putDead(rangeOf(number));

  expect(await stage.replayRanges({ limit: 5 })).toMatchObject({ moved: 5, nothingLeft: true });

  expect(await stage.visible(RANGE_DEAD_LETTER_QUEUE)).toHaveLength(7);
});

it('a dry run counts them and moves none', async () => {
  for (let number = 0; number < 3; number += 1) await putDead(rangeOf(number));

  expect(await stage.replayRanges({ dryRun: true })).toMatchObject({ dryRun: true, moved: 3 });
  expect(await stage.replayRanges({ dryRun: true, limit: 2 })).toMatchObject({ moved: 2 });

  expect(await stage.visible(RANGE_DEAD_LETTER_QUEUE)).toHaveLength(3);
  expect(await stage.visible(RANGE_QUEUE)).toEqual([]);
});

it('a message that is no range is left and reported, and its neighbours are moved', async () => {
  await stage.put('{"Records":[]}', RANGE_DEAD_LETTER_QUEUE, {
    MessageGroupId: 'someone',
    MessageDeduplicationId: 'someone',
  });
  await putDead(rangeOf(1));

  const report = await stage.replayRanges();

  expect(report).toMatchObject({ moved: 1, refused: 1, complete: true, nothingLeft: false });
  expect((await stage.visible(RANGE_DEAD_LETTER_QUEUE)).map(({ Body }) => Body)).toEqual(['{"Records":[]}']);
  expect(stage.pipeline.emitted.map(({ name }) => name)).toContain('replay.refused');
});

it('without time nothing is moved, and the report says so', async () => {
  await putDead(rangeOf(1));
  stage.remainingMs = 29_000;

  const report = await stage.replayRanges();

  expect(report).toMatchObject({ moved: 0, stoppedBy: { code: 'OUT_OF_TIME' }, nothingLeft: false });
  expect(await stage.visible(RANGE_DEAD_LETTER_QUEUE)).toHaveLength(1);
});
