import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { startFaultProxy, type FaultProxy, type ProxyFault } from '#local/fault-proxy.ts';
import { closeServer, listenOnLoopback } from '#local/loopback-server.ts';

const BODY = 'abcdefghij';

let server: Server;
let served: string[];
let proxy: FaultProxy;

beforeEach(async () => {
  served = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    served.push(`${request.method} ${request.url} ${request.headers.host} ${await text(request)}`);
    response.writeHead(206, { 'content-range': 'bytes 0-9/10', 'x-own': '1' }).end(BODY);
  };
  server = createServer((request, response) => void serve(request, response));
  proxy = await startFaultProxy(await listenOnLoopback(server, 0));
});
afterEach(async () => {
  await proxy.close();
  await closeServer(server);
});

function fetchWith(fault: ProxyFault | undefined, milliseconds = 2_000): Promise<Response> {
  proxy.rule = () => fault;
  return fetch(`${proxy.endpoint}/a/b?c=d`, {
    method: 'POST',
    body: 'question',
    signal: AbortSignal.timeout(milliseconds),
  });
}

it('without a fault, request and answer go through as they are', async () => {
  const answer = await fetchWith(undefined);

  expect([answer.status, await answer.text()]).toEqual([206, BODY]);
  expect(answer.headers.get('x-own')).toBe('1');
  expect(served).toEqual([`POST /a/b?c=d ${new URL(proxy.endpoint).host} question`]);
  expect(proxy.requests).toMatchObject([{ number: 1, method: 'POST', url: '/a/b?c=d' }]);
});

it.each([
  ['before-sending', 0],
  ['after-sending', 1],
] as const)('a reset %s reaches the service %d times', async (when, times) => {
  await expect(fetchWith({ kind: 'reset', when })).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });

  expect(served).toHaveLength(times);
});

it.each(['reset', 'end'] as const)(
  'a body that is cut by %s has the length of the whole in its headers',
  async (by) => {
    const answer = await fetchWith({ kind: 'cut', afterBytes: 4, by });

    expect(answer.headers.get('content-length')).toBe('10');
    await expect(answer.text()).rejects.toThrow(/terminated/);
  },
);

it('a stall without bytes withholds even the headers', async () => {
  await expect(fetchWith({ kind: 'stall' }, 150)).rejects.toThrow(/timeout/);
});

it('a stall in the body lets headers and first bytes through', async () => {
  const answer = await fetchWith({ kind: 'stall', afterBytes: 4 }, 300);

  const { value } = (await answer.body?.getReader().read()) ?? {};

  expect(new TextDecoder().decode(value)).toBe('abcd');
});

it('a stall that ends only delays the answer', async () => {
  const answer = await fetchWith({ kind: 'stall', afterBytes: 4, milliseconds: 50 });

  expect(await answer.text()).toBe(BODY);
});

it('an answer of the rule is given without the service', async () => {
  const answer = await fetchWith({
    kind: 'answer',
    status: 503,
    headers: { 'retry-after': '0.5' },
    body: Buffer.from('busy'),
  });

  expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
    503,
    '0.5',
    'busy',
  ]);
  expect(served).toEqual([]);
});

it('an altered answer has the length of what is sent', async () => {
  const answer = await fetchWith({
    kind: 'alter',
    change: (real) => ({
      ...real,
      headers: { ...real.headers, 'content-range': 'bytes 5-9/10' },
      body: Buffer.from('fghij'),
    }),
  });

  expect([answer.headers.get('content-range'), await answer.text()]).toEqual(['bytes 5-9/10', 'fghij']);
});
