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
  /** Id of the event data store, for a query that reads Lake beside another table. */
  readonly eventDataStoreId?: string;
}

const FOLDER = new URL('../../queries/', import.meta.url);
/** How far each query looks back: the one number that a reader changes. */
const LOOK_BACK = /(date_add\('day', )-\d+/g;

/** Names of the queries, without `.sql`, in alphabetical order. */
export async function queryNames(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files.flatMap((file) => (file.endsWith('.sql') ? file.slice(0, -'.sql'.length) : [])).sort();
}

/** Lake as Athena names it, by its federation. */
const LAKE_IN_ATHENA = '"aws:cloudtrail"."<EventDataStoreId>"';

/** File of a query of `queries/`. */
export function queryPath(name: string): URL {
  return new URL(`${name}.sql`, FOLDER);
}

/** Puts a table and what else is given into the text of a query. */
export function fillIn(text: string, table: string, changes: QueryChanges): string {
  const { days, principal, eventDataStoreId } = changes;
  let statement = text;
  if (eventDataStoreId !== undefined) {
    const lake = LAKE_IN_ATHENA.replace('<EventDataStoreId>', eventDataStoreId);
    statement = statement.replaceAll(LAKE_IN_ATHENA, lake);
  }
  statement = statement.replaceAll('<EventDataStoreId>', table);
  if (days !== undefined) statement = statement.replaceAll(LOOK_BACK, `$1-${days}`);
  if (principal !== undefined)
    statement = statement.replaceAll('<Principal>', principal.replaceAll("'", "''"));
  return statement;
}

/** Reads `queries/<name>.sql` and puts a table in it: the id of an event data store, or a table of Athena. */
export async function readQuery(name: string, table: string, changes: QueryChanges = {}): Promise<QueryFile> {
  const text = await readFile(queryPath(name), 'utf8');
  const [first = '', ...rest] = text.trim().split('\n');
  return { question: first.replace(/^--\s*/, ''), statement: fillIn(rest.join('\n'), table, changes) };
}
