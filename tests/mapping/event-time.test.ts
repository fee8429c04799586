import * as fc from 'fast-check';
import { eventTimeOf, exactTime } from '#mapping/event-time.ts';
import { eventDataOf, mapOne } from './map-one.ts';

it.each([
  ['seven digits of a second', '2025-04-11T08:16:11.0511381Z', '2025-04-11T08:16:11Z'],
  ['nine digits', '2024-11-15T21:00:00.154534959Z', '2024-11-15T21:00:00Z'],
  ['no fraction', '2024-11-11T18:59:51Z', '2024-11-11T18:59:51Z'],
  ['a fraction that would round up', '2024-12-31T23:59:59.9999999Z', '2024-12-31T23:59:59Z'],
  ['UTC as an offset', '2025-04-11T08:16:11.0511381+00:00', '2025-04-11T08:16:11Z'],
  ['an offset ahead of UTC', '2025-01-01T01:30:00+02:00', '2024-12-31T23:30:00Z'],
  ['an offset behind UTC', '2024-12-31T20:00:00-0530', '2025-01-01T01:30:00Z'],
  ['a blank instead of T', '2023-07-26 22:58:30.983201900', '2023-07-26T22:58:30Z'],
  ['no zone, which is UTC', '2023-01-11T11:11:11', '2023-01-11T11:11:11Z'],
  ['small letters', '2023-01-11t11:11:11z', '2023-01-11T11:11:11Z'],
  ['one digit for the hour', '2025-04-14T3:15:37.008Z', '2025-04-14T03:15:37Z'],
  ['US style before noon', '4/14/2025 11:35:37 AM', '2025-04-14T11:35:37Z'],
  ['US style after noon', '12/1/2025 1:05:09 PM', '2025-12-01T13:05:09Z'],
  ['US style at midnight', '1/2/2025 12:00:00 AM', '2025-01-02T00:00:00Z'],
  ['US style at noon', '1/2/2025 12:00:00 PM', '2025-01-02T12:00:00Z'],
  ['US style with 24 hours', '05/28/2025 01:15:14', '2025-05-28T01:15:14Z'],
  ['a leap day', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['blanks around', ' 2024-11-11T18:59:51Z ', '2024-11-11T18:59:51Z'],
  ['the first year', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
  ['the last second', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
])('reads %s: %s', (_case, text, expected) => {
  expect(eventTimeOf(text)).toBe(expected);
});

it.each([
  ['broken in the middle', '2023-06-15:54:46.8676027Z'],
  ['.NET without a time', '0001-01-01T00:00:00Z'],
  ['a year of the first century', '0080-01-01T00:00:00Z'],
  ['before 1970 after the offset', '1970-01-01T00:30:00+02:00'],
  ['after 9999 after the offset', '9999-12-31T23:30:00-02:00'],
  ['30 February', '2024-02-30T00:00:00Z'],
  ['month 13', '2024-13-01T00:00:00Z'],
  ['hour 24', '2024-01-01T24:00:00Z'],
  ['second 60', '2024-12-31T23:59:60Z'],
  ['an offset of 15 hours', '2024-01-01T00:00:00+15:00'],
  ['US style with hour 13 PM', '1/2/2025 13:00:00 PM'],
  ['day before month', '28/05/2025 01:15:14'],
  ['a date alone', '2024-01-01'],
  ['a number as text', '1718452486'],
  ['a text of a megabyte', '9'.repeat(1_000_000)],
])('does not guess at %s', (_case, text) => {
  expect(eventTimeOf(text)).toBeUndefined();
});

it('cuts any real moment to its second', () => {
  const moments = fc.date({
    min: new Date(0),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });

  fc.assert(
    fc.property(moments, (moment) => {
      expect(eventTimeOf(moment.toISOString())).toBe(`${moment.toISOString().slice(0, 19)}Z`);
    }),
  );
});

describe('of a record', () => {
  const signIn = (members: object, properties: object): object => ({
    category: 'SignInLogs',
    ...members,
    properties,
  });

  it("is the event's own time, and the text of it is kept at full precision", () => {
    const record = signIn(
      { time: '2025-04-11T05:21:05.5053704Z' },
      { createdDateTime: '2025-04-11T05:18:41.8256448+00:00' },
    );

    expect(eventDataOf(record)).toMatchObject({
      eventTime: '2025-04-11T05:18:41Z',
      additionalEventData: {
        eventTime: '2025-04-11T05:18:41.8256448+00:00',
        time: '2025-04-11T05:21:05.5053704Z',
      },
    });
  });

  it.each([undefined, null, ''])('is the time of the line when the own time is %p', (createdDateTime) => {
    const record = signIn({ time: '2025-04-11T05:21:05Z' }, { createdDateTime });

    expect(eventDataOf(record).eventTime).toBe('2025-04-11T05:21:05Z');
  });

  it.each([undefined, null, ''])('that is %p everywhere is a reject: none is invented', (time) => {
    expect(mapOne(signIn({ time }, {}))).toMatchObject({ outcome: 'reject', reason: 'NO_EVENT_TIME' });
  });

  it.each(['2023-06-15:54:46.8676027Z', 1718452486, {}, [], true])('that reads %p is a reject', (time) => {
    expect(mapOne(signIn({ time }, {}))).toMatchObject({ outcome: 'reject', reason: 'INVALID_EVENT_TIME' });
  });

  it('that cannot be read is not replaced by another time', () => {
    const record = signIn({ time: '2025-04-11T05:21:05Z' }, { createdDateTime: 'yesterday' });

    expect(mapOne(record)).toMatchObject({ outcome: 'reject', reason: 'INVALID_EVENT_TIME' });
  });

  it.each([
    ['AuditLogs', 'activityDateTime'],
    ['MicrosoftGraphActivityLogs', 'timeGenerated'],
    ['UserRiskEvents', 'detectedDateTime'],
    ['ServicePrincipalRiskEvents', 'detectedDateTime'],
    ['RiskyUsers', 'riskLastUpdatedDateTime'],
    ['RiskyServicePrincipals', 'riskLastUpdatedDateTime'],
  ])('of %s is properties.%s', (category, member) => {
    const record = {
      time: '4/14/2025 11:35:37 AM',
      category,
      properties: { [member]: '2025-04-14T10:00:00Z' },
    };

    expect(eventDataOf(record).eventTime).toBe('2025-04-14T10:00:00Z');
  });
});

it.each([
  ['2026-11-20T10:00:12.5000000Z', '2026-11-20T10:00:12.5Z'],
  ['2026-11-20T10:00:12.5', '2026-11-20T10:00:12.5Z'],
  ['2026-11-20T12:00:12.50+02:00', '2026-11-20T10:00:12.5Z'],
  ['2026-11-20T10:00:12.0000001Z', '2026-11-20T10:00:12.0000001Z'],
  ['2026-11-20 10:00:12.000', '2026-11-20T10:00:12Z'],
  ['11/20/2026 10:00:12 AM', '2026-11-20T10:00:12Z'],
  ['String (timestamp)', undefined],
])('brings %s into one exact form: %s', (text, expected) => {
  expect(exactTime(text)).toBe(expected);
});
