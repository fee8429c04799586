import { quoteName, quoteText } from '../trino/trino-tokens.ts';

/** A column's type as DuckDB text, or the members of a struct. */
export interface StructType {
  readonly [member: string]: string | StructType;
}

export const MAP = 'MAP(VARCHAR, VARCHAR)';

/**
 * Columns of an event data store for events from outside AWS (category ActivityAuditLog), in Lake's order and types.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
 */
export const LAKE_COLUMNS = {
  eventversion: 'VARCHAR',
  eventcategory: 'VARCHAR',
  eventtype: 'VARCHAR',
  eventid: 'VARCHAR',
  eventtime: 'TIMESTAMP',
  awsregion: 'VARCHAR',
  recipientaccountid: 'VARCHAR',
  addendum: {
    reason: 'VARCHAR',
    updatedfields: 'VARCHAR',
    originaluid: 'VARCHAR',
    originaleventid: 'VARCHAR',
  },
  metadata: { ingestiontime: 'VARCHAR', channelarn: 'VARCHAR' },
  eventdata: {
    version: 'VARCHAR',
    useridentity: { type: 'VARCHAR', principalid: 'VARCHAR', details: MAP },
    useragent: 'VARCHAR',
    eventsource: 'VARCHAR',
    eventname: 'VARCHAR',
    eventtime: 'VARCHAR',
    uid: 'VARCHAR',
    requestparameters: MAP,
    responseelements: MAP,
    errorcode: 'VARCHAR',
    errormessage: 'VARCHAR',
    sourceipaddress: 'VARCHAR',
    recipientaccountid: 'VARCHAR',
    additionaleventdata: MAP,
  },
} satisfies StructType;

function typeText(type: string | StructType): string {
  if (typeof type === 'string') return type;
  const members = Object.entries(type).map(([name, member]) => `${quoteName(name)} ${typeText(member)}`);
  return `STRUCT(${members.join(', ')})`;
}

/** Makes a table of these columns where there is none. `table`: as DuckDB writes it, with its quotes. */
export function createTableStatement(table: string, columns: StructType): string {
  const list = Object.entries(columns).map(([name, type]) => `${quoteName(name)} ${typeText(type)}`);
  return `CREATE TABLE IF NOT EXISTS ${table} (${list.join(', ')})`;
}

/** Inserts the rows of one JSON array, its only parameter: one call for any number of rows. */
export function insertStatement(table: string, columns: StructType): string {
  const shape = quoteText(JSON.stringify([columns]));
  return `INSERT INTO ${table} SELECT unnest(e) FROM (SELECT unnest(from_json($1, ${shape})) AS e)`;
}
