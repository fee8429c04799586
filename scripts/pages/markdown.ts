/** A table of Markdown; bars inside a cell are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text as code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Words as a list that is read out: "a, b and c". */
export function listed(words: readonly string[], last = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

/** What stands between the marks of a section; prettier leaves it as it is. */
function marks(name: string): readonly [string, string] {
  return [
    `<!-- prettier-ignore-start -->\n<!-- ${name}: written by "node scripts/generate-docs.ts"; a test holds it to the code -->\n`,
    `\n<!-- end of ${name} -->\n<!-- prettier-ignore-end -->`,
  ];
}

/** The page with this content in the section of that name. Throws when the page has no such section, or has it twice. */
export function withSection(page: string, name: string, content: string): string {
  const [begin, end] = marks(name);
  const [before, inside, ...others] = page.split(begin);
  const after = inside?.split(end)[1];
  if (before === undefined || after === undefined || others.length > 0)
    throw new Error(`the page has not exactly one section "${name}" between its two comments`);
  return `${before}${begin}\n${content}\n${end}${after}`;
}
