import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { checkSignatureScope } from '../lake/signature-scope.ts';
import type { LoopbackCertificate } from '../loopback-certificate.ts';
import { closeServer, listenOnLoopback } from '../loopback-server.ts';
import { ServiceError } from '../service-error.ts';
import { errorXml, resultXml } from './query-protocol.ts';
import { createTokenIssuer } from './token-issuer.ts';
import { readTokenRequest, type TokenRequest } from './token-request.ts';

/** A request for a token, as it came in. */
export interface StsRequest extends TokenRequest {
  readonly roleArn: string;
}

export interface StsOptions {
  readonly certificate: LoopbackCertificate;
  /** Epoch ms; the system's clock unless told. */
  readonly now?: () => number;
}

/** AWS STS on the laptop, with outbound identity federation. */
export interface LocalSts {
  /** `https://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Issuer of the account's tokens, with its discovery document and keys. */
  readonly issuer: string;
  /** Role of callers that {@link rolesByAccessKey} does not name. */
  readonly roleArn: string;
  /** ARN of the role that an access key is of. */
  readonly rolesByAccessKey: Map<string, string>;
  /** Whether `iam enable-outbound-web-identity-federation` was done. */
  isFederationEnabled: boolean;
  /** What goes wrong with the next token, by its AWS error; undefined: nothing. */
  fault: ((request: StsRequest) => ServiceError | undefined) | undefined;
  /** Changes claims before they are signed, for tests of what Entra refuses. */
  alter:
    ((claims: { subject: string; audience: string }) => { subject: string; audience: string }) | undefined;
  /** Seconds that tokens are valid for in place of what was asked for. */
  lifetimeSeconds: number | undefined;
  /** Every request for a token. */
  readonly requests: readonly StsRequest[];
  /** Every token that was given out. */
  readonly tokens: readonly string[];
  close(): Promise<void>;
}

const ACCOUNT_ID = '000000000000';
const ACCESS_KEY = /Credential=([^/,\s]+)\//;

/**
 * Starts STS with GetWebIdentityToken and GetCallerIdentity in the AWS query protocol, over TLS. Tokens are signed, and
 * the key is published where the issuer says; the roles' policy is that of the template.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
export async function startSts({ certificate, now = Date.now }: StsOptions): Promise<LocalSts> {
  const signer = await createTokenIssuer();
  const tenant = randomUUID();
  const requests: StsRequest[] = [];
  const tokens: string[] = [];

  const getWebIdentityToken = async (body: URLSearchParams, roleArn: string): Promise<string> => {
    const asked = { ...readTokenRequest(body), roleArn };
    requests.push(asked);
    const fault = sts.fault?.(asked);
    if (fault !== undefined) throw fault;
    if (!sts.isFederationEnabled) {
      throw new ServiceError(
        'OutboundWebIdentityFederationDisabledException',
        'Outbound web identity federation is disabled for this account.',
        403,
      );
    }
    const [audience = ''] = asked.audiences;
    const issuedAt = now();
    const lifetimeSeconds = sts.lifetimeSeconds ?? asked.durationSeconds;
    const claims = { subject: roleArn, audience };
    const token = await signer.sign(sts.issuer, {
      ...(sts.alter?.(claims) ?? claims),
      issuedAt,
      lifetimeSeconds,
      claims: { 'https://sts.amazonaws.com/': { aws_account: ACCOUNT_ID, source_region: 'us-east-1' } },
    });
    tokens.push(token);
    const expiration = new Date(issuedAt + lifetimeSeconds * 1000).toISOString();
    return resultXml('GetWebIdentityToken', { WebIdentityToken: token, Expiration: expiration });
  };

  const post = async (request: IncomingMessage): Promise<string> => {
    const { authorization } = request.headers;
    checkSignatureScope(authorization, 'sts');
    const body = new URLSearchParams(await text(request));
    const [, accessKey = ''] = ACCESS_KEY.exec(authorization ?? '') ?? [];
    const roleArn = sts.rolesByAccessKey.get(accessKey) ?? sts.roleArn;
    const action = body.get('Action');
    if (action === 'GetWebIdentityToken') return getWebIdentityToken(body, roleArn);
    if (action === 'GetCallerIdentity') {
      const arn = `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/local`;
      return resultXml('GetCallerIdentity', { Arn: arn, UserId: `AROA:local`, Account: ACCOUNT_ID });
    }
    throw new ServiceError('InvalidAction', `The local STS has no ${action}`);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const documents: Readonly<Record<string, object>> = {
      [`/${tenant}/.well-known/openid-configuration`]: {
        issuer: sts.issuer,
        jwks_uri: `${sts.issuer}/.well-known/jwks.json`,
        id_token_signing_alg_values_supported: ['RS256', 'ES384'],
        subject_types_supported: ['public'],
        claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'jti', 'https://sts.amazonaws.com/'],
      },
      [`/${tenant}/.well-known/jwks.json`]: signer.keys,
    };
    const document = documents[request.url ?? ''];
    if (request.method === 'GET') {
      response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(document ?? {}));
      return;
    }
    try {
      const xml = await post(request);
      response.writeHead(200, { 'content-type': 'text/xml' }).end(xml);
    } catch (error) {
      const known = error instanceof ServiceError ? error : new ServiceError('InternalFailure', '', 500);
      response.writeHead(known.status, { 'content-type': 'text/xml' }).end(errorXml(known));
    }
  };

  const server = createServer(
    { key: certificate.key, cert: certificate.cert },
    (request, response) => void answer(request, response),
  );
  const endpoint = await listenOnLoopback(server, 0);
  const sts: LocalSts = {
    endpoint,
    issuer: `${endpoint}/${tenant}`,
    roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/crosstrail-local`,
    rolesByAccessKey: new Map(),
    isFederationEnabled: true,
    fault: undefined,
    alter: undefined,
    lifetimeSeconds: undefined,
    requests,
    tokens,
    close: () => closeServer(server),
  };
  return sts;
}
