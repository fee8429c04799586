import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, get } from 'node:https';
import { text } from 'node:stream/consumers';
import type { JSONWebKeySet } from 'jose';
import type { LoopbackCertificate } from '../loopback-certificate.ts';
import { closeServer, listenOnLoopback } from '../loopback-server.ts';
import { createTokenIssuer } from '../sts/token-issuer.ts';
import { isProven } from './application-proof.ts';
import { EntraRefusal, refusalBody } from './entra-refusal.ts';
import { checkAssertion, type FederatedCredential } from './federated-sign-in.ts';

/** A request for a token, as it came in and how it was answered. */
export interface EntraRequest {
  readonly clientId: string;
  readonly scope: string;
  readonly userAgent: string;
  /** HTTP status of the answer. */
  readonly status: number;
}

export interface EntraOptions {
  readonly certificate: LoopbackCertificate;
  /** Epoch ms; the system's clock unless told. */
  readonly now?: () => number;
}

/** Entra ID on the laptop: one tenant, its applications, and the client credentials grant by federated credentials. */
export interface LocalEntra {
  /** `https://127.0.0.1:<port>` */
  readonly authorityHost: string;
  readonly tenantId: string;
  /** Federated credentials of each application, by client id. */
  readonly applications: Map<string, FederatedCredential[]>;
  /** Client secrets and certificates (PEM) of applications, by client id. */
  readonly secrets: Map<string, string>;
  readonly certificates: Map<string, string>;
  /** Application permissions of each application that an administrator consented to, by client id. */
  readonly roles: Map<string, readonly string[]>;
  /** Further resources that tokens are given out for: stand-ins of the services. */
  readonly resources: Set<string>;
  /** Seconds that access tokens are valid for. */
  lifetimeSeconds: number;
  /** What goes wrong with the next request for a token; undefined: nothing. */
  fault: (() => EntraRefusal | undefined) | undefined;
  /** Every request for a token. */
  readonly requests: readonly EntraRequest[];
  /** Every access token that was given out. */
  readonly tokens: readonly string[];
  close(): Promise<void>;
}

/** Audiences of the services that tokens are for, by scope. */
const AUDIENCES: Readonly<Record<string, string>> = {
  'https://storage.azure.com/.default': 'https://storage.azure.com',
  'https://graph.microsoft.com/.default': 'https://graph.microsoft.com',
  'https://manage.office.com/.default': 'https://manage.office.com',
};

/** Entra gives 60 to 90 minutes: https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes */
const LIFETIME_SECONDS = 3_599;

async function getJson(url: string, ca: string): Promise<unknown> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { ca, agent: false }, resolve).on('error', reject);
  });
  return JSON.parse(await text(response)) as unknown;
}

/** Starts Entra ID over TLS. It asks an issuer for its keys as Entra does, by the issuer's discovery document. */
export async function startEntra({ certificate, now = Date.now }: EntraOptions): Promise<LocalEntra> {
  const tenantId = randomUUID();
  const signer = await createTokenIssuer();
  const requests: EntraRequest[] = [];
  const tokens: string[] = [];

  const keysOf = async (issuer: string): Promise<JSONWebKeySet> => {
    const document = await getJson(`${issuer}/.well-known/openid-configuration`, certificate.authority);
    const { jwks_uri: keys } = document as { jwks_uri: string };
    return (await getJson(keys, certificate.authority)) as JSONWebKeySet;
  };

  const tokenFor = async (form: URLSearchParams): Promise<object> => {
    const fault = entra.fault?.();
    if (fault !== undefined) throw fault;
    const clientId = form.get('client_id') ?? '';
    const credentials = entra.applications.get(clientId);
    if (credentials === undefined) {
      const what = `Application with identifier '${clientId}' was not found in the directory '${tenantId}'.`;
      throw new EntraRefusal(700016, 'unauthorized_client', what);
    }
    if (form.get('grant_type') !== 'client_credentials') {
      throw new EntraRefusal(70003, 'unsupported_grant_type', 'The grant type is not supported.');
    }
    if (!(await isProven(form, entra, now()))) {
      await checkAssertion(form, { credentials, keysOf, now: now() });
    }
    // MSAL asks for `offline_access openid profile` beside it in some grants; the resource decides.
    const scope = form.get('scope') ?? '';
    const resource = scope.replace(/\/\.default$/, '');
    const audience = AUDIENCES[scope] ?? (entra.resources.has(resource) ? resource : undefined);
    if (audience === undefined) {
      throw new EntraRefusal(
        70011,
        'invalid_scope',
        'The provided value for the input parameter is not valid.',
      );
    }
    const issuedAt = now();
    const token = await signer.sign(`https://sts.windows.net/${tenantId}/`, {
      subject: randomUUID(),
      audience,
      issuedAt,
      lifetimeSeconds: entra.lifetimeSeconds,
      claims: {
        appid: clientId,
        appidacr: '2',
        tid: tenantId,
        ver: '1.0',
        ...(entra.roles.has(clientId) ? { roles: entra.roles.get(clientId) } : {}),
      },
    });
    tokens.push(token);
    return {
      token_type: 'Bearer',
      expires_in: entra.lifetimeSeconds,
      ext_expires_in: entra.lifetimeSeconds,
      access_token: token,
    };
  };

  const documentOf = (url: string): object => {
    const [, tenant = '', ...path] = url.split('?')[0]?.split('/') ?? [];
    const base = `${entra.authorityHost}/${tenantId}`;
    if (tenant.toLowerCase() !== tenantId) {
      const what = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID.`;
      throw new EntraRefusal(90002, 'invalid_tenant', what);
    }
    if (path.join('/') === 'v2.0/.well-known/openid-configuration') {
      return {
        issuer: `${base}/v2.0`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        tenant_region_scope: 'EU',
      };
    }
    if (path.join('/') === 'discovery/v2.0/keys') return signer.keys;
    if (path.join('/') === 'oauth2/v2.0/token') return {};
    throw new EntraRefusal(404, 'not_found', 'There is nothing here.', 404);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    let status = 200;
    let headers: Readonly<Record<string, string>> = {};
    let body: object;
    try {
      const document = documentOf(request.url ?? '');
      body = request.method === 'POST' ? await tokenFor(form) : document;
    } catch (error) {
      const refusal =
        error instanceof EntraRefusal ? error : new EntraRefusal(90033, 'temporarily_unavailable', '', 503);
      ({ status, headers } = refusal);
      body = refusalBody(refusal, entra.authorityHost);
    }
    if (request.method === 'POST') {
      const { 'user-agent': userAgent = '' } = request.headers;
      const [clientId, scope] = [form.get('client_id') ?? '', form.get('scope') ?? ''];
      requests.push({ clientId, scope, userAgent, status });
    }
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };

  const server = createServer(
    { key: certificate.key, cert: certificate.cert },
    (request, response) => void answer(request, response),
  );
  const entra: LocalEntra = {
    authorityHost: await listenOnLoopback(server, 0),
    tenantId,
    applications: new Map(),
    secrets: new Map(),
    certificates: new Map(),
    roles: new Map(),
    resources: new Set(),
    lifetimeSeconds: LIFETIME_SECONDS,
    fault: undefined,
    requests,
    tokens,
    close: () => closeServer(server),
  };
  return entra;
}
