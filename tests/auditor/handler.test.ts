import {
  BuiltFunctions,
  eventOf,
  everythingOf,
  loggedBy,
  metricsOf,
  type EnvironmentChange,
} from '../pipeline/built-functions.ts';
import { CONTAINER, line, type Pipeline } from '../pipeline/pipeline.ts';
import { AuditedPipeline } from '../shared/audit/audited-pipeline.ts';

const MARKER = 'marker-of-the-record';
const LENGTH = line(MARKER).length;

let functions: BuiltFunctions;
let audited: AuditedPipeline;
let pipeline: Pipeline;

beforeAll(async () => {
  functions = await BuiltFunctions.build('auditor');
});
afterAll(async () => functions.close());
beforeEach(async () => {
  audited = await AuditedPipeline.start();
  ({ pipeline } = audited);
});
afterEach(async () => {
  await functions.end();
  await audited.close();
});

async function runSchedule(change: EnvironmentChange = {}) {
  return functions.create('auditor', pipeline.cloud, change).invoke(await eventOf('auditor-schedule.json'));
}

describe('the built Auditor, started by its schedule', () => {
  it('finds nothing where nothing is missing, and says how much was compared', async () => {
    await pipeline.append(audited.nameOf(3), line(MARKER));
    await audited.run();

    const result = await runSchedule();

    expect(result.error).toBeUndefined();
    expect(loggedBy(result)).toMatchObject([
      {
        event: 'audit.finished',
        requestId: result.requestId,
        container: CONTAINER,
        listedBytes: LENGTH,
        deliveredBytes: LENGTH,
        findings: 0,
      },
    ]);
    expect(metricsOf(result)).toMatchObject({
      service: 'auditor',
      AuditFindings: 0,
      BytesPending: 0,
      OldestUnsettledByteAge: 0,
    });
    expect(everythingOf(result)).not.toContain(MARKER);
  });

  it('names what is missing with its cause and what to do, and succeeds: the alarm is on the findings', async () => {
    const name = audited.nameOf(5 * 24);
    await pipeline.append(name, line(MARKER));
    await audited.run();
    await pipeline.append(name, line('late'));

    const result = await runSchedule();

    expect(result.error).toBeUndefined();
    expect(loggedBy(result)).toMatchObject([
      {
        level: 'ERROR',
        event: 'audit.finding',
        kind: 'grown-after-horizon',
        container: CONTAINER,
        logObject: name,
        bytes: line('late').length,
        fix: expect.stringContaining('--repair') as unknown,
        repairable: true,
      },
      { event: 'audit.finished', findings: 1, pendingBytes: line('late').length },
    ]);
    expect(metricsOf(result)).toMatchObject({ AuditFindings: 1, BytesPending: line('late').length });
    expect(await pipeline.takeRanges()).toEqual([]);
  });

  it('leaves history that waits in its queue alone', async () => {
    await pipeline.append(audited.nameOf(5 * 24), line(MARKER));
    await audited.list();

    const result = await runSchedule();

    expect(metricsOf(result)).toMatchObject({ AuditFindings: 0, BytesPending: LENGTH });
  });

  it('covers the days that it is told to', async () => {
    await pipeline.append(audited.nameOf(3 * 24), line(MARKER));
    await audited.run();

    const [short, long] = [await runSchedule({ AUDIT_DAYS: '1' }), await runSchedule({ AUDIT_DAYS: '4' })];

    expect(loggedBy(short)).toMatchObject([{ logObjects: 0 }]);
    expect(loggedBy(long)).toMatchObject([{ logObjects: 1 }]);
  });

  it('audits the other containers when one fails, and fails', async () => {
    await pipeline.append(audited.nameOf(3), line(MARKER));
    await audited.run();

    const result = await runSchedule({
      AZURE_STORAGE_CONTAINER_NAME: `insights-logs-missing,${CONTAINER}`,
    });

    expect(result.error?.errorMessage).toContain('CONTAINER_NOT_FOUND');
    expect(loggedBy(result)).toMatchObject([
      { event: 'audit.failed', container: 'insights-logs-missing' },
      { event: 'audit.finished', container: CONTAINER, findings: 0 },
    ]);
    expect(metricsOf(result)).toMatchObject({ AuditsFailed: 1, AuditFindings: 0 });
  });

  it('names every missing setting together', async () => {
    const result = await runSchedule({ CHECKPOINT_TABLE_NAME: undefined, BACKFILL_QUEUE_URL: undefined });

    expect(result.error?.errorMessage).toMatch(/CHECKPOINT_TABLE_NAME.*BACKFILL_QUEUE_URL/);
  });
});
