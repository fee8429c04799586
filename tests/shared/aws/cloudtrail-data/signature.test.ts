import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { HttpResponse } from '@smithy/core/protocols';
import type { FinalizeRequestMiddleware, HttpRequest } from '@smithy/types';
import {
  CloudTrailDataClient,
  PutAuditEventsCommand,
  type PutAuditEventsCommandInput,
  type PutAuditEventsCommandOutput,
} from '#shared/aws/cloudtrail-data/index.ts';

type Middleware = FinalizeRequestMiddleware<PutAuditEventsCommandInput, PutAuditEventsCommandOutput>;

interface Recording {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  url: string;
  body: string;
  signatures: { sessionToken: string | null; signedAt: string; authorization: string }[];
}

const recorded: Recording = JSON.parse(
  readFileSync(new URL('./signature.botocore.json', import.meta.url), 'utf8'),
);

/** Headers that differ from run to run or SDK to SDK: left out of both signatures. */
const SDK_HEADERS = ['amz-sdk-invocation-id', 'amz-sdk-request', 'x-amz-user-agent'];

async function sign(sessionToken: string | null): Promise<HttpRequest> {
  const sent: HttpRequest[] = [];
  const { accessKeyId, secretAccessKey, region } = recorded;
  const client = new CloudTrailDataClient({
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
    requestHandler: {
      handle: async (request: HttpRequest) => {
        sent.push(request);
        return { response: new HttpResponse({ statusCode: 200, headers: {} }) };
      },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    },
  });
  const leaveOutSdkHeaders: Middleware = (next) => (args) => {
    const { headers } = args.request as HttpRequest;
    for (const name of SDK_HEADERS) delete headers[name];
    return next(args);
  };
  client.middlewareStack.addRelativeTo(leaveOutSdkHeaders, {
    relation: 'before',
    toMiddleware: 'httpSigningMiddleware',
    name: 'leaveOutSdkHeaders',
  });
  const { searchParams } = new URL(recorded.url);
  await client.send(
    new PutAuditEventsCommand({
      channelArn: searchParams.get('channelArn') ?? undefined,
      externalId: searchParams.get('externalId') ?? undefined,
      auditEvents: JSON.parse(recorded.body).auditEvents,
    }),
  );
  const [request] = sent;
  if (request === undefined) throw new Error('nothing was sent');
  return request;
}

afterEach(() => {
  jest.restoreAllMocks();
});

it.each(recorded.signatures)(
  'of request, time and signed headers is the one that botocore makes (session token: $sessionToken)',
  async ({ sessionToken, signedAt, authorization }) => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse(signedAt));

    const request = await sign(sessionToken);

    expect(new TextDecoder().decode(request.body)).toBe(recorded.body);
    expect(request.headers['authorization']).toBe(authorization);
  },
);
