import { mkdir } from 'node:fs/promises';
import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { closeServer, listenOnLoopback } from './loopback-server.ts';

export interface DynamoDbOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** Where tables live on; without it they are in memory and end with the server. */
  dataDirectory?: string;
}

export interface LocalDynamoDb {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/**
 * DynamoDB on the laptop: dynalite in this process, on 127.0.0.1 only. It has no transactions and never expires items
 * by TTL.
 */
export async function startDynamoDb({
  port = 0,
  dataDirectory,
}: DynamoDbOptions = {}): Promise<LocalDynamoDb> {
  if (dataDirectory !== undefined) await mkdir(dataDirectory, { recursive: true });
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(dataDirectory === undefined ? {} : { path: dataDirectory }),
  });
  const endpoint = await listenOnLoopback(server, port);
  return { endpoint, close: () => closeServer(server) };
}

/**
 * Creates a table as template.yaml does, for checkpoints or for the collectors: both have the same keys. A table that
 * exists is left as it is.
 */
export async function createStateTable(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  // Seconds. A table here is there a moment later, and often at once.
  const patience = { maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.1 };
  await waitUntilTableExists({ client, ...patience }, { TableName: tableName });
}
