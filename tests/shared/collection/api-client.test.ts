import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient, type ApiPorts } from '#shared/collection/api-client.ts';
import { RequestLimit } from '#shared/collection/request-limit.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server;
let url: string;
/** Answers of the server, first to last; the last one goes on. */
let answers: Answer[];
let authorizations: (string | undefined)[];

beforeAll(async () => {
  server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1.0/auditLogs/signIns?$filter=secret`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  answers = [];
  authorizations = [];
});

function status(code: number, headers: Record<string, string> = {}, body = '{}'): Answer {
  return (response) => response.writeHead(code, headers).end(body);
}

function client(ports: Partial<ApiPorts> = {}) {
  const time = { now: 1_000_000 };
  const pauses: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    pauses.push(ms);
    time.now += ms;
  };
  const now = (): number => time.now;
  let given = 0;
  const forgotten: string[] = [];
  const api = new ApiClient({
    scope: 'https://graph.microsoft.com/.default',
    tokens: {
      tokenFor: async () => `token-${given}`,
      forget: (scope) => {
        forgotten.push(scope);
        given += 1;
      },
    },
    limit: new RequestLimit({ requests: 1_000, spanMs: 1 }, now, sleep),
    now,
    sleep,
    random: () => 1,
    ...ports,
  });
  return { api, pauses, forgotten };
}

const NEVER = new AbortController().signal;

describe('a request', () => {
  it('is sent again after as long as the service asks for, fractions of a second included', async () => {
    answers = [status(429, { 'retry-after': '2.128' }), status(503, { 'retry-after': '1' }), status(200)];
    const { api, pauses } = client();

    const answer = await api.send({ url }, NEVER);

    expect(answer.status).toBe(200);
    expect(pauses).toEqual([2_128, 1_000]);
  });

  it('is sent again after pauses that double when the service says nothing of time', async () => {
    answers = [status(429), status(503), status(504), status(200)];
    const { api, pauses } = client();

    await api.send({ url }, NEVER);

    expect(pauses).toEqual([1_000, 2_000, 4_000]);
  });

  it('is sent again when the connection breaks off in the body', async () => {
    const broken: Answer = (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"value":[');
      setTimeout(() => response.destroy(), 10);
    };
    answers = [broken, status(200)];
    const { api } = client();

    const answer = await api.send({ url }, NEVER);

    expect(answer.text).toBe('{}');
  });

  it('goes with a new token when the old one is refused, once', async () => {
    answers = [status(401)];
    const { api, forgotten } = client();

    const answer = await api.send({ url }, NEVER);

    expect(answer.status).toBe(401);
    expect(authorizations).toEqual(['Bearer token-0', 'Bearer token-1']);
    expect(forgotten).toEqual(['https://graph.microsoft.com/.default']);
  });

  it('is given up after eight tries with an error that names host and path, and not the query', async () => {
    answers = [status(503)];
    const { api } = client();

    const sending = api.send({ url }, NEVER);

    await expect(sending).rejects.toMatchObject({ code: 'API_UNAVAILABLE', passing: true });
    await expect(sending).rejects.toThrow(
      /127\.0\.0\.1:\d+\/v1\.0\/auditLogs\/signIns was not answered in at most 8 tries/,
    );
    await expect(sending).rejects.not.toThrow('secret');
    expect(authorizations).toHaveLength(8);
  });

  it('takes what the API means by throttling, whatever its status', async () => {
    answers = [status(403, {}, '{"error":{"code":"AF429"}}'), status(200)];
    const tries: string[] = [];
    const { api } = client({
      isThrottle: ({ text }) => text.includes('AF429'),
      onTry: (kind) => void tries.push(kind),
    });

    const answer = await api.send({ url }, NEVER);

    expect(answer.status).toBe(200);
    expect(tries).toEqual(['throttled']);
  });

  it('is left to the next run when the service asks for minutes of silence', async () => {
    answers = [status(429, { 'retry-after': '600' })];
    const { api, pauses } = client();

    const sending = api.send({ url }, NEVER);

    await expect(sending).rejects.toThrow('status 429, which asks for 600 s of silence');
    expect(pauses).toEqual([]);
    expect(authorizations).toHaveLength(1);
  });

  it('waits for its turn no longer than the deadline', async () => {
    answers = [status(200)];
    const sleep = (): Promise<void> => new Promise(() => undefined);
    const limit = new RequestLimit({ requests: 1, spanMs: 60_000 }, Date.now, sleep);
    const { api } = client({ limit });
    await api.send({ url }, NEVER);

    const sending = api.send({ url }, AbortSignal.timeout(50));

    await expect(sending).rejects.toMatchObject({ code: 'OUT_OF_TIME' });
  });

  it('does not follow a redirect, which would carry the token elsewhere', async () => {
    answers = [status(302, { location: 'http://127.0.0.1:9/elsewhere' })];
    const { api } = client();

    const answer = await api.send({ url }, NEVER);

    expect(answer.status).toBe(302);
    expect(authorizations).toHaveLength(1);
  });

  it('is cut off at the deadline, also when the service is silent', async () => {
    answers = [() => undefined];
    const { api } = client();

    const sending = api.send({ url }, AbortSignal.timeout(50));

    await expect(sending).rejects.toMatchObject({ code: 'OUT_OF_TIME' });
  });
});
