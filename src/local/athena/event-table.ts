import { LAKE_COLUMNS, type StructType } from '../lake/lake-schema.ts';

/** Database and table of template.yaml in the Glue catalog. */
export const DATABASE = 'crosstrail';
export const TABLE = 'events';

/** Holds the address of the row's object; `*` leaves it out. https://docs.aws.amazon.com/athena/latest/ug/select.html */
export const PATH_COLUMN = '$path';

/** What a partition's key says; in the table the last two columns. */
export const PARTITION_COLUMNS = { source: 'VARCHAR', day: 'VARCHAR' } satisfies StructType;

/** Columns of the Glue table, in its order and types, and the hidden one. */
export const EVENT_COLUMNS = {
  ...LAKE_COLUMNS,
  ...PARTITION_COLUMNS,
  [PATH_COLUMN]: 'VARCHAR',
} satisfies StructType;
