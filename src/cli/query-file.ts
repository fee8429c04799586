import { readdir, readFile } from 'node:fs/promises';

/** A query of `queries/`, ready for an event data store or a table of the same shape. */
export interface QueryFile {
  /** The question that its first line asks. */
  readonly question: string;
  readonly statement: string;
}

/** What of a query's text is filled in or changed. */
export interface QueryChanges {
  /** Days before now that it looks back, instead of those in the file. */
  readonly days?: number;
  /** Whom it asks about, where it asks about one principal. */
  readonly principal?: string;
}

const FOLDER = new URL('../../queries/', import.meta.url);
/** How far each query looks back: the one number that a reader changes. */
const LOOK_BACK = /(date_add\('day', )-\d+/g;

/** Names of the queries, without `.sql`, in alphabetical order. */
export async function queryNames(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files.flatMap((file) => (file.endsWith('.sql') ? file.slice(0, -'.sql'.length) : [])).sort();
}

/** Reads `queries/<name>.sql` and puts a table in it: the id of an event data store, or a table of Athena. */
export async function readQuery(name: string, table: string, changes: QueryChanges = {}): Promise<QueryFile> {
  const { days, principal } = changes;
  const text = await readFile(new URL(`${name}.sql`, FOLDER), 'utf8');
  const [first = '', ...rest] = text.trim().split('\n');
  let statement = rest.join('\n').replaceAll('<EventDataStoreId>', table);
  if (days !== undefined) statement = statement.replaceAll(LOOK_BACK, `$1-${days}`);
  if (principal !== undefined)
    statement = statement.replaceAll('<Principal>', principal.replaceAll("'", "''"));
  return { question: first.replace(/^--\s*/, ''), statement };
}
