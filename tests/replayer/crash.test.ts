import { RANGE_DEAD_LETTER_QUEUE, RANGE_QUEUE } from '#local/sqs.ts';
import type { LogObject } from '#mapping/origin.ts';
import { messageGroupId, writeRangeMessage } from '#shared/ranges/range.ts';
import { writeRejectMessage } from '#shared/rejects/reject-message.ts';
import { recordId } from '#mapping/ids.ts';
import { createHash } from 'node:crypto';
import { line, nameAt } from '../pipeline/pipeline.ts';
import { readReplayRequest } from '#replayer/replay-request.ts';
import { replay } from '#replayer/replay.ts';
import { idOf, LOG_OBJECT, rejectBody } from './reject-body.ts';
import { Stage, type Gate } from './replay-stage.ts';

/** A process that dies before or after its n-th request: nothing that it tries afterwards happens. */
function mortal(
  dyingAt: number,
  when: 'before' | 'after',
): { readonly gate: Gate; readonly requests: () => number } {
  let requests = 0;
  let dead = false;
  const die = (): never => {
    dead = true;
    throw new Error('the process is dead');
  };
  const gate: Gate = async (send) => {
    if (dead) return die();
    requests += 1;
    const dies = requests === dyingAt;
    if (dies && when === 'before') return die();
    const answer = await send();
    if (dies) return die();
    return answer;
  };
  return { gate, requests: () => requests };
}

const DELIVERABLE = Array.from({ length: 12 }, (_, index) => index);
const REFUSED_BY_MAPPING = 20;
const REFUSED_BY_LAKE = 21;
const OF_ANOTHER_REASON = 22;
const LONG = line('x'.repeat(1_100_000), '');

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start('Both');
});
afterAll(async () => stage.close());

/** Puts one of everything into the failure queue; gives the id of the record that is in its log object only. */
async function setScene(logObject: LogObject): Promise<string> {
  for (const number of DELIVERABLE) await stage.put(rejectBody(number, { logObject }));
  await stage.put(rejectBody(3, { logObject }));
  await stage.put(rejectBody(REFUSED_BY_MAPPING, { logObject, text: 'no JSON' }));
  await stage.put(rejectBody(REFUSED_BY_MAPPING, { logObject, text: 'no JSON', attempts: 2 }));
  await stage.put(rejectBody(REFUSED_BY_LAKE, { logObject }));
  await stage.put(rejectBody(OF_ANOTHER_REASON, { logObject, reason: 'NO_EVENT_TIME' }));
  await stage.put('not a reject');
  await stage.pipeline.append(logObject.name, `${LONG}\n`);
  const { createdOn = new Date(0) } = await stage.pipeline
    .blobs()
    .getBlobClient(logObject.name)
    .getProperties();
  const generation = `${createdOn.toISOString().slice(0, 19)}Z`;
  const origin = { ...logObject, generation, offset: 0, length: LONG.length + 1 };
  const rejection = { reason: 'MAPPING_FAILED', message: 'It was so.' } as const;
  const content = { sha256: createHash('sha256').update(LONG).digest('hex') };
  await stage.put(writeRejectMessage({ id: recordId(origin), origin, rejection, content }));
  return recordId(origin);
}

/** How often each id was sent and stored. */
function timesSent(): Map<string, number> {
  const times = new Map<string, number>();
  for (const id of stage.sent.flat()) times.set(id, (times.get(id) ?? 0) + 1);
  return times;
}

