import { renderTable } from '#cli/table.ts';

it('a table hands no control character of a record to the terminal', () => {
  const rows = [['\u{1B}]0;title\u{7}curl/8\u{9B}2J\r\nx']];

  const table = renderTable(['userAgent'], rows);

  expect(table).toContain('\u{FFFD}]0;title\u{FFFD}curl/8\u{FFFD}2J\u{FFFD}\u{FFFD}x');
  expect(table.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
