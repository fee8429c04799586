import { createHash } from 'node:crypto';
import {
  ChannelInsufficientPermission,
  ChannelNotFound,
  ChannelUnsupportedSchema,
  CloudTrailDataClient,
  CloudTrailDataServiceException,
  DuplicatedAuditEventId,
  InvalidChannelARN,
  PutAuditEventsCommand,
  UnsupportedOperationException,
} from '#shared/aws/cloudtrail-data/index.ts';
import { type Answer, startLoopback } from './loopback.ts';

const channelArn =
  'arn:aws:cloudtrail:eu-central-1:111122223333:channel/EXAMPLE8-558d-4f7e-a06c-43969EXAMPLE';
const oneEvent = { channelArn, auditEvents: [{ id: 'a', eventData: '{}' }] };
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(...answers: Answer[]) {
  const server = await startLoopback(...answers);
  const client = new CloudTrailDataClient({ region: 'eu-central-1', endpoint: server.endpoint, credentials });
  stops.push(
    () => client.destroy(),
    () => server.close(),
  );
  return { server, client };
}

describe('the request', () => {
  it('goes out as the service defines it: channel and external id in the query, events in the body', async () => {
    const { server, client } = await start();
    const auditEvents = [{ id: 'a' }, { id: 'b' }].map(({ id }) => ({ id, eventData: `{"UID":"${id}"}` }));

    await client.send(new PutAuditEventsCommand({ channelArn, externalId: 'partner=42', auditEvents }));

    const [request] = server.seen;
    expect(request?.method).toBe('POST');
    expect(request?.url).toBe(
      `/PutAuditEvents?channelArn=${encodeURIComponent(channelArn)}&externalId=partner%3D42`,
    );
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers.authorization).toMatch(/\/eu-central-1\/cloudtrail-data\/aws4_request,/);
    expect(JSON.parse(request?.body ?? '')).toEqual({ auditEvents });
  });

  it('carries event and checksum byte for byte, whatever characters they hold', async () => {
    const { server, client } = await start();
    const eventData = '{"eventName":"GRÜẞE 🌍 \\u2028 \u2028 \\/ 12345678901234567890.10"}';
    const eventDataChecksum = createHash('sha256').update(eventData).digest('base64');

    await client.send(
      new PutAuditEventsCommand({ channelArn, auditEvents: [{ id: 'a', eventData, eventDataChecksum }] }),
    );

    const { auditEvents } = JSON.parse(server.seen[0]?.body ?? '');
    expect(auditEvents).toEqual([{ id: 'a', eventData, eventDataChecksum }]);
    expect(server.seen[0]?.headers['content-length']).toBe(
      String(Buffer.byteLength(server.seen[0]?.body ?? '')),
    );
  });

  it('names the service and the SDK in its user agent', async () => {
    const { server, client } = await start();

    await client.send(new PutAuditEventsCommand(oneEvent));

    expect(server.seen[0]?.headers['user-agent']).toMatch(
      /^aws-sdk-js\/\S+ ua\/2\.1 .*lang\/js md\/nodejs#\S+ api\/cloudtrail-data#/,
    );
  });

  it.each([undefined, ''])(
    'is refused here when the channel is %p, before anything is sent',
    async (missing) => {
      const { server, client } = await start();

      const sending = client.send(new PutAuditEventsCommand({ ...oneEvent, channelArn: missing }));

      await expect(sending).rejects.toThrow('PutAuditEvents needs channelArn');
      expect(server.seen).toHaveLength(0);
    },
  );
});

describe('the answer', () => {
  it('tells accepted from refused entries, although the request succeeded', async () => {
    const body = {
      successful: [{ id: 'a', eventID: '11111111-2222-3333-4444-555555555555' }],
      failed: [{ id: 'b', errorCode: 'FieldTooLong', errorMessage: 'UID is too long' }],
    };
    const { client } = await start({ body });

    const { successful, failed, $metadata } = await client.send(new PutAuditEventsCommand(oneEvent));

    expect({ successful, failed }).toEqual(body);
    expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: 'request-1', attempts: 1 });
  });

  it.each([
    ['ChannelInsufficientPermission', ChannelInsufficientPermission],
    ['ChannelNotFound', ChannelNotFound],
    ['ChannelUnsupportedSchema', ChannelUnsupportedSchema],
    ['DuplicatedAuditEventId', DuplicatedAuditEventId],
    ['InvalidChannelARN', InvalidChannelARN],
    ['UnsupportedOperationException', UnsupportedOperationException],
  ])('%s becomes an exception of that type, at once', async (name, type) => {
    const { server, client } = await start({
      status: 400,
      errorType: name,
      body: { message: `about ${name}` },
    });

    const error: unknown = await client
      .send(new PutAuditEventsCommand(oneEvent))
      .catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(CloudTrailDataServiceException);
    expect(error).toMatchObject({
      name,
      message: `about ${name}`,
      $fault: 'client',
      $metadata: { httpStatusCode: 400, requestId: 'request-1' },
    });
    expect(server.seen).toHaveLength(1);
  });

  it('that no model knows keeps its name and is still of the base type', async () => {
    const { client } = await start({
      status: 403,
      errorType: 'AccessDeniedException:http://internal.amazon.com/coral/',
      body: { message: 'not authorized' },
    });

    const error: unknown = await client
      .send(new PutAuditEventsCommand(oneEvent))
      .catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(CloudTrailDataServiceException);
    expect(error).not.toBeInstanceOf(ChannelNotFound);
    expect(error).toMatchObject({ name: 'AccessDeniedException', message: 'not authorized' });
  });
});

describe('a retry', () => {
  it('follows throttling and 503: the third attempt succeeds', async () => {
    const { server, client } = await start(
      { status: 400, errorType: 'ThrottlingException', body: { message: 'Rate exceeded' } },
      { status: 503, body: {} },
      {},
    );

    const { $metadata } = await client.send(new PutAuditEventsCommand(oneEvent));

    expect($metadata.attempts).toBe(3);
    expect(server.seen).toHaveLength(3);
    expect(new Set(server.seen.map(({ body }) => body)).size).toBe(1);
  });

  it('follows a connection that was reset', async () => {
    const { server, client } = await start('reset', {});

    const { $metadata } = await client.send(new PutAuditEventsCommand(oneEvent));

    expect($metadata.attempts).toBe(2);
    expect(server.seen).toHaveLength(2);
  });

  it('ends after three attempts with the last error', async () => {
    const { server, client } = await start({
      status: 503,
      errorType: 'ServiceUnavailableException',
      body: {},
    });

    const sending = client.send(new PutAuditEventsCommand(oneEvent));

    await expect(sending).rejects.toMatchObject({
      name: 'ServiceUnavailableException',
      $metadata: { attempts: 3 },
    });
    expect(server.seen).toHaveLength(3);
  });
});
