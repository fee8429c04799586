import type { RecordRules } from '#mapping/rules/record-rules.ts';
import { rulesOf } from '../mapping/rules/rules.ts';
import { line, nameAt, Pipeline } from '../pipeline/pipeline.ts';
import { HOUR_MS } from '../shared/audit/audited-pipeline.ts';

const NAME = nameAt('2026-11-20T11');
const MARKER = 'canary-a81f';

let pipeline: Pipeline;

beforeEach(async () => {
  pipeline = await Pipeline.start({ destination: 'Both' });
});
afterEach(async () => pipeline.close());

/** A small record of that category. */
function lineOf(category: string, marker = 'a'): string {
  return line(marker).replace('Administrative', category);
}

async function settle(rules: RecordRules): Promise<string[]> {
  await pipeline.aggregate();
  return pipeline.process(undefined, { rules });
}

function emitted(name: string): Record<string, unknown>[] {
  return pipeline.emitted.filter((each) => each.name === name).map(({ fields }) => fields);
}

async function eventsIn(): Promise<string> {
  const { lake } = pipeline.cloud;
  const { rows } = await lake.query(
    `SELECT json_format(CAST(eventData AS JSON)) FROM ${lake.eventDataStoreId}`,
  );
  return JSON.stringify(rows);
}

describe('with rules that leave records out', () => {
  const RULES = rulesOf({ include: 'category:*', exclude: 'category:Policy, category:*Health' });

  it('delivers the others to every destination, and counts what it leaves out wherever it counts', async () => {
    const left = [lineOf('Policy'), lineOf('ServiceHealth'), lineOf('ResourceHealth')];
    const delivered = [lineOf('Administrative', 'a'), lineOf('Administrative', 'b')];
    const noRecord = 'not json, category:Policy\r\n';
    await pipeline.append(
      NAME,
      [left[0], delivered[0], noRecord, left[1], '\r\n', delivered[1], left[2]].join(''),
    );

    const failed = await settle(RULES);

    expect(failed).toEqual([]);
    expect(await pipeline.uids()).toHaveLength(2);
    expect(await pipeline.rowUids()).toEqual(await pipeline.uids());
    expect((await pipeline.rejects()).map(({ reason }) => reason)).toEqual(['NOT_JSON']);
    const excludedBytes = left.join('').length;
    const [checkpoint] = await pipeline.checkpoints();
    expect(checkpoint).toMatchObject({
      deliveredRecords: 2,
      rejectedRecords: 1,
      excludedRecords: 3,
      excludedBytes,
      committed: excludedBytes + delivered.join('').length + noRecord.length + 2,
    });
    expect(emitted('range.settled')).toMatchObject([
      { delivered: 2, rejected: 1, excluded: 3, excludedBytes },
    ]);
    expect(emitted('records.excluded')).toEqual([
      { rule: 'category:Policy', excluded: 1, excludedBytes: left[0]?.length },
      { rule: 'category:*Health', excluded: 2, excludedBytes: left.slice(1).join('').length },
    ]);
  });

  it('settles a log object of which nothing is left, and looks at none of it again', async () => {
    await pipeline.append(NAME, lineOf('Policy') + lineOf('Policy'));
    expect(await settle(RULES)).toEqual([]);
    pipeline.now += HOUR_MS;

    expect(await settle({})).toEqual([]);

    expect(await pipeline.uids()).toEqual([]);
    expect(await pipeline.objects()).toEqual([]);
    expect(await pipeline.checkpoints()).toMatchObject([{ excludedRecords: 2, deliveredRecords: 0 }]);
  });

  it('counts records that no include rule names under a name of their own', async () => {
    await pipeline.append(NAME, lineOf('Administrative') + lineOf('Policy'));

    await settle(rulesOf({ include: 'category:Policy' }));

    expect(emitted('records.excluded')).toMatchObject([{ rule: 'no include rule', excluded: 1 }]);
    expect(await pipeline.uids()).toHaveLength(1);
  });

  it('leaves out a last line without an ending as it would one with it, once its hour is over', async () => {
    await pipeline.append(NAME, lineOf('Administrative') + lineOf('Policy', 'a').trimEnd());
    pipeline.now += 30 * HOUR_MS;

    await settle(RULES);

    expect(await pipeline.checkpoints()).toMatchObject([{ excludedRecords: 1, torn: false }]);
    expect(await pipeline.rejects()).toEqual([]);
  });

  it('has no metric of it where nothing is left out', async () => {
    await pipeline.append(NAME, lineOf('Administrative'));

    await settle(RULES);

    expect(Object.keys(emitted('range.settled')[0] ?? {})).not.toContain('excluded');
    expect(emitted('records.excluded')).toEqual([]);
  });
});

describe('with members to hide', () => {
  const RULES = rulesOf({ redact: 'properties.marker', hash: 'callerIpAddress' });

  it('no event, row, reject, log or metric holds them; the original is where the event says', async () => {
    const whole = line(MARKER).replace('"resultType"', `"callerIpAddress": "203.0.113.9", "resultType"`);
    const cutOff = `{"properties":{"marker":"${MARKER}"}, 203.0.113.9\r\n`;
    await pipeline.append(NAME, whole + cutOff + `{"properties":{"marker":"${MARKER}"}}\n`);

    const failed = await settle(RULES);

    const rejects = await pipeline.rejects();
    const everything = [
      await eventsIn(),
      JSON.stringify(await pipeline.objects()),
      JSON.stringify(rejects),
      JSON.stringify(pipeline.emitted),
      JSON.stringify(await pipeline.checkpoints()),
    ].join('\n');
    expect(failed).toEqual([]);
    expect(rejects.map(({ reason, record }) => [reason, record])).toEqual([
      ['NOT_JSON', undefined],
      ['NO_EVENT_TIME', undefined],
    ]);
    expect(everything).toContain('/properties/marker');
    expect(everything).toContain('hmac-sha256:');
    expect(everything).not.toContain(MARKER);
    expect(everything).not.toContain('203.0.113.9');
  });

  it('a reject by the destination holds none of them either', async () => {
    await pipeline.append(NAME, line(MARKER));
    const rejection = { reason: 'INVALID_DATA', message: 'for a test' } as const;
    await pipeline.aggregate();

    await pipeline.process(undefined, {
      rules: RULES,
      destination: { deliver: async (events) => events.map(() => ({ kind: 'rejected', rejection })) },
    });

    const rejects = await pipeline.rejects();
    expect(rejects).toMatchObject([
      { reason: 'INVALID_DATA', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(JSON.stringify(rejects)).not.toContain(MARKER);
  });

  it('a repeat makes the same events and overwrites the same rows', async () => {
    await pipeline.append(NAME, line(MARKER));
    await pipeline.aggregate();
    const ranges = (await pipeline.takeRanges()).map(({ MessageId = '', Body = '' }) => ({
      messageId: MessageId,
      body: Body,
    }));

    // The commit after the first delivery is lost.
    const lost = {
      read: pipeline.batch.checkpoints.read.bind(pipeline.batch.checkpoints),
      commit: async () => undefined,
    };
    await pipeline.process(ranges, { rules: RULES, checkpoints: lost });
    await pipeline.process(ranges, { rules: RULES });

    const uids = await pipeline.uids();
    expect(uids).toHaveLength(2);
    expect(new Set(uids).size).toBe(1);
    expect(uids[0]).toMatch(/^hmac-sha256:/);
    expect(await pipeline.rowUids()).toEqual([uids[0]]);
  });
});
