import Table from 'cli-table3';

/** Widest cell; a longer text is cut in its middle, where ids differ least. */
const MAX_CELL = 40;

/** Control characters are content of whoever wrote the record, and a terminal would obey them: a replacement each. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\u{FFFD}');
}

function cell(value: string | number | null): string {
  const text =
    value === null ? '' : typeof value === 'number' ? value.toLocaleString('en-US') : printable(value);
  if (text.length <= MAX_CELL) return text;
  const kept = MAX_CELL - 1;
  return `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(-Math.floor(kept / 2))}`;
}

/** Rows as a plain text table; numbers stand on the right. */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const table = new Table({
    head: [...columns],
    colAligns: columns.map((_, index) => (typeof rows[0]?.[index] === 'number' ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => row.map(cell)));
  return table.toString();
}
