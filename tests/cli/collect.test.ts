import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGraphServer, type GraphServer } from '#local/microsoft/graph-server.ts';
import { startOffice365Server } from '#local/microsoft/office365-server.ts';
import { crosstrail, type Finished } from './crosstrail.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const HOUR_MS = 3_600_000;
/** A day ago, on the hour: inside what every tenant keeps. */
const FROM = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 24 * HOUR_MS;

function time(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 16)}Z`;
}

const SPAN = ['--from', time(FROM), '--to', time(FROM + 3 * HOUR_MS)];
const SIGNED_IN = { CROSSTRAIL_ACCESS_TOKEN: 'a-token-of-mine' };

let folder: string;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstrail-collect-'));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await rm(folder, { recursive: true, force: true });
});

/** Eight sign-ins and two audits in three hours; one sign-in stands on the end of an hour. */
async function graph(options: Parameters<typeof startGraphServer>[0] = {}): Promise<GraphServer> {
  const server = await startGraphServer({ largestPage: 2, ...options });
  closers.push(() => server.close());
  const record = (id: string, property: string, minutes: number) => ({
    json: `{"id":"${id}","${property}":"${new Date(FROM + minutes * 60_000).toISOString()}","n":1.0}`,
    visibleFrom: 0,
  });
  const minutes = [0, 10, 20, 60, 70, 80, 130, 170];
  server.add(
    '/v1.0/auditLogs/signIns',
    minutes.map((minute) => record(`s${minute}`, 'createdDateTime', minute)),
  );
  server.add('/v1.0/auditLogs/directoryAudits', [
    record('a1', 'activityDateTime', 5),
    record('a2', 'activityDateTime', 150),
  ]);
  return server;
}

function collect(api: string, endpoint: string, ...args: string[]): Promise<Finished> {
  return crosstrail(['collect', api, '--endpoint', endpoint, ...args], { cwd: folder, variables: SIGNED_IN });
}

async function idsIn(file: string): Promise<string[]> {
  const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { id: string }).id).toSorted();
}

describe('crosstrail collect graph', () => {
  it('writes each record once, as the API gave it, into a file for each log type', async () => {
    const { endpoint } = await graph({ largestPage: 4 });
    // Five requests, as many as the API takes in ten seconds.
    const span = ['--from', time(FROM), '--to', time(FROM + 2 * HOUR_MS)];

    const { code, stdout } = await collect(
      'graph',
      endpoint,
      ...span,
      '--types',
      'entra-signins,entra-audits',
    );

    expect(code).toBe(0);
    expect(stdout).toBe(
      'entra-signins: 6 records in entra-signins.jsonl\nentra-audits: 1 records in entra-audits.jsonl\n',
    );
    expect(await idsIn('entra-signins.jsonl')).toEqual(['s0', 's10', 's20', 's60', 's70', 's80']);
    expect(await readFile(join(folder, 'entra-audits.jsonl'), 'utf8')).toContain('"n":1.0}');
  });

  it('goes on where it stopped, and asks for nothing that it has', async () => {
    const server = await graph();
    let requests = 0;
    const failing = await graph({ faults: { status: () => ((requests += 1) > 3 ? 404 : undefined) } });
    const args = [...SPAN, '--types', 'entra-signins'];
    const interrupted = await collect('graph', failing.endpoint, ...args);
    const first = await idsIn('entra-signins.jsonl');

    const resumed = await collect('graph', server.endpoint, ...args);

    expect(interrupted.code).toBe(1);
    expect(interrupted.stderr).toContain(
      'GRAPH_REQUEST_REFUSED: entra-signins was answered with 404 UnknownError',
    );
    expect(first).toEqual(['s0', 's10', 's20', 's60']);
    expect(resumed.code).toBe(0);
    expect(await idsIn('entra-signins.jsonl')).toHaveLength(8);
    expect(server.report.gaps(['s0'])).toEqual(['s0']);
  });

  it('writes one JSON array for each log type when asked to', async () => {
    const { endpoint } = await graph();

    const { code } = await collect('graph', endpoint, ...SPAN, '--types', 'entra-audits', '--format', 'json');

    expect(code).toBe(0);
    const records = JSON.parse(await readFile(join(folder, 'entra-audits.json'), 'utf8')) as { id: string }[];
    expect(records.map(({ id }) => id)).toEqual(['a1', 'a2']);
  });

  it('writes onto standard output, and nothing else there', async () => {
    const { endpoint } = await graph();

    const { stdout } = await collect('graph', endpoint, ...SPAN, '--types', 'entra-audits', '--out', '-');

    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual(['a1', 'a2']);
    expect((await readdir(folder)).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  });

  it('says which permission a log lacks, and collects the others', async () => {
    const { endpoint } = await graph({ permissions: ['AuditLog.Read.All'] });

    const { code, stderr } = await collect(
      'graph',
      endpoint,
      ...SPAN,
      '--types',
      'entra-audits,entra-risk-detections',
    );

    expect(code).toBe(1);
    expect(stderr).toContain('it needs IdentityRiskEvent.Read.All');
    expect(await idsIn('entra-audits.jsonl')).toEqual(['a1', 'a2']);
  });

  it('does not mix two spans in one file', async () => {
    const { endpoint } = await graph();
    await collect('graph', endpoint, ...SPAN, '--types', 'entra-audits');

    const other = ['--from', time(FROM - HOUR_MS), '--to', time(FROM + HOUR_MS)];
    const { code, stderr } = await collect('graph', endpoint, ...other, '--types', 'entra-audits');

    expect(code).toBe(2);
    expect(stderr).toContain('OUTPUT_NOT_USABLE');
    expect(await idsIn('entra-audits.jsonl')).toEqual(['a1', 'a2']);
  });

  it('names the log types when one is asked for that there is not', async () => {
    const { endpoint } = await graph();

    const { code, stderr } = await collect('graph', endpoint, ...SPAN, '--types', 'signins');

    expect(code).toBe(2);
    expect(stderr).toContain('signins is none of entra-signins, entra-signins-noninteractive');
  });

  it('never shows the token', async () => {
    const { endpoint } = await graph({ isToken: () => false });

    const { code, stdout, stderr } = await collect('graph', endpoint, ...SPAN, '--types', 'entra-audits');

    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain('a-token-of-mine');
  });
});

describe('crosstrail collect office365', () => {
  it('starts the subscription and writes what became available', async () => {
    const server = await startOffice365Server({ tenant: TENANT });
    closers.push(() => server.close());
    const args = [...SPAN, '--tenant', TENANT, '--types', 'office365-exchange'];
    await collect('office365', server.endpoint, ...args, '--out', 'before');
    server.add('Audit.Exchange', [
      { contentId: 'one', created: FROM + 60_000, records: ['{"Id":"e1"}', '{"Id":"e2"}'] },
      { contentId: 'two', created: FROM + HOUR_MS + 60_000, records: ['{"Id":"e2"}', '{"Id":"e3"}'] },
    ]);

    const { code, stdout } = await collect('office365', server.endpoint, ...args);

    expect(code).toBe(0);
    expect(stdout).toBe('office365-exchange: 3 records in office365-exchange.jsonl\n');
  });

  it('says that the API reaches back seven days', async () => {
    const server = await startOffice365Server({ tenant: TENANT });
    closers.push(() => server.close());
    const old = ['--from', time(FROM - 8 * 24 * HOUR_MS), '--to', time(FROM)];

    const { code, stderr } = await collect(
      'office365',
      server.endpoint,
      ...old,
      '--tenant',
      TENANT,
      '--types',
      'office365-exchange',
    );

    expect(code).toBe(1);
    expect(stderr).toContain('OFFICE365_WINDOW_TOO_OLD');
    expect(stderr).toContain('seven days');
  });
});
