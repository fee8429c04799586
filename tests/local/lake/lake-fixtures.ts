import type { LocalLake } from '#local/lake/local-lake.ts';

/** Any well-formed SigV4 header for this service: the local Lake checks the scope, not the signature. */
export function authorizationFor(service: string): string {
  const signature = '0'.repeat(64);
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`;
}

/** An event that breaks no rule, changed by `changes`; undefined takes a field away. */
export function eventData(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    version: '1.0',
    userIdentity: { type: 'User', principalId: 'a1b2', details: { upn: 'ann@example.com' } },
    eventSource: 'MICROSOFT.STORAGE',
    eventName: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE',
    eventTime: '2026-11-20T10:00:00Z',
    UID: 'uid-1',
    sourceIPAddress: '203.0.113.7',
    recipientAccountId: '111122223333',
    requestParameters: { resourceId: '/subscriptions/1', attempt: 2, body: { sku: 'Standard' }, none: null },
    ...changes,
  };
}

export interface Entry {
  id: string;
  eventData: string;
  eventDataChecksum?: string;
}

export function entry(id: string, changes: Readonly<Record<string, unknown>> = {}): Entry {
  return { id, eventData: JSON.stringify(eventData({ UID: `uid-${id}`, ...changes })) };
}

export function entries(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) => entry(`id-${index}`));
}

export interface PutAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly message?: string;
    readonly successful?: { readonly id: string; readonly eventID: string }[];
    readonly failed?: { readonly id: string; readonly errorCode: string; readonly errorMessage: string }[];
  };
}

export interface PutOptions {
  readonly channelArn?: string | null;
  readonly externalId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** POST /PutAuditEvents with this body: a text goes out as it is. */
export async function putBody(lake: LocalLake, body: string, options: PutOptions = {}): Promise<PutAnswer> {
  const url = new URL('/PutAuditEvents', lake.endpoint);
  const channelArn = options.channelArn === undefined ? lake.channelArn : options.channelArn;
  if (channelArn !== null) url.searchParams.set('channelArn', channelArn);
  if (options.externalId !== undefined) url.searchParams.set('externalId', options.externalId);
  const headers = options.headers ?? { authorization: authorizationFor('cloudtrail-data') };
  const response = await fetch(url, { method: 'POST', body, headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as PutAnswer['body'],
  };
}

export async function put(
  lake: LocalLake,
  auditEvents: readonly Entry[],
  options: PutOptions = {},
): Promise<PutAnswer> {
  return putBody(lake, JSON.stringify({ auditEvents }), options);
}
