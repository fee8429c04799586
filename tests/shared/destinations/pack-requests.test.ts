import fc from 'fast-check';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { MAX_REQUEST_BYTES } from '#mapping/target-schema.ts';
import { entryBytes, packRequests, toEntry, type Entry } from '#shared/destinations/pack-requests.ts';

function event(id: string, text: string): AuditEvent {
  return { id, eventData: { UID: id, additionalEventData: { text } } as unknown as AuditEvent['eventData'] };
}

function bodyBytes(entries: readonly Entry[]): number {
  const auditEvents = entries.map(({ id, eventData, eventDataChecksum }) => ({
    id,
    eventData,
    eventDataChecksum,
  }));
  return Buffer.byteLength(JSON.stringify({ auditEvents }));
}

describe('packing requests', () => {
  it('knows the bytes that an entry takes in the body, whatever characters it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const entry = toEntry(event('a', text), 0);
        const { id, eventData, eventDataChecksum } = entry;

        // The comma counts too.
        expect(entryBytes(entry)).toBe(
          Buffer.byteLength(JSON.stringify({ id, eventData, eventDataChecksum })) + 1,
        );
      }),
    );
  });

  it('keeps every entry, in order, within 100 entries and 1,000,000 bytes', () => {
    const sizes = fc.array(fc.oneof(fc.nat({ max: 3_000 }), fc.integer({ min: 200_000, max: 400_000 })), {
      maxLength: 250,
    });
    fc.assert(
      fc.property(sizes, (lengths) => {
        const entries = lengths.map((length, index) =>
          toEntry(event(`e${index}`, '"'.repeat(length / 4)), index),
        );

        const requests = packRequests(entries);

        expect(requests.flat()).toEqual(entries);
        for (const request of requests) {
          expect(request.length).toBeGreaterThan(0);
          expect(request.length).toBeLessThanOrEqual(100);
          expect(bodyBytes(request)).toBeLessThanOrEqual(MAX_REQUEST_BYTES);
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [99, [99]],
    [100, [100]],
    [101, [100, 1]],
    [200, [100, 100]],
  ])('%d entries go in requests of %j', (count, expected) => {
    const entries = Array.from({ length: count }, (_, index) => toEntry(event(`e${index}`, ''), index));

    expect(packRequests(entries).map((request) => request.length)).toEqual(expected);
  });

  it.each([
    [-1, 1],
    [0, 1],
    [1, 2],
  ])('a body of the limit %+d bytes goes in %d request(s)', (difference, expected) => {
    const first = toEntry(event('a', 'x'.repeat(400_000)), 0);
    const empty = toEntry(event('b', ''), 1);
    // The comma after the last entry is counted though it is not sent: one byte of head-room.
    const room = MAX_REQUEST_BYTES - 1 - bodyBytes([first, empty]) + difference;
    const second = toEntry(event('b', 'x'.repeat(room)), 1);

    expect(packRequests([first, second])).toHaveLength(expected);
  });

  it.each([
    ['among others', ['a', 'B', 'c'], [['a'], ['B'], ['c']]],
    ['as the first', ['B', 'c'], [['B'], ['c']]],
    ['next to another', ['B', 'B'], [['B'], ['B']]],
  ])('an entry that is too large by itself goes alone, %s', (_, ids, expected) => {
    const entries = ids.map((id) => event(id, id === 'B' ? 'x'.repeat(1_000_001) : '')).map(toEntry);

    expect(packRequests(entries).map((request) => request.map(({ id }) => id))).toEqual(expected);
  });
});
