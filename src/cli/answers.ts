import type { EventTable } from '#local/event-tables.ts';
import type { QueryResult } from '#local/trino/prepared-query.ts';
import { readQuery } from './query-file.ts';
import { renderTable } from './table.ts';

/** A question, as SQL, and its answer from one table. */
export interface Answer extends QueryResult {
  readonly question: string;
  readonly place: EventTable['place'];
  readonly table: string;
  readonly statement: string;
  /** Rows that are shown; {@link MAX_ROWS} unless told. */
  readonly maxRows?: number;
}

/** Rows of a query that are shown; the count of all stands below. */
const MAX_ROWS = 8;
/** A trail is read whole. */
const MAX_TRAIL_ROWS = 20;
const TRAIL = 'one-principal';
/** The sample records are up to some years old. */
const LOOK_BACK_DAYS = 3650;
const QUESTIONS = ['storage-accounts', 'principals'];

function compareRows(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** The rows in an order of their own where the statement asks for none: the same in every run and every table. */
function inOrder({ columns, rows }: QueryResult, statement: string): QueryResult {
  return { columns, rows: /\bORDER BY\b/.test(statement) ? rows : rows.toSorted(compareRows) };
}

/** Asks each question of each table; with a person, also for the trail of that one. */
export async function askQuestions(tables: readonly EventTable[], principal?: string): Promise<Answer[][]> {
  const answers: Answer[][] = [];
  for (const name of principal === undefined ? QUESTIONS : [...QUESTIONS, TRAIL]) {
    const ofQuestion: Answer[] = [];
    for (const table of tables) {
      const query = await readQuery(name, table.name, {
        days: LOOK_BACK_DAYS,
        ...(principal === undefined ? {} : { principal }),
      });
      const result = inOrder(await table.query(query.statement), query.statement);
      const maxRows = name === TRAIL ? MAX_TRAIL_ROWS : MAX_ROWS;
      ofQuestion.push({ ...query, place: table.place, table: table.name, maxRows, ...result });
    }
    answers.push(ofQuestion);
  }
  return answers;
}

/** Asks Athena which events only one of Lake and S3 holds; no rows: none. */
export async function askDifference(athena: EventTable, eventDataStoreId: string): Promise<Answer> {
  const query = await readQuery('athena/difference', athena.name, {
    days: LOOK_BACK_DAYS,
    eventDataStoreId,
  });
  return { ...query, place: athena.place, table: athena.name, ...(await athena.query(query.statement)) };
}

function renderRows({ columns, rows, maxRows = MAX_ROWS }: Answer): string {
  const more = rows.length > maxRows ? `\n${maxRows} of ${rows.length} rows` : '';
  return `${renderTable(columns, rows.slice(0, maxRows))}${more}`;
}

/** A question with the answer of each table, under its place where there are two. */
export function renderAnswers(answers: readonly Answer[]): string {
  const [first] = answers;
  if (first === undefined) return '';
  const parts = answers.map((answer) =>
    answers.length === 1
      ? renderRows(answer)
      : `${answer.place}, FROM ${answer.table}:\n${renderRows(answer)}`,
  );
  // A comment tells what to put in, which is done here.
  const statement = first.statement.replace(/^(--.*\n)+/, '');
  return [first.question, statement, ...parts].join('\n\n');
}

/** The difference between Lake and S3, and what it means. */
export function renderDifference(difference: Answer, events: number): string {
  const verdict =
    difference.rows.length === 0
      ? `0 rows: CloudTrail Lake and S3 hold the same ${events} events.`
      : `${difference.rows.length} rows: CloudTrail Lake and S3 do NOT hold the same events.`;
  return `${renderAnswers([difference])}\n${verdict}`;
}
