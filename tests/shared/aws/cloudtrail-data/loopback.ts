import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface SeenRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the server does with one request: `reset` closes the connection without an answer. */
export type Answer = 'reset' | { status?: number; errorType?: string; body?: unknown };

/** A server that gives the next answer to each request (the last one for ever) and remembers what it saw. */
export async function startLoopback(...answers: Answer[]): Promise<{
  endpoint: string;
  seen: SeenRequest[];
  close(): Promise<void>;
}> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => answerTo(request, response, body));
  });
  const answerTo = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body });
    const answer = answers[Math.min(seen.length, answers.length) - 1] ?? {};
    if (answer === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    response.statusCode = answer.status ?? 200;
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-amzn-requestid', `request-${seen.length}`);
    if (answer.errorType !== undefined) response.setHeader('x-amzn-errortype', answer.errorType);
    response.end(JSON.stringify(answer.body ?? { successful: [], failed: [] }));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
