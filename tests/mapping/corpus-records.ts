import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CORPUS = join(import.meta.dirname, '../../corpus');
const FOLDERS = ['activity', 'entra', 'resource', 'graph', 'o365', 'blobs'];

/** One record of the corpus: the publisher's bytes, without line ending. */
export interface CorpusRecord {
  /** `folder/file` inside corpus. */
  readonly file: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Files of the corpus, `folder/file`. */
export function corpusFiles(): string[] {
  return FOLDERS.flatMap((folder) => readdirSync(join(CORPUS, folder)).map((name) => `${folder}/${name}`));
}

/** The records of one file; the records of a `{"records":[…]}` document are written one by one. */
export function recordsOf(file: string): CorpusRecord[] {
  const content = readFileSync(join(CORPUS, file));
  if (content.subarray(0, 11).toString() === '{"records":') {
    const { records } = JSON.parse(content.toString('utf8')) as { records: unknown[] };
    return records.map((record, offset) => ({ file, offset, bytes: Buffer.from(JSON.stringify(record)) }));
  }
  const records: CorpusRecord[] = [];
  for (let start = 0; start < content.length;) {
    const feed = content.indexOf(0x0a, start);
    const end = feed === -1 ? content.length : feed;
    const hasReturn = end > start && content[end - 1] === 0x0d;
    const bytes = content.subarray(start, hasReturn ? end - 1 : end);
    if (bytes.length > 0) records.push({ file, offset: start, bytes });
    start = end + 1;
  }
  return records;
}
