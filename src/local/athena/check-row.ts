import { MAP, type StructType } from '../lake/lake-schema.ts';

type ColumnType = string | StructType;

/** A timestamp as Hive's JSON SerDe reads it: `2026-11-20 10:00:00`, up to nine digits of a second. */
const TIMESTAMP = /^(?<date>\d{4}-\d\d-\d\d) (?<time>\d\d:\d\d:\d\d)(?:\.\d{1,9})?$/;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMoment(text: string): boolean {
  const { date, time } = TIMESTAMP.exec(text)?.groups ?? {};
  if (date === undefined || time === undefined) return false;
  const moment = new Date(`${date}T${time}Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(`${date}T${time}`);
}

/** True for a text that UTF-8 can hold. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed();
}

function problemOf(value: unknown, type: ColumnType, path: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof type !== 'string') return problemOfMembers(value, type, path);
  if (type === MAP) {
    if (!isObject(value)) return `${path} is no object`;
    const wrong = Object.entries(value).findIndex(
      ([key, member]) => !isText(key) || (member !== null && !isText(member)),
    );
    return wrong < 0 ? undefined : `value ${wrong + 1} of ${path} is neither text nor null`;
  }
  if (!isText(value)) return `${path} is no text`;
  if (type === 'TIMESTAMP' && !isMoment(value)) return `${path} is no timestamp (2026-11-20 10:00:00)`;
  return undefined;
}

function problemOfMembers(value: unknown, members: StructType, path: string): string | undefined {
  const prefix = path === '' ? '' : `${path}.`;
  if (!isObject(value)) return `${path === '' ? 'the line' : path} is no JSON object`;
  const unknown = Object.keys(value).findIndex((name) => !Object.hasOwn(members, name));
  if (unknown >= 0) return `member ${unknown + 1} of ${path || 'the row'} is no column of the table`;
  for (const [name, type] of Object.entries(members)) {
    const problem = problemOf(value[name], type, `${prefix}${name}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/**
 * What is wrong with a row for a table of these columns, or undefined. Stricter than Athena, which leaves out members
 * that it does not know, writes numbers as text, and fails on the rest. The text never holds the row's values.
 */
export function rowProblem(row: unknown, columns: StructType): string | undefined {
  return problemOfMembers(row, columns, '');
}
