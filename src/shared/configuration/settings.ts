import * as v from 'valibot';
import { AZURE_SETTINGS } from './azure-settings.ts';
import { COLLECTED_SETTINGS } from './collected-settings.ts';
import { DESTINATION_SETTINGS } from './destination-settings.ts';
import { FILTER_SETTINGS } from './filter-settings.ts';
import type { Settings } from './read-configuration.ts';
import { httpUrl, wholeNumber } from './setting-schemas.ts';

/** What all Lambdas need that move ranges. */
export const SHARED_SETTINGS = {
  ...AZURE_SETTINGS,
  CHECKPOINT_TABLE_NAME: {
    schema: v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/, 'must be a DynamoDB table name')),
    description: 'table of watermarks and checkpoints',
    example: 'crosstrail-CheckpointTable-1A2B3C',
  },
  RANGE_QUEUE_URL: {
    schema: httpUrl,
    description: 'URL of the FIFO range queue',
    example: 'https://sqs.us-east-1.amazonaws.com/111122223333/crosstrail-ranges.fifo',
  },
} as const satisfies Settings;

export const AGGREGATOR_SETTINGS = {
  ...SHARED_SETTINGS,
  BACKFILL_QUEUE_URL: {
    schema: httpUrl,
    description: 'URL of the FIFO queue for ranges of history',
    example: 'https://sqs.us-east-1.amazonaws.com/111122223333/crosstrail-backfill.fifo',
  },
  HORIZON_HOURS: {
    schema: wholeNumber(4, 744),
    description: 'hours before the watermark that listing looks again, for late appends',
    example: '48',
    fallback: '48',
  },
} as const satisfies Settings;

export const PROCESSOR_SETTINGS = {
  ...SHARED_SETTINGS,
  RAW_BUCKET_NAME: COLLECTED_SETTINGS.RAW_BUCKET_NAME,
  FAILURE_QUEUE_URL: {
    schema: httpUrl,
    description: 'URL of the failure queue',
    example: 'https://sqs.us-east-1.amazonaws.com/111122223333/crosstrail-failures',
  },
  ...DESTINATION_SETTINGS,
  ...FILTER_SETTINGS,
  PUT_AUDIT_EVENTS_RATE: {
    schema: wholeNumber(1, 100),
    description:
      'PutAuditEvents requests a second of one instance, its share of the 100 of account and Region',
    example: '20',
    fallback: '20',
  },
  BACKFILL_QUEUE_ARN: {
    schema: v.pipe(
      v.string(),
      v.regex(/^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]+\.fifo$/, 'must be the ARN of a FIFO queue'),
    ),
    description: 'queue whose batches are history and go at the rate of history',
    example: 'arn:aws:sqs:us-east-1:111122223333:crosstrail-backfill.fifo',
  },
  BACKFILL_PUT_AUDIT_EVENTS_RATE: {
    schema: wholeNumber(1, 100),
    description: 'PutAuditEvents requests a second of one instance while it works on history',
    example: '10',
    fallback: '10',
  },
  CHECKPOINT_RETENTION_DAYS: {
    schema: wholeNumber(7, 3653),
    description: 'days after its last change that a checkpoint is kept',
    example: '400',
    fallback: '400',
  },
} as const satisfies Settings;

/** The Replayer takes what the others could not deliver, and is started by hand. */
export const REPLAYER_SETTINGS = {
  ...SHARED_SETTINGS,
  RAW_BUCKET_NAME: COLLECTED_SETTINGS.RAW_BUCKET_NAME,
  FAILURE_QUEUE_URL: PROCESSOR_SETTINGS.FAILURE_QUEUE_URL,
  RANGE_DEAD_LETTER_QUEUE_URL: {
    schema: httpUrl,
    description: 'URL of the dead-letter queue of the range queue',
    example: 'https://sqs.us-east-1.amazonaws.com/111122223333/crosstrail-ranges-dlq.fifo',
  },
  ...DESTINATION_SETTINGS,
  ...FILTER_SETTINGS,
  PUT_AUDIT_EVENTS_RATE: { ...PROCESSOR_SETTINGS.PUT_AUDIT_EVENTS_RATE, example: '5', fallback: '5' },
} as const satisfies Settings;

/** What the Auditor compares with: it reads only, so that it needs no queue but to see whether history waits. */
export const AUDITOR_SETTINGS = {
  CHECKPOINT_TABLE_NAME: SHARED_SETTINGS.CHECKPOINT_TABLE_NAME,
  ...AZURE_SETTINGS,
  ...COLLECTED_SETTINGS,
  BACKFILL_QUEUE_URL: AGGREGATOR_SETTINGS.BACKFILL_QUEUE_URL,
  HORIZON_HOURS: AGGREGATOR_SETTINGS.HORIZON_HOURS,
  UNSETTLED_GRACE_SECONDS: {
    schema: wholeNumber(60, 2_678_400),
    description:
      'seconds that bytes may take from Azure to CloudTrail Lake before the audit counts them as missing',
    example: '10800',
    fallback: '10800',
  },
  AUDIT_DAYS: {
    schema: wholeNumber(1, 60),
    description: 'days before today that a scheduled audit covers',
    example: '7',
    fallback: '7',
  },
} as const satisfies Settings;
