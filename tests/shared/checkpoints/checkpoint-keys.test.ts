import fc from 'fast-check';
import { checkpointKey, scopePartition, watermarkKey } from '#shared/checkpoints/checkpoint-keys.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_PARTITION_KEY_BYTES = 2_048;
const MAX_SORT_KEY_BYTES = 1_024;

const HOUR = 'y=2026/m=11/d=20/h=10/m=00/PT1H.json';

function key(name: string, generation = '2026-11-20T10:00:12Z') {
  return checkpointKey({ account: 'logs', container: 'insights-activity-logs', name, generation });
}

describe('the key of a checkpoint', () => {
  // Another key would forget every checkpoint that is stored, and deliver everything again.
  it('is what it was in every version: scope and rest of the name, generation', () => {
    expect(key(`resourceId=/SUBSCRIPTIONS/A/${HOUR}`)).toEqual({
      pk: 'scope#logs/insights-activity-logs/resourceId=/SUBSCRIPTIONS/A/',
      sk: 'y=2026/m=11/d=20/h=10/m=00/PT1H.json#2026-11-20T10:00:12Z',
    });
    expect(key(`${'a'.repeat(901)}/${HOUR}`).pk).toBe(
      'scope#logs/insights-activity-logs/sha256:506b98cf8a3424c26c714f8bf217a47f7c1443bcc8750be5f06a42492a7ce0f7',
    );
  });

  it('of a name without an hour is the whole name in the partition without a scope', () => {
    expect(key('any/other.json')).toEqual({
      pk: 'scope#logs/insights-activity-logs/',
      sk: 'any/other.json#2026-11-20T10:00:12Z',
    });
  });

  it('lies in the partition of its scope, so that one query gives a day in name order', () => {
    const scope = 'resourceId=/SUBSCRIPTIONS/A/';

    const { pk } = key(scope + HOUR);

    expect(pk).toBe(scopePartition('logs', 'insights-activity-logs', scope));
  });

  it.each([
    ['900 bytes', 'a'.repeat(900), true],
    ['901 bytes', 'a'.repeat(901), false],
    ['225 characters of four bytes', '\u{1F310}'.repeat(225), true],
    ['226 characters of four bytes', '\u{1F310}'.repeat(226), false],
  ])('holds a name of %s as it is, or its hash when that is longer', (_, name, plain) => {
    const { sk } = key(name);

    expect(sk.startsWith(name)).toBe(plain);
    expect(/^sha256:[\da-f]{64}#/.test(sk)).toBe(!plain);
  });

  it('fits DynamoDB, however long the name', () => {
    // Azure's longest: 24, 63 and 1,024 characters.
    const longest = {
      account: 'a'.repeat(24),
      container: 'c'.repeat(63),
      generation: '2026-11-20T10:00:12Z',
    };
    const names = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1_024 }),
      fc.constantFrom(
        '\u{1F310}'.repeat(1_024),
        `${'\u{1F310}'.repeat(980)}/${HOUR}`,
        `${'a'.repeat(900)}/${HOUR}`,
      ),
    );
    fc.assert(
      fc.property(names, (name) => {
        const { pk, sk } = checkpointKey({ ...longest, name });

        expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(MAX_PARTITION_KEY_BYTES);
        expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(MAX_SORT_KEY_BYTES);
      }),
    );
  });

  it('is another one for another scope, hour or generation, however long they are', () => {
    const long = 'a'.repeat(1_000);
    const keys = [
      key(`${long}1/${HOUR}`),
      key(`${long}2/${HOUR}`),
      key(`${long}1/${HOUR.replace('h=10', 'h=11')}`),
      key(`${long}1/${HOUR}`, '2026-11-20T10:00:13Z'),
      key(`${long}1`),
      key(`${long}2`),
    ].map(({ pk, sk }) => `${pk}\n${sk}`);

    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the key of a watermark', () => {
  it('is what it was in every version, one for each container', () => {
    expect(watermarkKey('logs', 'insights-activity-logs')).toEqual({
      pk: 'watermark#logs/insights-activity-logs',
      sk: 'watermark',
    });
  });
});
