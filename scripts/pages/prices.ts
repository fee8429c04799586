/** A list price, and how well it is known. */
export interface Price {
  readonly what: string;
  /** US dollars for one `unit`. */
  readonly dollars: number;
  readonly unit: string;
  /** Where the vendor says it. */
  readonly page: string;
  /** `seen`: read in a source of 2026. `check`: not read again for this page. */
  readonly trust: 'seen' | 'check';
}

/** Month and Region that the prices are of. */
export const PRICES_OF = 'November 2026, US dollars, us-east-1 and Azure in Europe or North America';

const LAKE = 'https://aws.amazon.com/cloudtrail/pricing/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const SQS = 'https://aws.amazon.com/sqs/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const S3 = 'https://aws.amazon.com/s3/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const BLOB = 'https://azure.microsoft.com/pricing/details/storage/blobs/';

/** Every price that docs/cost.md computes with. */
export const PRICES = {
  lakeIngestion: {
    what: 'CloudTrail Lake, events from outside of AWS, one-year extendable retention',
    dollars: 0.5,
    unit: 'GB ingested',
    page: LAKE,
    trust: 'seen',
  },
  lakeStorage: {
    what: 'CloudTrail Lake, from day 367 on',
    dollars: 0.023,
    unit: 'GB and month',
    page: LAKE,
    trust: 'seen',
  },
  lakeQuery: {
    what: 'CloudTrail Lake, query',
    dollars: 0.005,
    unit: 'GB scanned',
    page: LAKE,
    trust: 'seen',
  },
  s3Storage: { what: 'S3 Standard', dollars: 0.023, unit: 'GB and month', page: S3, trust: 'seen' },
  s3Put: { what: 'S3, PUT', dollars: 0.005, unit: '1,000 requests', page: S3, trust: 'check' },
  s3Get: { what: 'S3, GET', dollars: 0.0004, unit: '1,000 requests', page: S3, trust: 'check' },
  athena: {
    what: 'Athena, query',
    dollars: 5,
    unit: 'TB scanned, at least 10 MB a query',
    page: 'https://aws.amazon.com/athena/pricing/',
    trust: 'check',
  },
  lambdaTime: {
    what: 'Lambda on arm64, time',
    dollars: 0.0000133334,
    unit: 'GB and second',
    page: LAMBDA,
    trust: 'check',
  },
  lambdaCalls: { what: 'Lambda, invocations', dollars: 0.2, unit: 'million', page: LAMBDA, trust: 'seen' },
  sqsFifo: {
    what: 'SQS FIFO, requests',
    dollars: 0.5,
    unit: 'million, the first of an account free',
    page: SQS,
    trust: 'check',
  },
  dynamoWrite: {
    what: 'DynamoDB on demand, writes of up to 1 kB',
    dollars: 0.625,
    unit: 'million',
    page: DYNAMODB,
    trust: 'check',
  },
  dynamoRead: {
    what: 'DynamoDB on demand, reads of up to 4 kB',
    dollars: 0.125,
    unit: 'million',
    page: DYNAMODB,
    trust: 'check',
  },
  metric: {
    what: 'CloudWatch, custom metric',
    dollars: 0.3,
    unit: 'month, by the hours in which it is written',
    page: CLOUDWATCH,
    trust: 'seen',
  },
  alarm: {
    what: 'CloudWatch, metric that an alarm looks at',
    dollars: 0.1,
    unit: 'month',
    page: CLOUDWATCH,
    trust: 'seen',
  },
  dashboard: {
    what: 'CloudWatch, dashboard after the third of an account',
    dollars: 3,
    unit: 'month',
    page: CLOUDWATCH,
    trust: 'seen',
  },
  logs: { what: 'CloudWatch Logs', dollars: 0.5, unit: 'GB ingested', page: CLOUDWATCH, trust: 'seen' },
  secret: {
    what: 'Secrets Manager, secret',
    dollars: 0.4,
    unit: 'month',
    page: 'https://aws.amazon.com/secrets-manager/pricing/',
    trust: 'check',
  },
  key: {
    what: 'KMS, key of your own',
    dollars: 1,
    unit: 'month',
    page: 'https://aws.amazon.com/kms/pricing/',
    trust: 'seen',
  },
  azureList: {
    what: 'Azure Blob, hot, list',
    dollars: 0.05,
    unit: '10,000 requests',
    page: BLOB,
    trust: 'check',
  },
  azureRead: {
    what: 'Azure Blob, hot, read',
    dollars: 0.004,
    unit: '10,000 requests',
    page: BLOB,
    trust: 'check',
  },
  azureEgress: {
    what: 'Azure, egress to the internet',
    dollars: 0.087,
    unit: 'GB, the first 100 of a month free',
    page: 'https://azure.microsoft.com/pricing/details/bandwidth/',
    trust: 'seen',
  },
} as const satisfies Readonly<Record<string, Price>>;

/** Sizes of a kind of record, on average over the real records of `corpus/`. */
export interface Sizes {
  /** Bytes as Azure writes it. */
  readonly record: number;
  /** Bytes of the audit event for each byte of the record. */
  readonly event: number;
  /** Bytes of the row, in gzip, for each byte of the record. */
  readonly row: number;
}

/** What `npm run bench` measured; tests/docs/cost.test.ts measures again and allows 15 % beside it. */
export const SIZES = {
  activity: { record: 720, event: 2.27, row: 0.3 },
  entra: { record: 1968, event: 1.56, row: 0.17 },
} as const satisfies Readonly<Record<string, Sizes>>;
