import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts a stream of UTF-8 bytes into lines at LF only: node:readline would also cut at U+2028, which stands raw in JSON
 * log lines.
 */
export function lineSplitter(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    push(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    },
    end() {
      const last = rest + decoder.end();
      rest = '';
      if (last !== '') onLine(last);
    },
  };
}
