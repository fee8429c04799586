import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CloudTrailClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudtrail';
import { crosstrail, startCrosstrail } from './crosstrail.ts';

const CROSSTRAIL = fileURLToPath(new URL('../../bin/crosstrail.js', import.meta.url));
const READY = 'Ctrl-C ends it.';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstrail-cli-'));
});
afterEach(async () => rm(folder, { recursive: true }));

/** The variables that a shell has after sourcing `.crosstrail/local.env`. */
async function localEnvironment(): Promise<Record<string, string>> {
  const script = 'set -a; . .crosstrail/local.env; set +a; exec env -0';
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: folder, env: {} });
  return Object.fromEntries(
    stdout
      .split('\0')
      .filter((text) => text.includes('='))
      .map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}

function endpointsOf(environment: Record<string, string>): URL[] {
  const blob = /BlobEndpoint=([^;]+)/.exec(environment['AZURE_STORAGE_CONNECTION_STRING'] ?? '')?.[1] ?? '';
  const others = Object.keys(environment).filter((name) => name.startsWith('AWS_ENDPOINT_URL_'));
  return [blob, ...others.map((name) => environment[name] ?? '')].map((url) => new URL(url));
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function isFree(port: number): Promise<boolean> {
  try {
    const server = await listenOn(port);
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

/** The first of six free ports in a row. */
async function freePortBase(): Promise<number> {
  for (let base = 20_000 + (process.pid % 20_000); ; base += 6) {
    const free = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => isFree(base + index)));
    if (free.every(Boolean)) return base;
  }
}

/** Events in the event data store, asked as the AWS CLI asks. */
async function countEvents(environment: Record<string, string>): Promise<number> {
  const client = new CloudTrailClient({
    endpoint: environment['AWS_ENDPOINT_URL_CLOUDTRAIL'] ?? '',
    region: environment['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
  const QueryStatement = `SELECT count(*) AS events FROM ${environment['CROSSTRAIL_EVENT_DATA_STORE_ID']}`;
  const { QueryId } = await client.send(new StartQueryCommand({ QueryStatement }));
  for (;;) {
    const { QueryStatus, QueryResultRows } = await client.send(new GetQueryResultsCommand({ QueryId }));
    if (QueryStatus === 'QUEUED' || QueryStatus === 'RUNNING') continue;
    client.destroy();
    return Number(QueryResultRows?.[0]?.[0]?.['events']);
  }
}

describe('crosstrail local', () => {
  it('with --data finds its events and blobs again, whatever the ports', async () => {
    const args = ['local', '--data', 'kept'];
    const first = await startCrosstrail(args, folder, READY);
    const environment = await localEnvironment();
    const events = await countEvents(environment);
    const ended = await first.end('SIGINT');
    const again = await startCrosstrail(args, folder, READY);
    const later = await localEnvironment();
    const eventsLater = await countEvents(later);
    const endedAgain = await again.end('SIGINT');

    expect([ended.code, endedAgain.code]).toEqual([0, 0]);
    expect(ended.stderr).toContain('Uploading log objects');
    expect(endedAgain.stderr).not.toContain('Uploading log objects');
    expect(events).toBeGreaterThan(200);
    expect(eventsLater).toBe(events);
  }, 120_000);

  it('takes six ports in a row, tells them to other processes, and frees them when it ends', async () => {
    const base = await freePortBase();
    const running = await startCrosstrail(['local', '--empty', '--port-base', String(base)], folder, READY);
    const environment = await localEnvironment();
    const ports = [...new Set(endpointsOf(environment).map(({ port }) => Number(port)))];
    const taken = await Promise.all(ports.map(isFree));
    const events = await countEvents(environment);

    const { code, stdout, stderr } = await running.end('SIGTERM');

    expect(code).toBe(0);
    expect(ports.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5].map((index) => base + index));
    expect(taken).toEqual(ports.map(() => false));
    expect(await Promise.all(ports.map(isFree))).toEqual(ports.map(() => true));
    expect(new Set(endpointsOf(environment).map(({ hostname }) => hostname))).toEqual(new Set(['127.0.0.1']));
    expect(environment).not.toHaveProperty('NODE_OPTIONS');
    expect(stdout).toContain(environment['CROSSTRAIL_CHANNEL_ARN']);
    expect(events).toBe(0);
    expect(stderr).not.toContain('Uploading');
  });

  it('with --workload-identity reads the samples by the role, and doctor finds nothing wrong', async () => {
    const running = await startCrosstrail(['local', '--workload-identity'], folder, READY);
    const environment = await localEnvironment();
    const events = await countEvents(environment);

    const doctor = await promisify(execFile)(process.execPath, [CROSSTRAIL, 'doctor'], {
      env: { ...environment, PATH: process.env['PATH'] },
    });

    expect(events).toBeGreaterThan(100);
    expect(environment['AZURE_STORAGE_CONNECTION_STRING_SECRET']).toBe('');
    expect(doctor.stdout).toMatch(/ok +sign-in to Entra ID[^]*Nothing is wrong\./);
    expect((await running.end('SIGINT')).code).toBe(0);
  });

  it('says which ports are taken, with exit code 2, and leaves nothing running', async () => {
    const base = await freePortBase();
    const blocker = await listenOn(base + 3);

    const { code, stderr } = await crosstrail(['local', '--empty', '--port-base', String(base)], {
      cwd: folder,
    });

    blocker.close();
    expect(code).toBe(2);
    expect(stderr).toContain(`PORT_TAKEN: a port from ${base} to ${base + 5} is in use`);
    expect(stderr).toContain('What to do: Choose another --port-base');
    await expect(access(join(folder, '.crosstrail'))).rejects.toThrow('ENOENT');
    expect(await isFree(base)).toBe(true);
  });

  it('refuses a data folder that another one uses, and the other goes on', async () => {
    const args = ['local', '--empty', '--data', 'kept'];
    const running = await startCrosstrail(args, folder, READY);

    const second = await crosstrail(args, { cwd: folder });
    const events = await countEvents(await localEnvironment());
    const { code } = await running.end('SIGINT');

    expect(second.code).toBe(2);
    expect(second.stderr).toContain('DATA_FOLDER_UNUSABLE: kept cannot keep the local cloud');
    expect({ events, code }).toEqual({ events: 0, code: 0 });
  });

  it('refuses a data folder that is a file', async () => {
    const { code, stderr } = await crosstrail(['local', '--empty', '--data', process.execPath], {
      cwd: folder,
    });

    expect(code).toBe(2);
    expect(stderr).toContain('ENOTDIR');
    expect(stderr).toContain('name another folder with --data');
  });
});

it('.crosstrail/local.env holds dummies only, never what this machine has', async () => {
  const running = await startCrosstrail(['local', '--empty'], folder, READY);
  const text = await readFile(join(folder, '.crosstrail', 'local.env'), 'utf8');
  await running.end('SIGINT');

  expect(text).toContain("AWS_SECRET_ACCESS_KEY='local'");
  expect(text).toMatch(/nothing here reaches AWS or Azure/);
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#')))
    expect(line).toMatch(/^[A-Z0-9_]+='[^']*'$/);
});
