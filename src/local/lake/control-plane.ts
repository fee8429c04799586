import type { QueryRun, QueryRuns } from './query-runs.ts';
import { ServiceError } from '../service-error.ts';

/** Input and output of an awsJson1.1 operation. */
type Members = Readonly<Record<string, unknown>>;

export interface ControlPlaneOptions {
  readonly runs: QueryRuns;
  readonly accountId: string;
  readonly channelArn: string;
  readonly eventDataStoreArn: string;
  /** When the store came to be, ms since the epoch. */
  readonly createdAt: number;
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html */
const MAX_STATEMENT_LENGTH = 10_000;
/** Rows on a page of GetQueryResults. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html */
const MAX_PAGE_ROWS = 1000;
const STORE_NAME = 'crosstrail-local';
const UUID = /^[a-f0-9-]{36}$/;

/**
 * The CloudTrail operations around queries: StartQuery, DescribeQuery, GetQueryResults, CancelQuery, ListQueries,
 * GetEventDataStore, ListEventDataStores, GetChannel, ListChannels.
 */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #operations: ReadonlyMap<string, (input: Members) => Members | Promise<Members>>;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    this.#operations = new Map<string, (input: Members) => Members | Promise<Members>>([
      ['StartQuery', async (input) => this.#startQuery(input)],
      ['DescribeQuery', (input) => this.#describeQuery(input)],
      ['GetQueryResults', (input) => this.#getQueryResults(input)],
      ['CancelQuery', (input) => this.#cancelQuery(input)],
      ['ListQueries', (input) => this.#listQueries(input)],
      ['GetEventDataStore', (input) => this.#getEventDataStore(input)],
      ['ListEventDataStores', () => ({ EventDataStores: [this.#eventDataStore()] })],
      ['GetChannel', (input) => this.#getChannel(input)],
      ['ListChannels', () => ({ Channels: [{ ChannelArn: options.channelArn, Name: STORE_NAME }] })],
    ]);
  }

  /**
   * Runs an operation by name.
   * @throws {ServiceError} as the service does; UnknownOperationException for any other operation.
   */
  async call(operation: string, input: Members): Promise<Members> {
    const run = this.#operations.get(operation);
    if (run === undefined) {
      throw new ServiceError('UnknownOperationException', `The local Lake has no operation ${operation}.`);
    }
    return run(input);
  }

  async #startQuery(input: Members): Promise<Members> {
    if (input['QueryAlias'] !== undefined || input['DeliveryS3Uri'] !== undefined) {
      throw new ServiceError(
        'UnsupportedOperationException',
        'The local Lake runs a QueryStatement and keeps its results: no QueryAlias, no DeliveryS3Uri.',
      );
    }
    const statement = input['QueryStatement'];
    if (typeof statement !== 'string' || statement.length < 1 || statement.length > MAX_STATEMENT_LENGTH) {
      throw invalid('QueryStatement', `Member must have length between 1 and ${MAX_STATEMENT_LENGTH}`);
    }
    const run = await this.#options.runs.start(statement);
    return { QueryId: run.id, EventDataStoreOwnerAccountId: this.#options.accountId };
  }

  #describeQuery(input: Members): Members {
    const run = this.#run(input);
    return {
      QueryId: run.id,
      QueryString: run.statement,
      QueryStatus: run.status,
      QueryStatistics: {
        EventsMatched: run.result?.rows.length ?? 0,
        EventsScanned: run.scan.eventsScanned,
        BytesScanned: run.scan.bytesScanned,
        ExecutionTimeInMillis: run.executionTime,
        CreationTime: run.createdAt / 1000,
      },
      EventDataStoreOwnerAccountId: this.#options.accountId,
      ...errorMessage(run),
    };
  }

  #getQueryResults(input: Members): Members {
    const run = this.#run(input);
    const size = input['MaxQueryResults'] ?? MAX_PAGE_ROWS;
    if (!Number.isInteger(size) || Number(size) < 1 || Number(size) > MAX_PAGE_ROWS) {
      throw new ServiceError('InvalidMaxResultsException', `MaxQueryResults is not in 1..${MAX_PAGE_ROWS}`);
    }
    const all = run.result?.rows ?? [];
    const start = input['NextToken'] === undefined ? 0 : pageStart(input['NextToken'], run);
    const page = all.slice(start, start + Number(size));
    const end = start + page.length;
    return {
      QueryStatus: run.status,
      QueryStatistics: {
        ResultsCount: page.length,
        TotalResultsCount: all.length,
        BytesScanned: run.scan.bytesScanned,
      },
      QueryResultRows: page.map((row) =>
        row.map((value, index) => ({ [run.result?.columns[index] ?? '']: value })),
      ),
      ...(end < all.length ? { NextToken: pageToken(run, end) } : {}),
      ...errorMessage(run),
    };
  }

  #cancelQuery(input: Members): Members {
    const run = this.#options.runs.cancel(this.#run(input).id);
    return { QueryId: run.id, QueryStatus: run.status };
  }

  #listQueries(input: Members): Members {
    this.#checkStore(input['EventDataStore'] ?? '');
    const status = input['QueryStatus'];
    const runs = this.#options.runs.list().filter((run) => status === undefined || run.status === status);
    return {
      Queries: runs.map((run) => ({
        QueryId: run.id,
        QueryStatus: run.status,
        CreationTime: run.createdAt / 1000,
      })),
    };
  }

  #getEventDataStore(input: Members): Members {
    this.#checkStore(input['EventDataStore'] ?? '');
    return { ...this.#eventDataStore(), BillingMode: 'EXTENDABLE_RETENTION_PRICING' };
  }

  #getChannel(input: Members): Members {
    const { channelArn, eventDataStoreArn } = this.#options;
    const asked = input['Channel'];
    if (asked !== channelArn && asked !== channelArn.split('/').at(-1)) {
      throw new ServiceError('ChannelNotFoundException', 'The channel could not be found.');
    }
    return {
      ChannelArn: channelArn,
      Name: STORE_NAME,
      Source: 'Custom',
      Destinations: [{ Type: 'EVENT_DATA_STORE', Location: eventDataStoreArn }],
    };
  }

  #eventDataStore(): Members {
    const createdAt = this.#options.createdAt / 1000;
    return {
      EventDataStoreArn: this.#options.eventDataStoreArn,
      Name: STORE_NAME,
      Status: 'ENABLED',
      AdvancedEventSelectors: [
        { FieldSelectors: [{ Field: 'eventCategory', Equals: ['ActivityAuditLog'] }] },
      ],
      MultiRegionEnabled: true,
      OrganizationEnabled: false,
      RetentionPeriod: 366,
      TerminationProtectionEnabled: false,
      CreatedTimestamp: createdAt,
      UpdatedTimestamp: createdAt,
    };
  }

  /** The run that `QueryId` names; the deprecated `EventDataStore` may come along and must then be ours. */
  #run(input: Members): QueryRun {
    if (input['EventDataStore'] !== undefined) this.#checkStore(input['EventDataStore']);
    const id = input['QueryId'];
    if (typeof id !== 'string') throw invalid('QueryId', 'Member must not be null');
    if (!UUID.test(id)) throw invalid('QueryId', 'Member must be a UUID');
    return this.#options.runs.find(id);
  }

  #checkStore(store: unknown): void {
    const { eventDataStoreArn } = this.#options;
    if (store === eventDataStoreArn || store === eventDataStoreArn.split('/').at(-1)) return;
    throw new ServiceError('EventDataStoreNotFoundException', 'The event data store could not be found.');
  }
}

function errorMessage(run: QueryRun): Members {
  return run.errorMessage === undefined ? {} : { ErrorMessage: run.errorMessage.slice(0, 1000) };
}

function pageToken(run: QueryRun, start: number): string {
  return Buffer.from(JSON.stringify([run.id, start])).toString('base64url');
}

function pageStart(token: unknown, run: QueryRun): number {
  const matches = (start: unknown): start is number => token === pageToken(run, Number(start));
  try {
    const [, start] = JSON.parse(Buffer.from(String(token), 'base64url').toString()) as unknown[];
    if (matches(start)) return start;
  } catch {
    // Not a token of ours: answered below.
  }
  throw new ServiceError('InvalidNextTokenException', 'The token is not valid for this query.');
}

function invalid(member: string, constraint: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
