import { readFile } from 'node:fs/promises';

/** A query of `queries/`, ready for an event data store. */
export interface QueryFile {
  /** The question that its first line asks. */
  readonly question: string;
  readonly statement: string;
}

/** Reads `queries/<name>.sql` and puts the event data store id into it. */
export async function readQuery(name: string, eventDataStoreId: string): Promise<QueryFile> {
  const text = await readFile(new URL(`../../queries/${name}.sql`, import.meta.url), 'utf8');
  const [first = '', ...rest] = text.trim().split('\n');
  return {
    question: first.replace(/^--\s*/, ''),
    statement: rest.join('\n').replaceAll('<EventDataStoreId>', eventDataStoreId),
  };
}
