import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { ControlPlane } from './control-plane.ts';
import { ConnectionReset, type Ingestion } from './put-audit-events.ts';
import { ServiceError } from '../service-error.ts';
import { checkSignatureScope } from './signature-scope.ts';

/**
 * `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.StartQuery` (botocore) and
 * `CloudTrail_20131101.StartQuery` (SDK for JavaScript).
 */
const TARGET = /^(?:com\.amazonaws\.cloudtrail\.v20131101\.)?CloudTrail_20131101\.(\w+)$/;

/** How each of the two services writes its answers. */
interface Wire {
  readonly contentType: string;
  readonly error: (error: ServiceError) => {
    readonly headers: Record<string, string>;
    readonly body: unknown;
  };
}

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
const REST_JSON: Wire = {
  contentType: 'application/json',
  error: (error) => ({ headers: { 'x-amzn-errortype': error.type }, body: { message: error.message } }),
};
/** https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
const AWS_JSON: Wire = {
  contentType: 'application/x-amz-json-1.1',
  error: (error) => ({ headers: {}, body: { __type: error.type, message: error.message } }),
};

/** The HTTP face of the local Lake: CloudTrail Data and CloudTrail on one port, told apart as AWS does. */
export function createLakeServer(ingestion: Ingestion, controlPlane: ControlPlane): Server {
  return createServer((request, response) => {
    const wire = request.headers['x-amz-target'] === undefined ? REST_JSON : AWS_JSON;
    answer(request, ingestion, controlPlane)
      .then((body) => send(response, wire, 200, {}, body))
      .catch((cause: unknown) => sendError(response, wire, cause));
  });
}

async function answer(
  request: IncomingMessage,
  ingestion: Ingestion,
  controlPlane: ControlPlane,
): Promise<unknown> {
  // The whole body is read before any refusal, so that the caller gets the answer and not a broken pipe.
  const body = await buffer(request);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const target = request.headers['x-amz-target'];
  if (target !== undefined) {
    checkSignatureScope(request.headers.authorization, 'cloudtrail');
    return controlPlane.call(TARGET.exec(String(target))?.[1] ?? String(target), readInput(body));
  }
  if (url.pathname !== '/PutAuditEvents' || request.method !== 'POST') {
    throw new ServiceError(
      'UnknownOperationException',
      `${request.method} ${url.pathname} is no operation.`,
      404,
    );
  }
  checkSignatureScope(request.headers.authorization, 'cloudtrail-data');
  return ingestion.put(url.searchParams, body);
}

function readInput(body: Buffer): Record<string, unknown> {
  let input: unknown;
  try {
    input = JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON');
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ServiceError('SerializationException', 'The body is not a JSON object');
  }
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

function sendError(response: ServerResponse, wire: Wire, cause: unknown): void {
  if (cause instanceof ConnectionReset) {
    response.socket?.resetAndDestroy();
    return;
  }
  const error =
    cause instanceof ServiceError
      ? cause
      : new ServiceError('InternalFailure', `The local Lake failed: ${kindOf(cause)}`, 500);
  const { headers, body } = wire.error(error);
  send(response, wire, error.status, headers, body);
}

/** DuckDB's messages begin with their kind (`Conversion Error: ...`); what follows may quote an event. */
function kindOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message.split(':')[0] ?? ''}` : typeof cause;
}

function send(
  response: ServerResponse,
  wire: Wire,
  status: number,
  headers: Record<string, string>,
  body: unknown,
): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': wire.contentType,
    'content-length': text.length,
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(text);
}
