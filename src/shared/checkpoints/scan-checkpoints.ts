import { paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fromItem } from './checkpoint-item.ts';
import type { Checkpoint } from './checkpoint.ts';

/**
 * Every checkpoint of the table, in no order, one page in memory at a time. For the command line only: no Lambda may
 * scan the table.
 */
export async function* scanCheckpoints(client: DynamoDBClient, table: string): AsyncGenerator<Checkpoint> {
  const pages = paginateScan(
    { client },
    {
      TableName: table,
      ConsistentRead: true,
      FilterExpression: 'begins_with(pk, :scope)',
      ExpressionAttributeValues: { ':scope': { S: 'scope#' } },
    },
  );
  for await (const { Items = [] } of pages) yield* Items.map(fromItem);
}
