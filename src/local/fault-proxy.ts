import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, request as sendTlsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { LoopbackCertificate } from './loopback-certificate.ts';
import { closeServer, listenOnLoopback } from './loopback-server.ts';

/** A request that came to the proxy. */
export interface ProxiedRequest {
  /** 1 for the first. */
  readonly number: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** An answer as a client sees it. */
export interface ProxiedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * What goes wrong with a request:
 * `reset`: the connection breaks, before the service got the request or after it answered;
 * `cut`: the answer breaks off after so many bytes of its body, by a reset or by an orderly end;
 * `stall`: nothing more comes after so many bytes of the body (without `afterBytes`: not even the headers), for ever or
 * for some time;
 * `answer`: the service never sees the request, this is the answer;
 * `alter`: the service answers, and the client gets something else.
 */
export type ProxyFault =
  | { readonly kind: 'reset'; readonly when: 'before-sending' | 'after-sending' }
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly by: 'reset' | 'end' }
  | { readonly kind: 'stall'; readonly afterBytes?: number; readonly milliseconds?: number }
  | ({ readonly kind: 'answer' } & Partial<ProxiedAnswer> & Pick<ProxiedAnswer, 'status'>)
  | { readonly kind: 'alter'; readonly change: (answer: ProxiedAnswer) => ProxiedAnswer };

/** Decides what goes wrong with a request; undefined: nothing. */
export type ProxyRule = (request: ProxiedRequest) => ProxyFault | undefined | Promise<ProxyFault | undefined>;

export interface FaultProxy {
  /** `http://127.0.0.1:<port>`, or https with a certificate; paths are those of the target. */
  readonly endpoint: string;
  /** Every request so far. */
  readonly requests: readonly ProxiedRequest[];
  /** What goes wrong from now on. */
  rule: ProxyRule;
  close(): Promise<void>;
}

/**
 * Stands between a client and an HTTP service of the local cloud and lets go wrong what a rule says. Headers go through
 * as they are, the host too: AWS signs it, Azure signs the path. Bodies are held whole: they are a few MiB. With a
 * certificate both sides speak TLS.
 */
export async function startFaultProxy(
  target: string,
  rule: ProxyRule = () => undefined,
  certificate?: LoopbackCertificate,
): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  const { hostname, port } = new URL(target);

  const forward = async ({ method, url, headers, body }: ProxiedRequest): Promise<ProxiedAnswer> => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      // No connection is kept: one that the service closed meanwhile would be a fault that no rule asked for.
      const options = { hostname, port, method, path: url, headers, agent: false };
      const outgoing =
        certificate === undefined
          ? sendRequest(options, resolve)
          : sendTlsRequest({ ...options, ca: certificate.authority }, resolve);
      outgoing.on('error', reject);
      outgoing.end(body);
    });
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
  };

  const answerTo = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = incoming;
    const request: ProxiedRequest = {
      number: requests.length + 1,
      method,
      url,
      headers: headers as Record<string, string>,
      body: await buffer(incoming),
    };
    requests.push(request);
    const fault = await proxy.rule(request);
    if (fault?.kind === 'reset' && fault.when === 'before-sending') {
      incoming.socket.resetAndDestroy();
      return;
    }
    const answer =
      fault?.kind === 'answer'
        ? { headers: {}, body: Buffer.alloc(0), ...fault }
        : await forward(request).then((real) => (fault?.kind === 'alter' ? fault.change(real) : real));
    if (fault?.kind === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    await send(response, answer, fault);
  };

  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    // A client that went away in the middle is the client's business.
    answerTo(incoming, response).catch(() => incoming.socket.destroy());
  };
  const server =
    certificate === undefined
      ? createServer(listener)
      : createTlsServer({ key: certificate.key, cert: certificate.cert }, listener);
  const endpoint = await listenOnLoopback(server, 0);
  const proxy: FaultProxy = { endpoint, requests, rule, close: () => closeServer(server) };
  return proxy;
}

/** Writes an answer with its full length in the headers, of which a fault lets only a part through. */
async function send(
  response: ServerResponse,
  { status, headers, body }: ProxiedAnswer,
  fault: ProxyFault | undefined,
): Promise<void> {
  const { 'transfer-encoding': _chunked, connection: _connection, ...others } = headers;
  const writeHead = (): void => {
    response.writeHead(status, { ...(others as Record<string, string>), 'content-length': body.length });
    response.flushHeaders();
  };
  if (fault?.kind === 'cut') {
    writeHead();
    await write(response, body.subarray(0, fault.afterBytes));
    if (fault.by === 'reset') response.socket?.resetAndDestroy();
    else response.socket?.end();
    return;
  }
  let rest = body;
  if (fault?.kind === 'stall') {
    if (fault.afterBytes !== undefined) {
      writeHead();
      await write(response, body.subarray(0, fault.afterBytes));
      rest = body.subarray(fault.afterBytes);
    }
    if (fault.milliseconds === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
  }
  if (!response.headersSent) writeHead();
  response.end(rest);
}

/** Resolves when the bytes have left for the client. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
