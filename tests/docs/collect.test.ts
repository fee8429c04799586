import { readFile } from 'node:fs/promises';
import { DATABASE, EVENT_COLUMNS, TABLE } from '#local/athena/event-table.ts';
import { createTableStatement } from '#local/lake/lake-schema.ts';
import { TrinoDatabase } from '#local/trino/trino-database.ts';
import { GRAPH_LOG_TYPES } from '#graph-collector/graph-log-types.ts';
import { ERRORS } from '#shared/errors/crosstrail-error.ts';
import { template } from '../template/deployed-template.ts';
import { rawTableName } from '../../scripts/raw-tables.ts';

const ROOT = new URL('../../', import.meta.url);
const page = await readFile(new URL('docs/collect.md', ROOT), 'utf8');
const queries = [...page.matchAll(/^```sql\n(.*?)^```/gms)].map(([, sql = '']) => sql);

/** Records of the corpus, by log type. */
const RECORDS = {
  'entra-signins': 'corpus/graph/msdocs_sign_ins.jsonl',
  'entra-audits': 'corpus/graph/msdocs_directory_audits.jsonl',
  'office365-exchange': 'corpus/o365/synthetic_exchange.jsonl',
};

let database: TrinoDatabase;
beforeAll(async () => {
  database = await TrinoDatabase.open();
  await database.writer.run(`CREATE SCHEMA ${DATABASE}`);
  await database.writer.run(createTableStatement(`${DATABASE}.${TABLE}`, EVENT_COLUMNS));
  for (const [logType, file] of Object.entries(RECORDS)) {
    const table = `${DATABASE}.${rawTableName(logType)}`;
    await database.writer.run(`CREATE TABLE ${table} (record VARCHAR, day VARCHAR, tenant VARCHAR)`);
    const insert = await database.writer.prepare(`INSERT INTO ${table} VALUES ($1, '2026-11-20', 'tenant')`);
    for (const line of (await readFile(new URL(file, ROOT), 'utf8')).trimEnd().split('\n')) {
      insert.bindVarchar(1, line);
      await insert.run();
    }
    insert.destroySync();
  }
});
afterAll(() => database.close());

it.each(queries)('a query of docs/collect.md finds records of the corpus: %s', async (sql) => {
  const scan = () => ({ eventsScanned: 0, bytesScanned: 0 });
  const query = await database.prepare(sql, { now: Date.now(), hiddenColumn: '$path', scan });

  const { columns, rows } = await query.run();

  expect(rows.length).toBeGreaterThan(0);
  // Each column has a value in some row, so that no path is misspelt.
  columns.forEach((name, index) => {
    expect([name, rows.some((row) => (row[index] ?? '') !== '')]).toEqual([name, true]);
  });
});

it('the page has queries, each bounded by the day', () => {
  expect(queries.length).toBeGreaterThan(2);
  for (const sql of queries) expect(sql).toMatch(/\bday >= '/);
});

it('asks for each permission that a log needs', () => {
  const asked = [...page.matchAll(/^permit \$\w+ (\S+)/gm)].map(([, permission = '']) => permission);

  expect(asked).toEqual(expect.arrayContaining(GRAPH_LOG_TYPES.map(({ permission }) => permission)));
  expect(asked).toContain('ActivityFeed.Read');
  for (const parameter of asked) {
    expect(template.Parameters['EntraClientId']?.Description).toContain(parameter);
  }
});

it('names errors that exist', () => {
  const named = [...page.matchAll(/`((?:GRAPH|OFFICE365|ENTRA|AWS)_[A-Z_]+)`/g)].map(([, name = '']) => name);

  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !(name in ERRORS))).toEqual([]);
});
