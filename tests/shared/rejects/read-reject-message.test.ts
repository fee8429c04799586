import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { recordId } from '#mapping/ids.ts';
import type { Origin } from '#mapping/origin.ts';
import { MAX_MESSAGE_BYTES } from '#shared/aws/queue-sender.ts';
import { readRejectMessage } from '#shared/rejects/read-reject-message.ts';
import { writeRejectMessage } from '#shared/rejects/reject-message.ts';

const ORIGIN: Origin = {
  account: 'mystorage',
  container: 'insights-activity-logs',
  name: 'resourceId=/SUBSCRIPTIONS/A/y=2026/m=11/d=20/h=10/m=00/PT1H.json',
  generation: '2026-11-20T10:00:12Z',
  offset: 295,
  length: 12,
};

function bodyOf(bytes: Uint8Array, attempts?: number): string {
  const rejection = { reason: 'NOT_JSON', message: 'It is no JSON.' } as const;
  return writeRejectMessage(
    { id: recordId(ORIGIN), origin: ORIGIN, rejection, content: { bytes } },
    attempts,
  );
}

function change(member: string, value: unknown): string {
  return JSON.stringify({ ...(JSON.parse(bodyOf(Buffer.from('x'))) as object), [member]: value });
}

it('any record comes back from its message byte for byte', () => {
  const records = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc.constantFrom('\uFEFF{}', '\uFFFE\uFFFF', '\u2028', '"\\').map((text) => Buffer.from(text)),
  );

  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 1000 }), (record, attempts) => {
      const kept = readRejectMessage(bodyOf(record, attempts));

      expect(Buffer.from(kept.bytes ?? []).equals(Buffer.from(record))).toBe(true);
      expect(kept).toMatchObject({ id: recordId(ORIGIN), origin: ORIGIN, reason: 'NOT_JSON', attempts });
    }),
  );
});

it('a record that does not fit is known by its hash', () => {
  const record = Buffer.alloc(MAX_MESSAGE_BYTES, 'x');

  const kept = readRejectMessage(bodyOf(record));

  expect(kept.bytes).toBeUndefined();
  expect(kept.sha256).toBe(createHash('sha256').update(record).digest('hex'));
});

it.each([
  ['version', 2],
  ['id', 'short'],
  ['reason', 'not json'],
  ['message', 1],
  ['account', ''],
  ['container', 'a'],
  ['name', ''],
  ['generation', 'yesterday'],
  ['offset', -1],
  ['offset', 1.5],
  ['length', 0],
  ['sha256', 'x'.repeat(64)],
  ['attempts', 0],
  ['record', { encoding: 'latin1', text: '' }],
])('a wrong %s (%p) is named', (member, value) => {
  expect(() => readRejectMessage(change(member, value))).toThrow(
    new RegExp(`^REJECT_MESSAGE_INVALID: wrong or missing fields: ${member}`),
  );
});

it('a member that is not known is counted, and its name, which is content, is not repeated', () => {
  expect(() => readRejectMessage(change('a secret word', 1))).toThrow(
    /^REJECT_MESSAGE_INVALID: wrong or missing fields: 1 unknown$/,
  );
});

it.each([
  ['text', 'a secret word', 'is not JSON'],
  ['null', 'null', 'wrong or missing fields: (message)'],
  ['another place', change('offset', 296), 'the id is not that of the place'],
  ['another record', change('record', { encoding: 'utf8', text: 'a secret word' }), 'is not the one'],
])('%s is refused, and not quoted', (_, body, what) => {
  let message = '';
  try {
    readRejectMessage(body);
  } catch (error) {
    ({ message } = error as Error);
  }

  expect(message).toContain(what);
  expect(message).not.toContain('secret');
});
