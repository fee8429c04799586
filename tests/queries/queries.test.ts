import { queryNames, readQuery } from '#cli/query-file.ts';
import { ALL_DAYS, BACKENDS, type Answer, type Backend } from './backends.ts';
import { CASES } from './cases/all.ts';
import type { Row } from './cases/case.ts';
import { evidence } from './evidence.ts';

/** Rows as objects, by column. */
function rowsOf({ columns, rows }: Answer): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));
}

/**
 * The reference's own query, to the letter.
 * https://github.com/aws-samples/aws-cloudtrail-lake-analyze-azure-audit-logs
 */
const REFERENCE = `SELECT eventData.uid, eventData.eventName, eventData.sourceipaddress, eventData.recipientaccountid, eventData.eventtime FROM <EventDataStoreId> WHERE eventData.eventSource = 'MICROSOFT.STORAGE' AND eventData.eventName LIKE 'MICROSOFT.STORAGE/STORAGEACCOUNTS%' AND eventData.uid IS NOT NULL`;

it('every query has its case', async () => {
  const names = await queryNames();

  expect(CASES.map(({ name }) => name).sort()).toEqual(names);
});

describe.each(BACKENDS)('in %s', (_, start) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await start(evidence());
  });
  afterAll(async () => backend.close());

  describe.each(CASES)('$name', ({ name, principal, columns, total, rows, without = {} }) => {
    const ask = async (): Promise<Answer> => {
      const changes = { days: ALL_DAYS, ...(principal === undefined ? {} : { principal }) };
      const { statement } = await readQuery(name, backend.table, changes);
      return backend.query(statement);
    };

    it(`gives ${total} rows`, async () => {
      const answer = await ask();

      expect(answer.columns).toEqual(columns);
      expect(answer.rows).toHaveLength(total);
    });

    for (const [what, row] of Object.entries(rows)) {
      it(`shows ${what}`, async () => {
        const found = rowsOf(await ask());

        expect(found).toContainEqual(expect.objectContaining(row));
      });
    }

    for (const [what, row] of Object.entries(without)) {
      it(`leaves out ${what}`, async () => {
        const found = rowsOf(await ask());

        expect(columns).toEqual(expect.arrayContaining(Object.keys(row)));
        expect(found).not.toContainEqual(expect.objectContaining(row));
      });
    }

    it('reads nothing from before its bound', async () => {
      const { statement } = await readQuery(name, backend.table, { principal: principal ?? '' });

      const { rows: found } = await backend.query(statement);

      expect(found).toEqual([]);
    });
  });

  it("the reference's query gives the same rows as storage-accounts.sql", async () => {
    const { statement } = await readQuery('storage-accounts', backend.table, { days: ALL_DAYS });

    const reference = await backend.query(REFERENCE.replace('<EventDataStoreId>', backend.table));

    expect(rowsOf(reference)).toEqual(rowsOf(await backend.query(statement)));
    expect(reference.rows).toHaveLength(45);
  });
});