async function runOnce(number: number, when: 'before' | 'after'): Promise<boolean> {
  const logObject = { ...LOG_OBJECT, name: `${nameAt('2026-11-20T10')}-${number}-${when}` };
  await stage.clear();
  await stage.pipeline.emptyBucket();
  const long = await setScene(logObject);
  stage.sent.length = 0;
  stage.faults = ({ ids }) =>
    ids.includes(idOf(REFUSED_BY_LAKE, logObject))
      ? { kind: 'fail-entries', codes: new Map([[idOf(REFUSED_BY_LAKE, logObject), 'FieldTooLong']]) }
      : undefined;
  const { gate, requests } = mortal(number, when);
  const request = readReplayRequest({ reason: 'MAPPING_FAILED' });

  await replay(request, stage.ports(gate));
  const died = requests() >= number;
  await stage.letTimePass();

  // Nothing is lost at the moment of death.
  const deliverable = [...DELIVERABLE.map((each) => idOf(each, logObject)), long];
  const inQueue = new Set((await stage.visible()).map(({ Body = '' }) => idIn(Body)));
  const stored = await storedIds(logObject);
  for (const id of deliverable) expect(inQueue.has(id) || stored.has(id)).toBe(true);
  expect(inQueue).toContain(idOf(REFUSED_BY_MAPPING, logObject));
  expect(inQueue).toContain(idOf(REFUSED_BY_LAKE, logObject));

  await replay(request, stage.ports());
  await stage.letTimePass();
  await replay(request, stage.ports());
  await stage.letTimePass();

  // Nothing is doubled in the end, and whatever was sent twice had the same id.
  const left = (await stage.visible()).map(({ Body = '' }) => Body);
  const rejects = left.filter((body) => body.startsWith('{')).map((body) => JSON.parse(body) as object);
  expect(left.filter((body) => body === 'not a reject')).toHaveLength(1);
  expect(rejects).toHaveLength(3);
  expect(rejects).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: idOf(REFUSED_BY_MAPPING, logObject), reason: 'NOT_JSON' }),
      expect.objectContaining({ id: idOf(REFUSED_BY_LAKE, logObject), reason: 'FIELD_TOO_LONG' }),
      expect.objectContaining({ id: idOf(OF_ANOTHER_REASON, logObject), attempts: 1 }),
    ]),
  );
  const times = timesSent();
  for (const id of deliverable) expect(times.get(id)).toBeLessThanOrEqual(2);
  expect(await storedIds(logObject)).toEqual(new Set(deliverable));
  expect((await rowIds()).toSorted()).toEqual(deliverable.toSorted());
  return died;
}

function idIn(body: string): string | undefined {
  return body.startsWith('{') ? (JSON.parse(body) as { id: string }).id : undefined;
}

/** Ids of the records of a log object that the Lake holds, from the place that each event names. */
async function storedIds({ account, container, name }: LogObject): Promise<Set<string>> {
  const member = (key: string): string => `element_at(eventData.additionalEventData, '${key}')`;
  const { rows } = await stage.pipeline.cloud.lake.query(
    `SELECT ${member('logObject')}, ${member('generation')}, ${member('offset')} FROM ${stage.pipeline.cloud.lake.eventDataStoreId}`,
  );
  const own = rows.filter(([logObject]) => String(logObject).endsWith(name));
  return new Set(
    own.map(([, generation, offset]) =>
      recordId({
        account,
        container,
        name,
        generation: String(generation),
        offset: Number(offset),
        length: 0,
      }),
    ),
  );
}

/** Ids of the rows in S3, one for each row. */
async function rowIds(): Promise<string[]> {
  const objects = await stage.pipeline.objects();
  return objects.flatMap(({ rows }) => rows.map(({ eventid }) => eventid));
}

it.each(['before', 'after'] as const)(
  'a replay that is killed %s any of its requests loses nothing and doubles nothing',
  async (when) => {
    let points = 0;
    while (await runOnce(points + 1, when)) points += 1;

    // Receives, the read from Azure, the delivery, the rows, sending and deleting, the release.
    expect(points).toBeGreaterThanOrEqual(10);
  },
);

it.each(['before', 'after'] as const)(
  'putting ranges back that is killed %s any of its requests loses none',
  async (when) => {
    const request = readReplayRequest({ ranges: true });
    for (let number = 1; ; number += 1) {
      const bodies: string[] = [];
      for (let each = 0; each < 12; each += 1) {
        const logObject = { ...LOG_OBJECT, name: `${LOG_OBJECT.name}-${when}-${number}-${each}` };
        const body = writeRangeMessage({ logObject, end: 1000, tail: 'open' });
        bodies.push(body);
        const ids = {
          MessageGroupId: messageGroupId(logObject),
          MessageDeduplicationId: `${number}-${each}-${when}`,
        };
        await stage.put(body, RANGE_DEAD_LETTER_QUEUE, ids);
      }
      const { gate, requests } = mortal(number, when);

      await replay(request, stage.ports(gate));
      await stage.letTimePass();
      await replay(request, stage.ports());
      await stage.letTimePass();

      const moved = (await stage.pipeline.takeRanges()).map(({ Body = '' }) => Body);
      expect(new Set(moved)).toEqual(new Set(bodies));
      // The same deduplication id as before the death: SQS takes each range once.
      expect(moved).toHaveLength(bodies.length);
      expect(await stage.visible(RANGE_DEAD_LETTER_QUEUE)).toEqual([]);
      expect(await stage.visible(RANGE_QUEUE)).toEqual([]);
      if (requests() < number) {
        expect(number).toBeGreaterThan(6);
        return;
      }
    }
  },
);
