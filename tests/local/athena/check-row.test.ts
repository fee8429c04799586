import { rowProblem } from '#local/athena/check-row.ts';
import { LAKE_COLUMNS } from '#local/lake/lake-schema.ts';

const check = (row: unknown): string | undefined => rowProblem(row, LAKE_COLUMNS);

it.each([
  ['no members', {}],
  ['nulls only', { eventid: null, eventtime: null, metadata: null, eventdata: { requestparameters: null } }],
  ['a timestamp with a fraction', { eventtime: '2026-11-20 10:00:00.123456789' }],
  ['text and null in a map', { eventdata: { useridentity: { details: { upn: 'ann', '': null, Upn: '' } } } }],
])('a row with %s is right', (_, row) => {
  expect(check(row)).toBeUndefined();
});

it.each([
  ['an array', [], 'the line is no JSON object'],
  ['a number', 1, 'the line is no JSON object'],
  ['null', null, 'the line is no JSON object'],
  ['an unknown member', { eventid: 'a', secret: 'b' }, 'member 2 of the row is no column of the table'],
  ['a member in capitals', { eventData: {} }, 'member 1 of the row is no column'],
  ['an unknown member of a struct', { eventdata: { uid: 'a', x: 1 } }, 'member 2 of eventdata is no column'],
  ['a member that every object inherits', JSON.parse('{"__proto__":{}}'), 'member 1 of the row is no column'],
  ['a number for a text', { eventid: 1 }, 'eventid is no text'],
  ['a text for a struct', { metadata: 'x' }, 'metadata is no JSON object'],
  ['half a character', { eventid: '\ud800' }, 'eventid is no text'],
  [
    'a number in a map',
    { eventdata: { requestparameters: { a: 'b', c: 2 } } },
    'value 2 of eventdata.request',
  ],
  ['a list for a map', { eventdata: { requestparameters: [] } }, 'eventdata.requestparameters is no object'],
  ['a time with a T', { eventtime: '2026-11-20T10:00:00' }, 'eventtime is no timestamp'],
  ['a time with a zone', { eventtime: '2026-11-20 10:00:00Z' }, 'eventtime is no timestamp'],
  ['a day that is none', { eventtime: '2026-02-30 10:00:00' }, 'eventtime is no timestamp'],
  ['an hour that is none', { eventtime: '2026-11-20 24:00:00' }, 'eventtime is no timestamp'],
])('a row with, or that is, %s is refused', (_, row, problem) => {
  expect(check(row)).toContain(problem);
});
