import { projectionOf } from '#local/athena/event-partition.ts';
import { EVENT_COLUMNS, PARTITION_COLUMNS, PATH_COLUMN, TABLE } from '#local/athena/event-table.ts';
import type { StructType } from '#local/lake/lake-schema.ts';
import { readTemplate } from '#local/read-template.ts';

interface GlueColumn {
  readonly Name: string;
  /** Text, or texts that are joined. */
  readonly Type: string | { readonly 'Fn::Join': readonly [string, readonly string[]] };
}

interface GlueTable {
  readonly Name: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly PartitionKeys: readonly GlueColumn[];
  readonly StorageDescriptor: { readonly Columns: readonly GlueColumn[] };
}

async function glueTable(): Promise<GlueTable> {
  const { Resources } = await readTemplate();
  return Resources['EventTable']?.Properties?.['TableInput'] as GlueTable;
}

/** A type of DuckDB in the words of Hive. */
function hiveType(type: string | StructType): string {
  if (typeof type !== 'string') {
    const members = Object.entries(type).map(([name, member]) => `${name}:${hiveType(member)}`);
    return `struct<${members.join(',')}>`;
  }
  return type
    .replace('MAP(VARCHAR, VARCHAR)', 'map<string,string>')
    .replace('VARCHAR', 'string')
    .toLowerCase();
}

function typeOf({ Type: type }: GlueColumn): string {
  return typeof type === 'string' ? type : type['Fn::Join'][1].join(type['Fn::Join'][0]);
}

it('the local table has the columns of the Glue table, in its order and types', async () => {
  const { Name, StorageDescriptor, PartitionKeys } = await glueTable();

  const columns = Object.entries<string | StructType>(EVENT_COLUMNS).filter(([name]) => name !== PATH_COLUMN);

  expect(Name).toBe(TABLE);
  expect(PartitionKeys.map(({ Name: name }) => name)).toEqual(Object.keys(PARTITION_COLUMNS));
  expect(columns.map(([name, type]) => [name, hiveType(type)])).toEqual(
    [...StorageDescriptor.Columns, ...PartitionKeys].map((column) => [column.Name, typeOf(column)]),
  );
});

it('the local table has the days of the Glue table', async () => {
  const { Parameters } = await glueTable();

  const { firstDay, lastDay } = projectionOf([], Date.UTC(2026, 10, 20, 23, 59));

  expect(Parameters['projection.day.range']).toBe(`${firstDay},NOW+1DAYS`);
  expect(lastDay).toBe('2026-11-21');
});
