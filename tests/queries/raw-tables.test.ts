import { readFile } from 'node:fs/promises';
import { parseTemplate } from '#local/read-template.ts';
import { LOG_TYPES } from '#mapping/log-types.ts';
import { rawName, rawNamePrefix } from '#shared/collection/raw-names.ts';
import { FIRST_RAW_DAY, rawTableName, rawTablesTemplate } from '../../scripts/raw-tables.ts';
import { properties } from '../template/deployed-template.ts';
import { evaluate } from '../template/evaluate.ts';
import { COLLECTING } from '../template/permissions.ts';

interface TableInput {
  readonly Name: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly PartitionKeys: readonly { readonly Name: string; readonly Type: string }[];
  readonly StorageDescriptor: Readonly<Record<string, unknown>>;
}

const TENANT = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const text = await readFile(
  new URL(`../../${String(properties('RawTables')['TemplateURL'])}`, import.meta.url),
  'utf8',
);
const nested = parseTemplate(text);
const tables = Object.values(nested.Resources).map(
  ({ Properties }) => Properties?.['TableInput'] as TableInput,
);

it('queries/raw-tables.yaml is what scripts/generate-saved-queries.ts makes of the log types', () => {
  expect(text).toBe(rawTablesTemplate());
  expect(tables.map(({ Name }) => Name)).toEqual(Object.keys(LOG_TYPES).map(rawTableName));
});

it('the stack of the tables is given the parameters that it has', () => {
  const given = evaluate(properties('RawTables')['Parameters'], COLLECTING) as Record<string, string>;

  expect(Object.keys(given).toSorted()).toEqual(Object.keys(nested.Parameters).toSorted());
  expect(given['Tenants']).toBe(COLLECTING['EntraTenants']);
  for (const [name, { AllowedPattern = '' }] of Object.entries(nested.Parameters)) {
    if (name !== 'Database') expect(given[name]).toMatch(new RegExp(AllowedPattern));
  }
});

describe.each(Object.entries(LOG_TYPES))('the table of %s', (logType, { prefix }) => {
  const table = tables.find(({ Name }) => Name === rawTableName(logType)) as TableInput;
  const { 'Fn::Sub': template } = table.Parameters['storage.location.template'] as { 'Fn::Sub': string };
  const location = template.replaceAll('${!', '${');

  it('finds each log object in the partition of its day and tenant', () => {
    const from = Date.parse('2026-11-20T23:00:00Z');
    const name = rawName(rawNamePrefix(prefix, { tenant: TENANT }, { pass: 'first', from }), 0);

    const partition = location.replace('${day}', '2026-11-20').replace('${tenant}', TENANT);

    expect(`s3://\${Bucket}/${name}`.startsWith(partition)).toBe(true);
    expect(table.PartitionKeys).toMatchObject([
      { Name: 'day', Type: 'string' },
      { Name: 'tenant', Type: 'string' },
    ]);
    expect(table.Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy-MM-dd',
      'projection.day.range': `${FIRST_RAW_DAY},NOW`,
      'projection.tenant.type': 'enum',
      'projection.tenant.values': { Ref: 'Tenants' },
    });
  });

  it('holds no object of another log type', () => {
    const others = Object.values(LOG_TYPES).filter((other) => other.prefix !== prefix);

    expect(table.StorageDescriptor['Location']).toEqual({ 'Fn::Sub': `s3://\${Bucket}/${prefix}` });
    expect(others.filter((other) => other.prefix.startsWith(prefix))).toEqual([]);
    expect('raw/office365/_content-lists/'.startsWith(prefix)).toBe(false);
  });

  it('gives each line whole: text, cut at a character that JSON never holds as it is', () => {
    expect(table.StorageDescriptor).toMatchObject({
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
        Parameters: { 'serialization.format': '1' },
      },
      Columns: [{ Name: 'record', Type: 'string' }],
    });
    expect(JSON.stringify('\u0001')).toBe('"\\u0001"');
    expect(() => JSON.parse('"\u0001"') as unknown).toThrow('control character');
  });
});

it('no day is before the first that the tables show: collectors are younger, and read 30 days back', () => {
  expect(Date.parse(`${FIRST_RAW_DAY}T00:00:00Z`)).toBeLessThan(
    Date.parse('2026-11-01T00:00:00Z') - 31 * 86_400_000,
  );
});
