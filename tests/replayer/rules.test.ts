import { createHash } from 'node:crypto';
import type { RecordRules } from '#mapping/rules/record-rules.ts';
import { rulesOf } from '../mapping/rules/rules.ts';
import { line, nameAt } from '../pipeline/pipeline.ts';
import { rejectBody } from './reject-body.ts';
import { Stage } from './replay-stage.ts';

const NAME = nameAt('2026-11-20T12');
const MARKER = 'canary-6d02';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => stage.close());

/** The port through which a replay reads its rules. */
function withRules(rules: RecordRules) {
  return { rulesSource: { read: async () => rules } };
}

async function eventsIn(): Promise<string> {
  const { lake } = stage.pipeline.cloud;
  const { rows } = await lake.query(
    `SELECT json_format(CAST(eventData AS JSON)) FROM ${lake.eventDataStoreId}`,
  );
  return JSON.stringify(rows);
}

describe('a replay under filter rules', () => {
  it('delivers what they let through, and removes what they leave out, counted by rule', async () => {
    await stage.put(rejectBody(1));
    await stage.put(rejectBody(2, { text: line('policy', '').replace('Administrative', 'Policy') }));

    const report = await stage.replay({}, withRules(rulesOf({ exclude: 'category:Policy' })));

    expect(report.outcomes).toEqual([
      { reason: 'MAPPING_FAILED', outcome: 'delivered', records: 1 },
      { reason: 'MAPPING_FAILED', outcome: 'excluded', cause: 'category:Policy', records: 1 },
    ]);
    expect(report).toMatchObject({ complete: true, nothingLeft: true });
    expect(await stage.pipeline.uids()).toHaveLength(1);
    expect(await stage.rejects()).toEqual([]);
    expect(stage.pipeline.emitted).toContainEqual({
      name: 'replay.finished',
      fields: expect.objectContaining({ delivered: 1, excluded: 1 }),
    });
  });

  it('says in a dry run what would be left out, and changes nothing', async () => {
    await stage.put(rejectBody(1));

    const report = await stage.replay({ dryRun: true }, withRules(rulesOf({ include: 'category:Policy' })));

    expect(report.outcomes).toEqual([
      { reason: 'MAPPING_FAILED', outcome: 'excluded', cause: 'no include rule', records: 1 },
    ]);
    expect(await stage.rejects()).toHaveLength(1);
  });
});

describe('a replay with members to hide', () => {
  const RULES = rulesOf({ redact: 'properties.marker' });

  it('hides them in what it delivers', async () => {
    await stage.put(rejectBody(1, { text: line(MARKER, '') }));

    await stage.replay({}, withRules(RULES));

    const events = await eventsIn();
    expect(events).toContain('/properties/marker');
    expect(events).not.toContain(MARKER);
  });

  it('reads a reject that holds no record from the log object, and delivers it', async () => {
    await stage.pipeline.append(NAME, line('before') + line(MARKER) + line('after'));
    stage.faults = ({ ids }) => ({
      kind: 'fail-entries',
      codes: new Map(ids.slice(1, 2).map((id) => [id, 'InvalidData'])),
    });
    await stage.pipeline.aggregate();
    await stage.pipeline.process(undefined, { rules: RULES });
    stage.faults = () => undefined;
    const kept = await stage.rejects();
    await stage.clear();
    for (const reject of kept) await stage.put(JSON.stringify(reject));

    const report = await stage.replay({}, withRules(RULES));

    const sha256 = createHash('sha256').update(line(MARKER, '')).digest('hex');
    expect(kept).toMatchObject([{ reason: 'INVALID_DATA', sha256 }]);
    expect(JSON.stringify(kept)).not.toContain(MARKER);
    expect(report).toMatchObject({ nothingLeft: true });
    expect(await stage.pipeline.uids()).toHaveLength(3);
    expect(await eventsIn()).not.toContain(MARKER);
  });

  it('leaves the record in a message of before: the log object may be gone', async () => {
    await stage.put(rejectBody(1, { reason: 'NOT_JSON', text: `{'marker':'${MARKER}'}` }));

    const report = await stage.replay({}, withRules(RULES));

    expect(report.outcomes).toMatchObject([{ outcome: 'rejected', cause: 'NOT_JSON' }]);
    expect(await stage.rejects()).toMatchObject([
      { attempts: 2, record: { encoding: 'utf8', text: `{'marker':'${MARKER}'}` } },
    ]);
  });

  it('delivers nothing when the key cannot be read, and says so', async () => {
    await stage.put(rejectBody(1));
    const error = new Error('no key');

    const report = await stage.replay({}, { rulesSource: { read: async () => Promise.reject(error) } });

    expect(report).toMatchObject({ complete: false, nothingLeft: false });
    expect(await stage.pipeline.uids()).toEqual([]);
    expect(await stage.rejects()).toHaveLength(1);
  });
});
