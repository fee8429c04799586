/**
 * A test for lower-case texts by a pattern in which `*` stands for any characters, also none. The pattern's letter case
 * does not matter. In time linear to the text for each `*`, so that no record can make it slow.
 */
export function wildcard(pattern: string): (lowerCaseText: string) => boolean {
  const [first = '', ...middle] = pattern.toLowerCase().split('*');
  const last = middle.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}
