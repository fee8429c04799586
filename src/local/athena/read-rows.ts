import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LAKE_COLUMNS } from '../lake/lake-schema.ts';
import { lineSplitter } from '../line-splitter.ts';
import { ServiceError } from '../service-error.ts';
import { rowProblem } from './check-row.ts';
import { PATH_COLUMN } from './event-table.ts';
import type { EventPartition } from './event-partition.ts';

/** An object of the table. */
export interface EventObject extends EventPartition {
  /** `s3://bucket/key` */
  readonly path: string;
}

/** Athena's answer when it finds what it cannot read. */
export function badData(path: string, problem: string, line?: number): ServiceError {
  const place = line === undefined ? path : `${path}, line ${line}`;
  return new ServiceError('HIVE_BAD_DATA', `${place}: ${problem}.`);
}

/**
 * The rows of an object (gzip, JSON Lines) as JSON texts of `EVENT_COLUMNS`, as they come.
 * @throws {ServiceError} HIVE_BAD_DATA with the address and the line of the first thing that is wrong.
 */
export async function* readRows(object: EventObject, body: Readable): AsyncGenerator<string> {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  let read = 0;
  const next = (): string[] => lines.splice(0).map((line) => rowOf(object, line, (read += 1)));
  try {
    // The error of a broken body, too, comes out of the last stream.
    const text = pipeline(body, createGunzip(), () => undefined);
    for await (const chunk of text as AsyncIterable<Buffer>) {
      splitter.push(chunk);
      yield* next();
    }
    splitter.end();
    yield* next();
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw badData(object.path, `it cannot be read to its end (${(error as Error).message})`, read + 1);
  }
}

function rowOf({ path, source, day }: EventObject, line: string, number: number): string {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    throw badData(path, 'the line is no JSON', number);
  }
  const problem = rowProblem(row, LAKE_COLUMNS);
  if (problem !== undefined) throw badData(path, problem, number);
  const columns = row as { readonly eventtime?: string | null };
  // A query that names the day would not find it.
  if (columns.eventtime?.slice(0, 10) !== day) throw badData(path, `its eventtime is not of ${day}`, number);
  return JSON.stringify({ ...columns, source, day, [PATH_COLUMN]: path });
}
