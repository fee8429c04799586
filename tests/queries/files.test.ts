import { readFileSync } from 'node:fs';
import path from 'node:path';
import { queryNames, readQuery } from '#cli/query-file.ts';

const NAMES = await queryNames();
/** Of StartQuery's QueryStatement. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html */
const MAX_STATEMENT = 10_000;
const TABLE = /\bFROM <EventDataStoreId>/g;
/** A bound on the column that Lake and Athena prune by, with one number to change. */
const BOUND = /\beventTime >=? date_add\('day', -\d+, (?:now\(\)|current_date)\)/g;

const textOf = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, `../../queries/${name}.sql`), 'utf8');
const withoutComments = (text: string): string => text.replace(/--.*$/gm, '');
const withoutTexts = (sql: string): string => sql.replace(/'[^']*'/g, "''");

describe.each(NAMES)('%s', (name) => {
  const text = textOf(name);
  const sql = withoutComments(text);

  it('asks one question in its first line', () => {
    expect(text).toMatch(/^-- [A-Z][^\n?]*\?\n/);
  });

  it('is one SELECT that Lake takes', () => {
    expect(sql.trim()).toMatch(/^SELECT\s/);
    expect(withoutTexts(sql)).not.toContain(';');
    expect(text.length).toBeLessThanOrEqual(MAX_STATEMENT);
  });

  it('bounds eventTime, and its own week only, wherever it reads the store', () => {
    const reads = sql.match(TABLE) ?? [];

    expect(reads.length).toBeGreaterThan(0);
    expect(sql.match(BOUND)).toHaveLength(reads.length);
    expect(sql.match(/date_add\(/g)).toHaveLength(reads.length);
    expect(sql).toContain("'day', -7");
  });

  it('holds no question mark, which a dashboard takes for a parameter', () => {
    expect(sql).not.toContain('?');
  });

  it('names its columns, so that Lake and Athena answer alike', () => {
    expect(sql).not.toMatch(/SELECT\s+\*/);
  });
});

describe('a query that is read', () => {
  it('looks back as many days as asked, in the table given', async () => {
    const { question, statement } = await readQuery('principals', 'my.table', { days: 30 });

    expect(question).toBe(
      'Who was active across Azure and Entra ID, from how many addresses, and how often refused?',
    );
    expect(statement).toContain("FROM my.table\nWHERE eventTime > date_add('day', -30, now())");
  });

  it('takes a name with a quote as a name', async () => {
    const { statement } = await readQuery('one-principal', 't', { principal: "o'hara@example.com" });

    expect(statement).toContain("lower('o''hara@example.com')");
  });
});
