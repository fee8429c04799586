import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { S3Client } from '@aws-sdk/client-s3';
import { DATABASE, TABLE } from '#local/athena/event-table.ts';
import { LocalAthena } from '#local/athena/local-athena.ts';
import type { QueryResult } from '#local/trino/prepared-query.ts';
import {
  readConfiguration,
  refuseProblems,
  type ConfigurationOf,
} from '#shared/configuration/read-configuration.ts';
import { CrosstrailError, isCrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { deploymentSettings } from './deployment.ts';
import { EXIT } from './main.ts';
import { fillIn, queryNames, queryPath, type QueryChanges } from './query-file.ts';
import { queryLake } from './query-lake.ts';
import { QUERY_SETTINGS } from './query-settings.ts';
import { renderTable } from './table.ts';

/** Options of `crosstrail query`. */
export interface QueryOptions extends QueryChanges {
  /** Which table is asked; by default that of the destination, and Lake's where there are both. */
  readonly on?: 'lake' | 's3';
  readonly stack?: string;
  readonly json?: boolean;
}

/** A name of `queries/`, or of a folder in it. */
const NAME = /^[\w-]+(?:\/[\w-]+)?$/;

type QueryConfiguration = ConfigurationOf<typeof QUERY_SETTINGS>;

/** The text of a query: a file, `-` for standard input, or a name of `queries/`. Throws FILE_NOT_READABLE. */
async function readText(query: string): Promise<string> {
  if (query === '-') return text(process.stdin);
  const ours = NAME.test(query) ? await readFile(queryPath(query), 'utf8').catch(() => undefined) : undefined;
  if (ours !== undefined) return ours;
  try {
    return await readFile(query, 'utf8');
  } catch (error) {
    const names = (await queryNames()).join(', ');
    const what = `${query} is neither a file that can be read nor one of ${names}`;
    throw new CrosstrailError('FILE_NOT_READABLE', what, {}, error);
  }
}

/** Runs the statement over the objects of the local S3, next to Lake's events where there are any. */
async function queryS3(settings: QueryConfiguration, statement: string): Promise<QueryResult> {
  const { CROSSTRAIL_EVENT_DATA_STORE_ID: eventDataStoreId } = settings;
  const [s3, cloudTrail] = [new S3Client(), new CloudTrailClient()];
  const lake = { eventDataStoreId, query: (select: string) => queryLake(cloudTrail, select) };
  const athena = await LocalAthena.open({
    client: s3,
    bucket: settings.EVENT_BUCKET_NAME,
    sources: settings.AZURE_STORAGE_CONTAINER_NAME,
    ...(eventDataStoreId === '' ? {} : { lake }),
  });
  try {
    return await athena.query(statement);
  } finally {
    await athena.close();
    s3.destroy();
    cloudTrail.destroy();
  }
}

async function queryStore(statement: string): Promise<QueryResult> {
  const client = new CloudTrailClient();
  try {
    return await queryLake(client, statement);
  } finally {
    client.destroy();
  }
}

/** In AWS, Athena is asked with the AWS CLI: its client is no part of this project. */
function athenaCommands({ ATHENA_WORK_GROUP, ATHENA_DATABASE }: QueryConfiguration, sql: string): string {
  const quoted = `'${sql.replaceAll("'", String.raw`'\''`)}'`;
  return `Athena is asked with the AWS CLI:

aws athena start-query-execution --work-group ${ATHENA_WORK_GROUP} --query-execution-context Database=${ATHENA_DATABASE} --query-string ${quoted}

and with the QueryExecutionId that it prints:

aws athena get-query-results --query-execution-id ID
`;
}

function render({ columns, rows }: QueryResult, json: boolean): string {
  if (!json) return `${renderTable(columns, rows)}\n${rows.length} ${rows.length === 1 ? 'row' : 'rows'}\n`;
  const objects = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/**
 * Runs a query on the events of a deployment and prints its rows. In AWS it asks CloudTrail Lake; for S3 it prints what
 * asks Athena. Throws FILE_NOT_READABLE, CONFIGURATION_INVALID, STACK_NOT_READABLE and QUERY_FAILED.
 */
export async function runQuery(query: string, options: QueryOptions): Promise<number> {
  const sql = await readText(query);
  const settings = readConfiguration(QUERY_SETTINGS, await deploymentSettings(options.stack, process.env));
  const { DESTINATION, CROSSTRAIL_EVENT_DATA_STORE_ID: eventDataStoreId } = settings;
  const on = options.on ?? (DESTINATION === 'S3' ? 's3' : 'lake');
  const inAws = options.stack !== undefined;
  const needed = on === 'lake' ? (['CROSSTRAIL_EVENT_DATA_STORE_ID'] as const) : neededOfS3(inAws);
  refuseProblems(needed.flatMap((name) => (settings[name] === '' ? [`${name} is not set`] : [])));

  const table = {
    lake: eventDataStoreId,
    s3: `${inAws ? settings.ATHENA_DATABASE : DATABASE}.${TABLE}`,
  }[on];
  const statement = fillIn(sql, table, { ...options, eventDataStoreId });
  if (on === 's3' && inAws) {
    process.stdout.write(athenaCommands(settings, statement));
    return EXIT.ok;
  }
  try {
    const result = on === 'lake' ? await queryStore(statement) : await queryS3(settings, statement);
    process.stdout.write(render(result, options.json === true));
    return EXIT.ok;
  } catch (error) {
    if (isCrosstrailError(error)) throw error;
    throw new CrosstrailError(
      'QUERY_FAILED',
      error instanceof Error ? error.message : String(error),
      {},
      error,
    );
  }
}

function neededOfS3(
  inAws: boolean,
): readonly ('EVENT_BUCKET_NAME' | 'AWS_ENDPOINT_URL_S3' | 'ATHENA_WORK_GROUP')[] {
  return inAws ? ['ATHENA_WORK_GROUP'] : ['EVENT_BUCKET_NAME', 'AWS_ENDPOINT_URL_S3'];
}
