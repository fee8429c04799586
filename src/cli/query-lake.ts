import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudTrailClient,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  StartQueryCommand,
} from '@aws-sdk/client-cloudtrail';
import type { QueryResult } from '#local/trino/prepared-query.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** Rows of one page. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html */
const PAGE_SIZE = 1000;
/** The first wait for a result, ms; each is twice the one before, up to the longest. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 2000;

async function finished(client: CloudTrailClient, QueryId: string): Promise<GetQueryResultsCommandOutput> {
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    const page = await client.send(new GetQueryResultsCommand({ QueryId, MaxQueryResults: PAGE_SIZE }));
    const { QueryStatus, ErrorMessage } = page;
    if (QueryStatus === 'FINISHED') return page;
    if (QueryStatus !== 'QUEUED' && QueryStatus !== 'RUNNING') {
      throw new CrosstrailError('QUERY_FAILED', `the query ended as ${QueryStatus}: ${ErrorMessage ?? ''}`);
    }
    await sleep(wait);
  }
}

/** Runs a SELECT in CloudTrail Lake and waits for all its rows. Throws QUERY_FAILED and errors of the SDK. */
export async function queryLake(client: CloudTrailClient, statement: string): Promise<QueryResult> {
  const { QueryId = '' } = await client.send(new StartQueryCommand({ QueryStatement: statement }));
  let columns: string[] = [];
  const rows: (string | null)[][] = [];
  for (let page = await finished(client, QueryId); ;) {
    for (const row of page.QueryResultRows ?? []) {
      const cells = row.flatMap((cell) => Object.entries(cell as Record<string, string | null>));
      columns = cells.map(([name]) => name);
      rows.push(cells.map(([, value]) => value));
    }
    const { NextToken } = page;
    if (NextToken === undefined) return { columns, rows };
    page = await client.send(new GetQueryResultsCommand({ QueryId, NextToken, MaxQueryResults: PAGE_SIZE }));
  }
}
