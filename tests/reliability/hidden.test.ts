import { toSqsEvent } from '#local/lambda/sqs-event.ts';
import { EVENT_BUCKET } from '#local/s3.ts';
import { RANGE_QUEUE } from '#local/sqs.ts';
import { BuiltFunctions, loggedBy, type EnvironmentChange } from '../pipeline/built-functions.ts';
import { line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const KEY_SECRET = 'crosstrail/hash-key';

/** What stands in members that are redacted or hashed, or in what cannot be read, and the key of hashes. */
const MARKERS = {
  marker: 'canary-marker-1d7c',
  claim: 'canary.claim@contoso.example',
  address: '203.0.113.77',
  body: 'canary-body-55e1',
  cutOff: 'canary-cut-off-90ab',
  noRecord: 'canary-no-record-31f0',
  key: 'canary-key-of-hashes-of-32-bytes-or-more',
};

const LISTS = {
  INCLUDE_RECORDS: 'category:*',
  EXCLUDE_RECORDS: 'category:Policy',
  REDACT_FIELDS: 'properties.marker, callerIpAddress, **.mail',
  HASH_FIELDS: 'identity.claims.*',
  HASH_KEY_SECRET: KEY_SECRET,
};

const { marker, claim, address, body, cutOff, noRecord, key } = MARKERS;
const RICH = `{"time":"2026-11-20T10:00:00.5Z","resourceId":"/SUBSCRIPTIONS/A","operationName":"MICROSOFT.KEYVAULT/VAULTS/WRITE","category":"Administrative","resultType":"Failure","callerIpAddress":"${address}","identity":{"claims":{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"${claim}","ipaddr":"${address}"}},"properties":{"requestbody":"{\\"mail\\":\\"${body}\\"}","responseBody":"{\\"mail\\":\\"${cutOff}"}}\r\n`;
const POLICY = line(marker).replace('Administrative', 'Policy');
const CONTENT = `${RICH}${line(marker)}{'mail':'${noRecord}'}\n{"category":"A","mail":"${noRecord}"}\n${POLICY}`;

let pipeline: Pipeline;
let functions: BuiltFunctions;
/** Everything that came out of the functions, place by place. */
const out = new Map<string, string>();

beforeAll(async () => {
  pipeline = await Pipeline.start({ destination: 'Both' });
  functions = await BuiltFunctions.build('processor', 'replayer');
  pipeline.cloud.secretsManager.put(KEY_SECRET, key);
  await pipeline.append(nameAt('2026-11-20T10'), CONTENT);
  await pipeline.aggregate();
  const batch = toSqsEvent(await pipeline.takeRanges(), pipeline.cloud.sqs.queueArn(RANGE_QUEUE));
  const environment = {
    ...LISTS,
    DESTINATION: 'Both',
    EVENT_BUCKET_NAME: EVENT_BUCKET,
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
  };
  const runs: [string, string, unknown, EnvironmentChange][] = [
    ['a processor without its key', 'processor', batch, { ...environment, HASH_KEY_SECRET: 'none' }],
    ['processor', 'processor', batch, environment],
    ['a dry replay', 'replayer', { dryRun: true }, environment],
    ['replayer', 'replayer', {}, environment],
  ];
  for (const [place, name, event, change] of runs) {
    const result = await functions.create(name, pipeline.cloud, change).invoke(event);
    out.set(place, JSON.stringify([result, loggedBy(result)]));
  }
  const { lake } = pipeline.cloud;
  const { rows } = await lake.query(
    `SELECT json_format(CAST(eventData AS JSON)) FROM ${lake.eventDataStoreId}`,
  );
  out.set('event data store', JSON.stringify(rows));
  out.set('event bucket', JSON.stringify(await pipeline.objects()));
  out.set('failure queue', JSON.stringify(await pipeline.rejects()));
  out.set('table', JSON.stringify(await pipeline.checkpoints()));
});
afterAll(async () => {
  await functions.close();
  await pipeline.close();
});

function formsOf(text: string): string[] {
  const base64 = Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -2);
  return [text, encodeURIComponent(text), base64, Buffer.from(text).toString('hex')];
}

it.each([
  ['processor', '"excluded":1'],
  ['processor', 'record.rejected'],
  ['replayer', 'record.rejected-again'],
  ['a processor without its key', 'SECRET_NOT_READABLE'],
  ['event data store', 'hmac-sha256:'],
  ['event data store', '/properties/requestbody/mail'],
  ['event bucket', '/properties/marker'],
  ['failure queue', 'NOT_JSON'],
  ['failure queue', 'NO_EVENT_TIME'],
  ['table', '"excludedRecords":1'],
])('the %s shows that the run met what it was meant to meet: %s', (place, sign) => {
  expect(out.get(place)?.replaceAll(String.raw`\"`, '"')).toContain(sign);
});

it('no event, row, reject, log line, metric, result or item holds what is hidden, or the key', () => {
  const found = [...out].flatMap(([place, text]) =>
    Object.entries(MARKERS)
      .filter(([, value]) => formsOf(value).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${place}`),
  );

  expect(out.size).toBe(8);
  expect(found).toEqual([]);
});
