import { line } from '../../pipeline/pipeline.ts';
import { AuditedPipeline, GRACE_MS, HOUR_MS } from './audited-pipeline.ts';

const OTHER = 'BBBBBBBB-0000-0000-0000-000000000002';
const LENGTH = line('a').length;

let audited: AuditedPipeline;

beforeEach(async () => {
  audited = await AuditedPipeline.start();
});
afterEach(async () => audited.close());

const graceIsOver = (): void => {
  audited.pipeline.now += GRACE_MS + HOUR_MS;
};

/** What a repair leads to: the Processor takes what it enqueued. */
async function processRepairs(): Promise<void> {
  await audited.pipeline.process();
}

describe('a pipeline that lost nothing', () => {
  it('adds up to the byte, with documents, rejects, blank lines and several scopes', async () => {
    const document = `{"records":[${line('d', '')},${line('e', '')}]}`;
    const contents: [string, string][] = [
      [audited.nameOf(60), line('a') + line('b')],
      [audited.nameOf(3), `${line('a')}not json\r\n\r\n${line('c')}`],
      [audited.nameOf(3, OTHER), document],
      [audited.nameOf(0, OTHER), line('a', '\n')],
    ];
    for (const [name, content] of contents) await audited.pipeline.append(name, content);
    await audited.run();
    graceIsOver();
    await audited.list();

    const audit = await audited.audit();

    expect(audit.found).toEqual([]);
    const bytes = contents.reduce((sum, [, content]) => sum + content.length, 0);
    const rejected = 'not json\r\n'.length;
    const framing = '\r\n'.length + document.length - 2 * line('d', '').length;
    expect(audit.account).toEqual({
      logObjects: 4,
      listedBytes: bytes,
      deliveredBytes: bytes - rejected - framing,
      rejectedBytes: rejected,
      excludedBytes: 0,
      framingBytes: framing,
      pendingBytes: 0,
      unexplainedBytes: 0,
      deliveredRecords: 7,
      rejectedRecords: 1,
      excludedRecords: 0,
      goneLogObjects: 0,
    });
    expect(audit).toMatchObject({ findings: 0, oldestUnsettledByteAge: 0, repairedRanges: 0 });
  });

  it('tells the figures hour by hour', async () => {
    await audited.pipeline.append(audited.nameOf(5), line('a'));
    await audited.pipeline.append(audited.nameOf(3), line('a') + line('b'));
    await audited.pipeline.append(audited.nameOf(3, OTHER), line('a'));
    await audited.run();

    const { hours } = await audited.audit();

    const delivered = hours.map(({ account }) => String(account.deliveredRecords)).toSorted();
    expect(delivered).toEqual(['1', '1', '2']);
    expect(new Set(hours.map(({ hourStart }) => hourStart % HOUR_MS))).toEqual(new Set([0]));
  });

  it('has bytes on their way, which is no finding, and tells how old they are', async () => {
    await audited.pipeline.append(audited.nameOf(1), line('a'));
    await audited.run();
    await audited.pipeline.append(audited.nameOf(1), line('b'));
    await audited.list();
    audited.pipeline.now = Date.now() + HOUR_MS;

    const audit = await audited.audit();

    expect(audit.found).toEqual([]);
    expect(audit.account).toMatchObject({ deliveredBytes: LENGTH, pendingBytes: LENGTH });
    expect(Math.abs(audit.oldestUnsettledByteAge - 3600)).toBeLessThan(60);
  });

  it('may have lost a log object that was read to its end: that is how lifecycle rules work', async () => {
    await audited.pipeline.append(audited.nameOf(3), line('a'));
    await audited.pipeline.append(audited.nameOf(2), line('a'));
    await audited.run();
    await audited.pipeline.blobs().getBlobClient(audited.nameOf(3)).delete();

    const audit = await audited.audit();

    expect(audit.found).toEqual([]);
    expect(audit.account).toMatchObject({ logObjects: 1, goneLogObjects: 1, listedBytes: LENGTH });
  });

  it('may have history that waits in its own lane', async () => {
    const old = audited.nameOf(20 * 24);
    await audited.pipeline.append(old, line('a'));
    await audited.list();
    graceIsOver();
    await audited.list();

    const waiting = await audited.audit({ historyEnqueued: async () => true });
    const forgotten = await audited.audit();

    expect(waiting.found).toEqual([]);
    expect(waiting).toMatchObject({ account: { pendingBytes: LENGTH }, oldestUnsettledByteAge: 0 });
    expect(forgotten.found).toMatchObject([{ kind: 'never-enqueued', logObject: { name: old } }]);
  });
});

