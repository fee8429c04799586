import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { COLLECTION_TABLE, LOCAL_REGION } from '#local/local-cloud.ts';
import { RAW_BUCKET } from '#local/s3.ts';
import type { Finding } from '#shared/audit/finding.ts';
import { auditCollected, judgeCollection } from '#shared/collection/audit-collected.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import { initialState, type CollectionState } from '#shared/collection/plan.ts';
import { S3LogObjectListing } from '#shared/collection/s3-log-object-listing.ts';
import { S3LogObjectReader } from '#shared/collection/s3-log-object-reader.ts';
import { S3RawLogObjects } from '#shared/collection/s3-raw-log-objects.ts';
import { writeRangeMessage } from '#shared/ranges/range.ts';
import { Pipeline } from '../../pipeline/pipeline.ts';

const HOUR_MS = 3_600_000;
const TENANT = '11111111-2222-4333-8444-555555555555';
const NOW = Date.parse('2026-11-20T12:00:00Z');
const SPAN = { logType: 'entra-signins', from: NOW - 24 * HOUR_MS, to: NOW, graceMs: 3 * HOUR_MS } as const;

function state(changes: Partial<CollectionState>): CollectionState {
  const plan = {
    tenant: TENANT,
    logType: 'entra-signins',
    windowMs: HOUR_MS,
    stepMs: HOUR_MS,
    passes: [{ name: 'first', lagMs: 0 }] as const,
    startBackMs: HOUR_MS,
    reachMs: 30 * 24 * HOUR_MS,
  };
  return { ...initialState(plan, NOW), ...changes };
}

describe('what a collector read', () => {
  it('adds up when it reaches to within the grace time', () => {
    const found = judgeCollection(SPAN, TENANT, state({ positions: { first: NOW - 2 * HOUR_MS } }), NOW);

    expect(found).toEqual([]);
  });

  it('is behind when it does not, or when nothing was collected yet', () => {
    const late = judgeCollection(SPAN, TENANT, state({ positions: { first: NOW - 5 * HOUR_MS } }), NOW);
    const never = judgeCollection(SPAN, TENANT, undefined, NOW);

    expect(late.map(({ kind }) => kind)).toEqual(['collection-behind']);
    expect(late[0]?.detail).toContain('read up to 2026-11-20T07:00:00.000Z, 5.0 hours before');
    expect(never[0]?.detail).toContain('nothing was collected yet');
  });

  it('has a gap only where the gap lies in the audited time', () => {
    const gaps = [
      { from: NOW - 90 * HOUR_MS, to: NOW - 80 * HOUR_MS },
      { from: NOW - 10 * HOUR_MS, to: NOW - 9 * HOUR_MS },
    ];

    const found = judgeCollection(SPAN, TENANT, state({ positions: { first: NOW }, gaps }), NOW);

    expect(found.map(({ kind }) => kind)).toEqual(['collection-gap']);
    expect(found[0]?.detail).toContain('2026-11-20T02:00:00.000Z to 2026-11-20T03:00:00.000Z');
  });
});

describe('what a collector wrote', () => {
  let pipeline: Pipeline;
  let s3: S3Client;
  let table: DynamoDBClient;

  beforeAll(async () => {
    pipeline = await Pipeline.start();
    const at = (endpoint = '') => ({ endpoint, region: LOCAL_REGION, credentials: DUMMY_CREDENTIALS });
    s3 = new S3Client(at(pipeline.cloud.s3.endpoint));
    table = new DynamoDBClient(at(pipeline.cloud.awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB']));
  });
  afterAll(async () => {
    s3.destroy();
    table.destroy();
    await pipeline.close();
  });

  it('is held against the checkpoints: what nobody read, and what was deleted before it was read, is found', async () => {
    const day = new Date().toISOString().slice(0, 10);
    const hour = `${day.replaceAll('-', '')}T000000.000Z`;
    const nameOf = (part: number): string =>
      `raw/entra/signins/day=${day}/tenant=${TENANT}/${hour}-first-0000${part}.jsonl`;
    const objects = new S3RawLogObjects(s3, RAW_BUCKET);
    const record = `{"id":"a","createdDateTime":"${day}T00:00:00Z"}\n`;
    const written = await Promise.all(
      [0, 1, 2].map((part) => objects.create(nameOf(part), Buffer.from(record))),
    );
    const readers = { reader: new S3LogObjectReader(s3, RAW_BUCKET) };
    const containers = [{ account: RAW_BUCKET, container: 'entra-signins' }];
    const rangeOf = (part: number): { messageId: string; body: string } => {
      const { name = '', generation = '' } = written[part] ?? {};
      const logObject = { account: RAW_BUCKET, container: 'entra-signins', name, generation };
      return {
        messageId: String(part),
        body: writeRangeMessage({ logObject, end: record.length, tail: 'closed' }),
      };
    };
    // The first is delivered, the second nobody was told of, the third is gone when its range comes.
    await s3.send(new DeleteObjectCommand({ Bucket: RAW_BUCKET, Key: nameOf(2) }));
    const again = await pipeline.process([rangeOf(0), rangeOf(2)], { ...readers, containers });
    const later = Date.now() + 5 * HOUR_MS;
    const found: Finding[] = [];

    const audit = await auditCollected(
      {
        logType: 'entra-signins',
        tenants: [],
        from: Date.now() - 24 * HOUR_MS,
        to: later,
        graceMs: 3 * HOUR_MS,
      },
      {
        listing: new S3LogObjectListing(s3, RAW_BUCKET),
        checkpoints: pipeline.aggregation.checkpoints,
        states: new DynamoCollectionStateStore(table, COLLECTION_TABLE),
        now: () => later,
        remainingMs: () => 900_000,
      },
      { hour: () => undefined, dayCompared: () => undefined, finding: (finding) => void found.push(finding) },
    );

    expect(again).toEqual(['2']);
    expect(audit.account).toMatchObject({
      logObjects: 2,
      deliveredRecords: 1,
      listedBytes: 2 * record.length,
    });
    expect(found.map(({ kind, logObject }) => [kind, logObject?.name])).toEqual([
      ['never-enqueued', nameOf(1)],
      ['deleted-before-read', nameOf(2)],
    ]);
    expect(found[0]?.repair.map(({ end }) => end)).toEqual([record.length]);
  });
});
