import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from './loopback-server.ts';

const ACCOUNT_ID = '000000000000';
/** Largest request body, bytes: a secret is at most 65,536 bytes; these operations send names only. */
const MAX_BODY_BYTES = 65_536;

export interface SecretsManagerOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** Stands in the secrets' ARNs. */
  region?: string;
}

export interface LocalSecretsManager {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Creates a secret, or rotates it: the old value becomes AWSPREVIOUS. Returns its ARN. */
  readonly put: (name: string, value: string) => string;
  readonly close: () => Promise<void>;
}

interface Version {
  id: string;
  value: string;
  /** Seconds since 1970. */
  created: number;
}

interface Secret {
  name: string;
  arn: string;
  current: Version;
  previous?: Version;
}

/** An error answer in the form of the AWS JSON protocol. */
class ServiceFault extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/**
 * Secrets Manager on the laptop: GetSecretValue and DescribeSecret over HTTP, on 127.0.0.1 only; secrets live in
 * memory. Unknown operations and parameters are errors.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function startSecretsManager({
  port = 0,
  region = 'us-east-1',
}: SecretsManagerOptions = {}): Promise<LocalSecretsManager> {
  const secrets = new Map<string, Secret>();
  const server = createServer((request, response) => {
    void answer(secrets, request, response);
  });
  const endpoint = await listenOnLoopback(server, port);
  return {
    endpoint,
    put: (name, value) => {
      const old = secrets.get(name);
      // The six characters after the name are AWS's, so that a deleted and re-created secret has another ARN.
      const arn =
        old?.arn ??
        `arn:aws:secretsmanager:${region}:${ACCOUNT_ID}:secret:${name}-${randomUUID().slice(0, 6)}`;
      const current = { id: randomUUID(), value, created: Date.now() / 1000 };
      secrets.set(name, { name, arn, current, ...(old === undefined ? {} : { previous: old.current }) });
      return arn;
    },
    close: () => closeServer(server),
  };
}

async function answer(
  secrets: ReadonlyMap<string, Secret>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  response.setHeader('x-amzn-requestid', randomUUID());
  try {
    const result = run(secrets, request, await text(request));
    response.end(JSON.stringify(result));
  } catch (error) {
    const fault =
      error instanceof ServiceFault ? error : new ServiceFault('InternalServiceError', String(error));
    response.statusCode = fault.type === 'InternalServiceError' ? 500 : 400;
    response.end(JSON.stringify({ __type: fault.type, message: fault.message }));
  }
}

function run(secrets: ReadonlyMap<string, Secret>, request: IncomingMessage, body: string): object {
  if (request.method !== 'POST' || request.url !== '/') {
    throw new ServiceFault('UnknownOperationException', 'POST / is the only address');
  }
  if (!/\/secretsmanager\/aws4_request,/.test(request.headers.authorization ?? '')) {
    throw new ServiceFault(
      'MissingAuthenticationTokenException',
      'The request is not signed for secretsmanager',
    );
  }
  const operation = String(request.headers['x-amz-target']);
  switch (operation) {
    case 'secretsmanager.GetSecretValue': {
      const parameters = parse(body, ['SecretId', 'VersionId', 'VersionStage']);
      return getSecretValue(find(secrets, parameters), parameters);
    }
    case 'secretsmanager.DescribeSecret':
      return describeSecret(find(secrets, parse(body, ['SecretId'])));
    default:
      throw new ServiceFault('UnknownOperationException', `The local Secrets Manager has no ${operation}`);
  }
}

function parse(body: string, known: readonly string[]): Record<string, string> {
  let parameters: unknown;
  try {
    parameters = Buffer.byteLength(body) > MAX_BODY_BYTES ? undefined : JSON.parse(body);
  } catch {
    // answered below
  }
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    throw new ServiceFault('SerializationException', 'The body is not a JSON object');
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (!known.includes(name) || typeof value !== 'string') {
      throw new ServiceFault('InvalidParameterException', `${name} is unknown or not a string`);
    }
  }
  return parameters as Record<string, string>;
}

/** By name, full ARN, or ARN without its last seven characters. */
function find(secrets: ReadonlyMap<string, Secret>, { SecretId }: Record<string, string>): Secret {
  if (SecretId === undefined || SecretId === '' || SecretId.length > 2048) {
    throw new ServiceFault('ValidationException', 'SecretId must have 1 to 2048 characters');
  }
  for (const secret of secrets.values()) {
    if ([secret.name, secret.arn, secret.arn.slice(0, -7)].includes(SecretId)) return secret;
  }
  throw new ServiceFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

function getSecretValue(secret: Secret, { VersionId, VersionStage }: Record<string, string>): object {
  const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
  const found = stagesOf(secret).find(
    ([version, versionStage]) =>
      (stage === undefined || versionStage === stage) &&
      (VersionId === undefined || version.id === VersionId),
  );
  if (found === undefined) {
    throw new ServiceFault(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`}`,
    );
  }
  const [version, versionStage] = found;
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: [versionStage],
    SecretString: version.value,
    CreatedDate: version.created,
  };
}

function describeSecret(secret: Secret): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    LastChangedDate: secret.current.created,
    VersionIdsToStages: Object.fromEntries(stagesOf(secret).map(([version, stage]) => [version.id, [stage]])),
  };
}

function stagesOf({ current, previous }: Secret): [Version, string][] {
  return [
    [current, 'AWSCURRENT'],
    ...(previous === undefined ? [] : [[previous, 'AWSPREVIOUS'] as [Version, string]]),
  ];
}
