import type { JsonObject } from '#mapping/audit-event.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { administrative, canonical, eventDataOf } from './map-one.ts';

const TIME = '2026-11-20T10:00:12.1234567Z';

/** Maps a record that must be kept whole and returns its event data. */
function keptOf(record: JsonObject): ReturnType<typeof eventDataOf> {
  const eventData = eventDataOf(record);
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
  return eventData;
}

describe('source address', () => {
  it.each([
    ['an address with a port', '5.5.5.5:28915', '5.5.5.5'],
    ['IPv6 with brackets and port', '[2001:db8::1]:443', '2001:db8::1'],
    ['a private IPv6 address', 'fde4:8dba::1', 'fde4:8dba::1'],
    ['an IPv6 address with a zone', 'fe80::1%eth0', 'fe80::1'],
    ['IPv4 in the form of IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
    ['the same with brackets and port', '[::FFFF:203.0.113.7]:51234', '203.0.113.7'],
    ['blanks', ' 10.0.0.1 ', '10.0.0.1'],
    ['0.0.0.0, which is what the record says', '0.0.0.0', '0.0.0.0'],
  ])('%s: %s becomes %s', (_case, callerIpAddress, expected) => {
    const eventData = keptOf(administrative({ callerIpAddress }));

    expect(eventData.sourceIPAddress).toBe(expected);
    expect(eventData.additionalEventData).not.toHaveProperty('sourceIPAddress');
  });

  it.each([
    '<null>',
    '127.0.0.0/8',
    '::2a02:1:2:3:4:5:6:7:8',
    'XX:2a02::1',
    '1.2.3',
    '999.1.1.1',
    '::ffff:999.1.1.1',
    'localhost',
  ])('%s is left out and kept as it was written', (callerIpAddress) => {
    const eventData = keptOf(administrative({ callerIpAddress }));

    expect(eventData).not.toHaveProperty('sourceIPAddress');
    expect(eventData.additionalEventData?.['sourceIPAddress']).toBe(callerIpAddress);
  });

  it('an absent or empty address stays absent', () => {
    expect(keptOf(administrative({}))).not.toHaveProperty('sourceIPAddress');
    expect(keptOf(administrative({ callerIpAddress: '' })).additionalEventData).not.toHaveProperty(
      'sourceIPAddress',
    );
  });

  it("an unusable caller address gives way to the family's own", () => {
    const initiatedBy = { user: { id: 'u', ipAddress: '203.0.113.7' } };
    const record = {
      time: TIME,
      category: 'AuditLogs',
      callerIpAddress: '<null>',
      properties: { initiatedBy },
    };

    expect(keptOf(record).sourceIPAddress).toBe('203.0.113.7');
  });
});