describe('a silent loss', () => {
  it('a checkpoint that was deleted is reported, and repaired', async () => {
    const name = audited.nameOf(3);
    await audited.pipeline.append(name, line('a'));
    await audited.run();
    await audited.forget(name);
    graceIsOver();

    const { found } = await audited.repair();
    await processRepairs();

    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'never-enqueued',
        bytes: LENGTH,
        logObject: expect.objectContaining({ name }),
      }),
    );
    await audited.list();
    expect((await audited.audit()).found).toEqual([]);
  });

  it('a range message that got lost is reported, and repaired', async () => {
    const name = audited.nameOf(3);
    await audited.pipeline.append(name, line('a'));
    await audited.run();
    await audited.pipeline.append(name, line('b'));
    await audited.list();
    await audited.pipeline.takeRanges();
    graceIsOver();

    const { found, repairedRanges, repairedBytes } = await audited.repair();
    await processRepairs();

    expect(found).toContainEqual(expect.objectContaining({ kind: 'stuck-range', bytes: LENGTH }));
    expect({ repairedRanges, repairedBytes }).toEqual({ repairedRanges: 1, repairedBytes: LENGTH });
    expect(await audited.pipeline.uids()).toHaveLength(2);
    await audited.list();
    expect((await audited.audit()).found).toEqual([]);
  });

  it('the first range of a log object that got lost is reported, and repaired', async () => {
    await audited.pipeline.append(audited.nameOf(3), line('a'));
    await audited.list();
    await audited.pipeline.takeRanges();
    graceIsOver();

    const { found } = await audited.repair();
    await processRepairs();

    expect(found.map(({ kind }) => kind)).toContain('never-enqueued');
    await audited.list();
    expect((await audited.audit()).found).toEqual([]);
  });

  it('growth after the horizon is reported at once, and repaired', async () => {
    const name = audited.nameOf(10 * 24);
    await audited.pipeline.append(name, line('a'));
    await audited.run();
    await audited.pipeline.append(name, line('b'));
    await audited.run();

    const { found } = await audited.repair();
    await processRepairs();

    expect(found).toMatchObject([{ kind: 'grown-after-horizon', bytes: LENGTH, logObject: { name } }]);
    expect((await audited.audit()).found).toEqual([]);
    expect(await audited.pipeline.uids()).toHaveLength(2);
  });

  it('a repair is enqueued though SQS saw the same range a moment ago', async () => {
    await audited.pipeline.append(audited.nameOf(10), line('a'));
    await audited.list();
    const [lost] = await audited.pipeline.takeRanges();
    graceIsOver();
    await audited.pipeline.aggregate();
    const droppedBySqs = await audited.pipeline.takeRanges();

    await audited.repair();

    const repairs = await audited.pipeline.takeRanges();
    expect(droppedBySqs).toEqual([]);
    expect(repairs.map(({ Body }) => Body)).toEqual([lost?.Body]);
  });

  it('a log object that was deleted before it was read is reported', async () => {
    const name = audited.nameOf(3);
    await audited.pipeline.append(name, line('a'));
    await audited.pipeline.append(audited.nameOf(2), line('a'));
    await audited.list();
    await audited.pipeline.blobs().getBlobClient(name).delete();
    await audited.pipeline.process();

    const { found } = await audited.repair();

    expect(found).toMatchObject([
      { kind: 'deleted-before-read', bytes: LENGTH, logObject: { name }, repair: [] },
    ]);
  });

  it('a scope of which Azure lists nothing any more is reported', async () => {
    const name = audited.nameOf(3, OTHER);
    await audited.pipeline.append(audited.nameOf(3), line('a'));
    await audited.pipeline.append(name, line('a'));
    await audited.list();
    await audited.pipeline.blobs().getBlobClient(name).delete();
    await audited.pipeline.process();

    const { found } = await audited.audit();

    expect(found).toMatchObject([{ kind: 'deleted-before-read', bytes: LENGTH, logObject: { name } }]);
  });

  it('a log object that was created again before the old one was read is reported', async () => {
    const name = audited.nameOf(3);
    await audited.pipeline.append(name, line('a') + line('b'));
    await audited.list();
    await audited.pipeline.blobs().getBlobClient(name).delete();
    // A generation is the second of creation.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await audited.pipeline.append(name, line('c'));
    await audited.pipeline.process();
    await audited.run();

    const { found, account } = await audited.audit();

    expect(found).toMatchObject([{ kind: 'recreated-before-read', bytes: 2 * LENGTH, logObject: { name } }]);
    expect(account).toMatchObject({ listedBytes: LENGTH, deliveredBytes: LENGTH });
  });

  it('a log object that is shorter than what was read of it is reported', async () => {
    const name = audited.nameOf(3);
    await audited.pipeline.append(name, line('a') + line('b'));
    await audited.run();
    const { listing } = audited.pipeline.aggregation;
    // What a rewrite within the second of the creation time looks like: the same generation, fewer bytes.
    async function* below(container: string, prefix: string) {
      for await (const page of listing.below(container, prefix))
        yield page.map((listed) => ({ ...listed, length: LENGTH }));
    }

    const { found, account } = await audited.audit({
      listing: { account: listing.account, level: (c, p) => listing.level(c, p), below },
    });

    expect(found).toMatchObject([{ kind: 'shrunk', bytes: LENGTH, logObject: { name }, repair: [] }]);
    expect(account).toMatchObject({ listedBytes: LENGTH, unexplainedBytes: -LENGTH });
  });

  it.each([
    ['committed', LENGTH],
    ['deliveredBytes', -1],
    ['rejectedBytes', 5],
    ['excludedBytes', 5],
    ['examined', -1],
  ])('a checkpoint whose %s was changed by %d is reported', async (counter, by) => {
    const name = audited.nameOf(3);
    await audited.pipeline.append(name, line('a') + line('b'));
    await audited.run();
    await audited.corrupt(name, counter, by);

    const { found } = await audited.audit();

    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'checkpoint-broken',
        logObject: expect.objectContaining({ name }),
        repair: [],
      }),
    );
  });

  it('bytes that a checkpoint passes over, in figures that add up, are reported', async () => {
    const name = audited.nameOf(3);
    const lines = Array.from({ length: 10 }, (_, index) => line(String(index))).join('');
    await audited.pipeline.append(name, line('a'));
    await audited.run();
    await audited.pipeline.append(name, lines);
    await audited.corrupt(name, 'examined', lines.length);

    const { found, account } = await audited.audit();

    expect(found).toMatchObject([{ kind: 'checkpoint-broken', bytes: lines.length }]);
    expect(account.pendingBytes).toBe(lines.length);
  });

  it('a torn tail is no finding while it may go on, is one after, and then a reject', async () => {
    const name = audited.nameOf(2);
    const torn = line('b').slice(0, 40);
    await audited.pipeline.append(name, line('a') + torn);
    await audited.run();
    const early = await audited.audit();
    audited.pipeline.now += 5 * HOUR_MS;
    await audited.run();

    const late = await audited.repair();
    audited.pipeline.now += 24 * HOUR_MS;
    await audited.run();
    const closed = await audited.audit();

    expect(early).toMatchObject({ findings: 0, account: { pendingBytes: torn.length } });
    expect(late.found).toMatchObject([{ kind: 'torn-tail', bytes: torn.length, repair: [] }]);
    expect(closed).toMatchObject({
      findings: 0,
      account: { pendingBytes: 0, rejectedBytes: torn.length, rejectedRecords: 1 },
    });
  });

  it('a torn tail that no listing comes back to is closed by a repair', async () => {
    const torn = line('b').slice(0, 40);
    await audited.pipeline.append(audited.nameOf(2), line('a') + torn);
    await audited.run();
    audited.pipeline.now += 10 * 24 * HOUR_MS;

    const { found } = await audited.repair();
    await processRepairs();

    expect(found).toContainEqual(expect.objectContaining({ kind: 'torn-tail', bytes: torn.length }));
    expect((await audited.audit()).account).toMatchObject({ pendingBytes: 0, rejectedBytes: torn.length });
  });

  it('an Aggregator that stopped is reported, before anything is lost', async () => {
    await audited.pipeline.append(audited.nameOf(3), line('a'));
    await audited.run();
    await audited.pipeline.append(audited.nameOf(3), line('b'));
    graceIsOver();

    const { found } = await audited.audit();

    expect(found.map(({ kind }) => kind)).toContain('listing-behind');
  });

  it('an Aggregator that never ran is reported', async () => {
    await audited.pipeline.append(audited.nameOf(3), line('a'));
    graceIsOver();

    const { found } = await audited.audit();

    expect(found).toMatchObject([{ kind: 'listing-behind', logObject: undefined }]);
  });
});

describe('an audit', () => {
  it('that runs out of time fails, because a part proves nothing', async () => {
    await audited.pipeline.append(audited.nameOf(3), line('a'));

    const auditing = audited.audit({ remainingMs: () => 1_000 });

    await expect(auditing).rejects.toMatchObject({ code: 'AUDIT_UNFINISHED' });
  });

  it('counts names that nobody reads, and no bytes for them', async () => {
    await audited.pipeline.append(audited.nameOf(3), line('a'));
    await audited.pipeline.append('stray.json', '{}');
    await audited.run();

    expect(await audited.audit()).toMatchObject({
      unrecognised: 1,
      unrecognisedExample: 'stray.json',
      account: { listedBytes: LENGTH },
    });
  });

  it('of a container that does not exist is one clear error', async () => {
    await expect(audited.audit()).rejects.toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
  });
});
