import { line } from '../../pipeline/pipeline.ts';
import { AuditedPipeline, HOUR_MS } from './audited-pipeline.ts';

let audited: AuditedPipeline;

beforeEach(async () => {
  audited = await AuditedPipeline.start();
});
afterEach(async () => audited.close());

/** What the Aggregator says of each of its runs, in seconds. */
function agesEmitted(): unknown[] {
  return audited.pipeline.emitted
    .filter(({ name }) => name === 'aggregation.finished')
    .map(({ fields }) => fields['oldestUnsettledByteAge']);
}

describe('the age of the oldest unsettled byte that the Aggregator sees', () => {
  it('is not told of a first run, whose backlog is meant', async () => {
    await audited.pipeline.append(audited.nameOf(30), line('a'));

    await audited.list();

    expect(agesEmitted()).toEqual([undefined]);
  });

  it('is zero when everything listed is settled', async () => {
    await audited.pipeline.append(audited.nameOf(3), line('a'));
    await audited.run();

    await audited.list();

    expect(agesEmitted().at(-1)).toBe(0);
  });

  it('grows from run to run while what was listed is not settled', async () => {
    await audited.pipeline.append(audited.nameOf(3), line('a'));
    await audited.run();
    await audited.pipeline.append(audited.nameOf(3), line('b'));
    await audited.pipeline.append(audited.nameOf(2), line('a'));

    await audited.list();
    await audited.list();

    const [before, after] = agesEmitted().slice(-2).map(Number);
    expect((after ?? 0) - (before ?? 0)).toBeCloseTo(HOUR_MS / 1000, -1);
    expect(before).toBeGreaterThan(HOUR_MS / 1000);
  });

  it('counts neither a torn tail nor the closing brackets of a document', async () => {
    await audited.pipeline.append(audited.nameOf(3), `{"records":[${line('d', '')}]}`);
    await audited.pipeline.append(audited.nameOf(2), line('a').slice(0, 40));
    await audited.run();

    await audited.list();

    expect(agesEmitted().at(-1)).toBe(0);
  });
});
