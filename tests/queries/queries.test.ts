import { queryNames, readQuery } from '#cli/query-file.ts';
import { ALL_DAYS, BACKENDS, type Answer, type Backend } from './backends.ts';
import { CASES } from './cases/all.ts';
import type { QueryCase, Row } from './cases/case.ts';
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

const backends = new Map<string, Backend>();
beforeAll(async () => {
  const all = evidence();
  for (const [name, start] of BACKENDS) backends.set(name, await start(all));
});
afterAll(async () => {
  for (const backend of backends.values()) await backend.close();
});

/** The answer of one backend to one query about all the evidence. */
async function ask(backendName: string, { name, principal }: QueryCase): Promise<Answer> {
  const backend = backends.get(backendName) as Backend;
  const changes = { days: ALL_DAYS, ...(principal === undefined ? {} : { principal }) };
  const { statement } = await readQuery(name, backend.table, changes);
  return backend.query(statement);
}

/** Rows without their order, which is open where two have the same keys. */
function inOrder({ rows }: Answer): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

it.each(CASES)('$name: every backend gives the same rows', async (queryCase) => {
  const answers = await Promise.all(BACKENDS.map(async ([name]) => ask(name, queryCase)));

  const [first] = answers.map(inOrder);
  for (const answer of answers) expect(inOrder(answer)).toEqual(first);
});

describe.each(BACKENDS)('in %s', (backendName) => {
  describe.each(CASES)('$name', (queryCase) => {
    const { name, principal, columns, total, rows, without = {} } = queryCase;

    it(`gives ${total} rows`, async () => {
      const answer = await ask(backendName, queryCase);

      expect(answer.columns).toEqual(columns);
      expect(answer.rows).toHaveLength(total);
    });

    for (const [what, row] of Object.entries(rows)) {
      it(`shows ${what}`, async () => {
        const found = rowsOf(await ask(backendName, queryCase));

        expect(found).toContainEqual(expect.objectContaining(row));
      });
    }

    for (const [what, row] of Object.entries(without)) {
      it(`leaves out ${what}`, async () => {
        const found = rowsOf(await ask(backendName, queryCase));

        expect(columns).toEqual(expect.arrayContaining(Object.keys(row)));
        expect(found).not.toContainEqual(expect.objectContaining(row));
      });
    }

    it('reads nothing from before its bound', async () => {
      const backend = backends.get(backendName) as Backend;
      const { statement } = await readQuery(name, backend.table, { principal: principal ?? '' });

      const { rows: found } = await backend.query(statement);

      expect(found).toEqual([]);
    });
  });

  it("the reference's query gives the same rows as storage-accounts.sql", async () => {
    const backend = backends.get(backendName) as Backend;

    const reference = await backend.query(REFERENCE.replace('<EventDataStoreId>', backend.table));

    const bounded = await ask(
      backendName,
      CASES.find(({ name }) => name === 'storage-accounts') as QueryCase,
    );
    expect(reference.columns).toEqual(bounded.columns);
    expect(inOrder(reference)).toEqual(inOrder(bounded));
    expect(reference.rows).toHaveLength(45);
  });
});
