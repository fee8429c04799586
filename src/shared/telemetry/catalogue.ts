/** Unit of a metric, as CloudWatch names it. */
export type MetricUnit = 'Count' | 'Bytes' | 'Seconds' | 'Milliseconds';

/** A CloudWatch metric, under the dimension `service` (the Lambda) and at most one more. */
export interface Metric {
  readonly name: string;
  readonly unit: MetricUnit;
  /** A field whose values split the metric. They are few and known: each is a metric of its own, and costs as one. */
  readonly dimension?: { readonly name: string; readonly field: string };
  /** True when it is written without that dimension too: an alarm looks at metrics that it can name, and searches none. */
  readonly inAll?: true;
}

/** One kind of log line, with the metrics that it carries. */
export interface TelemetryEvent {
  readonly level: 'info' | 'warn' | 'error';
  /** What happened, for a person. */
  readonly message: string;
  /** Every field that the line may have, with its meaning. Fields never hold record content. */
  readonly fields: Readonly<Record<string, string>>;
  /** Fields that are CloudWatch metrics too, by the field's name. */
  readonly metrics?: Readonly<Record<string, Metric>>;
  /** What the reader should do; empty when nothing. */
  readonly action: string;
}

const PLACE_FIELDS = { account: 'storage account', container: 'container' } as const;

const LOG_OBJECT_FIELDS = {
  ...PLACE_FIELDS,
  logObject: 'name of the log object',
  generation: 'creation time of the log object',
} as const;

const AGGREGATION_FIELDS = {
  ...PLACE_FIELDS,
  watermark: 'watermark after this run, ISO 8601; absent before the first is set',
  scopes: 'scopes found',
  days: 'day prefixes listed',
  logObjectsListed: 'log objects listed',
  rangesEnqueued: 'ranges sent to the range and backfill queues',
  bytesEnqueued: 'bytes that these ranges cover',
  oldestUnsettledByteAge:
    'seconds since the earliest last append to a log object that had unsettled bytes when listed; 0 for none, absent in a first run',
} as const;

const AGGREGATION_METRICS = {
  scopes: { name: 'Scopes', unit: 'Count' },
  logObjectsListed: { name: 'LogObjectsListed', unit: 'Count' },
  rangesEnqueued: { name: 'RangesEnqueued', unit: 'Count' },
  bytesEnqueued: { name: 'BytesEnqueued', unit: 'Bytes' },
  oldestUnsettledByteAge: { name: 'OldestUnsettledByteAge', unit: 'Seconds' },
} as const;

const LOG_TYPE = { name: 'logType', field: 'logType' } as const;

const COLLECTION_FIELDS = {
  tenant: 'tenant',
  logType: 'log type',
  windows: 'windows read whole',
  records: 'records written',
  repeated: 'records that the API gave again, left out',
  rangesEnqueued: 'ranges sent to the range queue',
  collectedUpTo: 'up to when everything was read at least once, ISO 8601',
  lagSeconds: 'seconds between that and now',
} as const;

const COLLECTION_METRICS = {
  records: { name: 'RecordsCollected', unit: 'Count', dimension: LOG_TYPE },
  repeated: { name: 'RecordsRepeated', unit: 'Count', dimension: LOG_TYPE },
  lagSeconds: { name: 'CollectionLag', unit: 'Seconds', dimension: LOG_TYPE, inAll: true },
} as const;

const REPLAY_FIELDS = {
  dryRun: 'true when nothing was changed',
  reason: 'reject reason that was asked for',
  limit: 'most records that were asked for',
  looked: 'messages looked at',
  delivered: 'records delivered, or that would be',
  rejected: 'records rejected again, or that would be',
  unsettled: 'records that could be neither delivered nor judged; their messages stay as they were',
  excluded: 'records that a filter rule leaves out today; their messages are removed, or would be',
  copies: 'further messages of the same records',
  others: 'messages of other reasons, or beyond the limit',
  refused: 'messages that are no rejects',
  complete: 'true when everything that was asked for was looked at',
} as const;

const RANGE_FIELDS = {
  ...LOG_OBJECT_FIELDS,
  from: 'offset at which reading started',
  to: 'offset now committed',
  end: 'end of the range',
  delivered: 'records delivered',
  rejected: 'records sent to the failure queue',
  deliveredBytes: 'bytes of the records delivered',
  excluded: 'records that a filter rule left out; absent when none',
  excludedBytes: 'bytes of the records that a filter rule left out; absent when none',
} as const;

const RANGE_METRICS = {
  delivered: { name: 'RecordsDelivered', unit: 'Count' },
  rejected: { name: 'RecordsRejected', unit: 'Count' },
  deliveredBytes: { name: 'BytesDelivered', unit: 'Bytes' },
  excluded: { name: 'RecordsExcluded', unit: 'Count' },
  excludedBytes: { name: 'BytesExcluded', unit: 'Bytes' },
} as const;

/** Every log line and metric of Crosstrail. `docs/operations.md` lists the same, and a test holds them together. */
export const CATALOGUE = {
  'aggregation.finished': {
    level: 'info',
    message: 'Every grown log object is enqueued; the watermark moved.',
    fields: AGGREGATION_FIELDS,
    metrics: AGGREGATION_METRICS,
    action: '',
  },
  'aggregation.paused': {
    level: 'info',
    message: 'The time of this invocation is used up; the next one goes on from the saved position.',
    fields: AGGREGATION_FIELDS,
    metrics: AGGREGATION_METRICS,
    action: 'None on a first run over a long history. If it goes on for days, run the schedule more often.',
  },
  'aggregation.overtaken': {
    level: 'info',
    message: 'Another run saved the state of this container first; this one leaves it to the other.',
    fields: AGGREGATION_FIELDS,
    metrics: AGGREGATION_METRICS,
    action: '',
  },
  'aggregation.failed': {
    level: 'error',
    message: 'Listing or enqueueing failed; the watermark did not move and the next run looks again.',
    fields: { ...PLACE_FIELDS, error: 'what failed, described without content' },
    metrics: { failures: { name: 'AggregationsFailed', unit: 'Count' } },
    action: 'Do what the error’s `fix` says.',
  },
  'collection.finished': {
    level: 'info',
    message: 'What is due of a log type is collected; the position is saved.',
    fields: COLLECTION_FIELDS,
    metrics: COLLECTION_METRICS,
    action: '',
  },
  'collection.paused': {
    level: 'info',
    message: 'The time of this invocation is used up, or another run has the log type; the next one goes on.',
    fields: COLLECTION_FIELDS,
    metrics: COLLECTION_METRICS,
    action:
      'None while it catches up. If CollectionLag grows for days, ask for fewer log types in one tenant.',
  },
  'collection.failed': {
    level: 'error',
    message:
      'Collecting a log type failed; its position did not move, and the other log types were collected.',
    fields: {
      tenant: 'tenant',
      logType: 'log type',
      failures: 'always 1',
      lagSeconds: 'seconds between what was collected before and now; absent before the first run',
      error: 'what failed, described without content',
    },
    metrics: {
      failures: { name: 'CollectionsFailed', unit: 'Count', dimension: LOG_TYPE, inAll: true },
      lagSeconds: COLLECTION_METRICS.lagSeconds,
    },
    action: 'Do what the error’s `fix` says. What the API keeps for 7 or 30 days is lost after them.',
  },
  'collection.gap': {
    level: 'error',
    message: 'Time lies further back than the API reaches and was not collected: its records are lost.',
    fields: {
      tenant: 'tenant',
      logType: 'log type',
      from: 'begin of the gap, ISO 8601',
      to: 'end of the gap, ISO 8601',
      gapSeconds: 'length of the gap',
    },
    metrics: { gapSeconds: { name: 'CollectionGap', unit: 'Seconds', dimension: LOG_TYPE, inAll: true } },
    action:
      'Find out why the collector stood still (CollectionsFailed, CollectionLag); other copies of these records (Microsoft Purview, a diagnostic setting) are the only way to fill it.',
  },
  'collection.subscribed': {
    level: 'info',
    message: 'The collector started a subscription; its first content may take 12 hours.',
    fields: { tenant: 'tenant', logType: 'log type' },
    action: '',
  },
  'collection.content-expired': {
    level: 'error',
    message: 'Content was listed and could no longer be fetched: Microsoft keeps it for seven days.',
    fields: { tenant: 'tenant', logType: 'log type', expired: 'pieces of content that are lost' },
    metrics: { expired: { name: 'ContentExpired', unit: 'Count', dimension: LOG_TYPE, inAll: true } },
    action:
      'Find out why the collector stood still (CollectionsFailed, CollectionLag). Microsoft Purview may still have the records.',
  },
  'collection.throttled': {
    level: 'warn',
    message: 'The API asked for fewer requests.',
    fields: { logType: 'log type', throttled: 'how often' },
    metrics: { throttled: { name: 'CollectionThrottled', unit: 'Count', dimension: LOG_TYPE } },
    action: 'None while CollectionLag stays low; otherwise look for other apps under the same limit.',
  },
  'container.absent': {
    level: 'info',
    message: 'A container is in another storage account and was never in this one.',
    fields: PLACE_FIELDS,
    action:
      'None. To say where it is, name it as account/container in AzureStorageContainerName. One that was read before and is gone is an error instead.',
  },
  'log-object.shrunk': {
    level: 'error',
    message: 'A log object is shorter than what was read of it, though it is of the same generation.',
    fields: {
      ...LOG_OBJECT_FIELDS,
      length: 'bytes listed',
      examined: 'bytes read before',
      shrunk: 'always 1',
    },
    metrics: { shrunk: { name: 'LogObjectsShrunk', unit: 'Count' } },
    action: 'Look in the storage account for who rewrote it: evidence was changed after it was exported.',
  },
  'log-object.unrecognised': {
    level: 'warn',
    message: 'Names in the container are not those of hourly log objects; they are not read.',
    fields: {
      ...PLACE_FIELDS,
      example: 'one of the names',
      unrecognised: 'how many',
    },
    metrics: { unrecognised: { name: 'NamesUnrecognised', unit: 'Count' } },
    action: 'If the example holds audit records, report its form as an issue.',
  },
  'range.settled': {
    level: 'info',
    message:
      'A range is settled: each record is delivered, in the failure queue, or excluded by a filter rule.',
    fields: {
      ...RANGE_FIELDS,
      torn: 'true when an incomplete record waits for more bytes',
      durationMs: 'time it took',
    },
    metrics: RANGE_METRICS,
    action: '',
  },
  'range.unfinished': {
    level: 'warn',
    message:
      'A range is not settled to its end; what is settled is committed and the range is taken up again.',
    fields: {
      ...RANGE_FIELDS,
      unfinished: 'always 1',
      error: 'why, described without content',
    },
    metrics: {
      ...RANGE_METRICS,
      unfinished: { name: 'RangesUnfinished', unit: 'Count' },
    },
    action:
      'None while it passes by itself. A range that nobody could settle lands in the range dead-letter queue, which has an alarm.',
  },
  'range.failed': {
    level: 'error',
    message: 'A range cannot be settled until a person acts; what is settled is committed.',
    fields: {
      ...RANGE_FIELDS,
      failed: 'always 1',
      error: 'why, described without content',
    },
    metrics: {
      ...RANGE_METRICS,
      failed: { name: 'RangesFailed', unit: 'Count' },
    },
    action:
      'Do what the error’s `fix` says. The range comes again by itself until it lands in the range dead-letter queue.',
  },
  'range.refused': {
    level: 'error',
    message: 'A message in the range queue was refused; it goes to the dead-letter queue.',
    fields: { messageId: 'SQS message id', refused: 'always 1', error: 'why, described without content' },
    metrics: { refused: { name: 'RangesRefused', unit: 'Count' } },
    action: 'Find who sent it; see the error’s `fix`.',
  },
  'range.delay-not-set': {
    level: 'warn',
    message: 'Ranges that have to come again come only after the visibility timeout of the queue, an hour.',
    fields: { messages: 'how many', error: 'why, described without content' },
    action: 'None for a single one. Otherwise check the function’s sqs:ChangeMessageVisibility permission.',
  },
  'record.rejected': {
    level: 'warn',
    message: 'A record was sent to the failure queue; its neighbours are not held up.',
    fields: {
      ...LOG_OBJECT_FIELDS,
      offset: 'byte offset of the record',
      length: 'bytes of the record',
      reason: 'reject reason',
      rejected: 'always 1',
    },
    metrics: {
      rejected: {
        name: 'RecordsRejected',
        unit: 'Count',
        dimension: { name: 'Reason', field: 'reason' },
      },
    },
    action:
      'See docs/mapping.md for the reason; replay it from the failure queue once it can be mapped or delivered.',
  },
  'records.excluded': {
    level: 'info',
    message: 'Records were left out by a filter rule: they are settled and nowhere delivered.',
    fields: {
      rule: 'the rule, as it is configured; “no include rule” for records that none of the include rules names',
      excluded: 'how many',
      excludedBytes: 'bytes of these records',
    },
    metrics: {
      excluded: { name: 'RecordsExcluded', unit: 'Count', dimension: { name: 'Rule', field: 'rule' } },
    },
    action:
      'None while the figures are what you expect of the rule; docs/filter.md tells how to get them back.',
  },
  'record.rejected-again': {
    level: 'warn',
    message: 'A replayed record was rejected again; it stays in the failure queue with the new reason.',
    fields: {
      ...LOG_OBJECT_FIELDS,
      offset: 'byte offset of the record',
      length: 'bytes of the record',
      reason: 'reject reason now',
      reasonBefore: 'reject reason before',
      attempts: 'how often delivery was tried',
    },
    action: 'See docs/mapping.md for the reason.',
  },
  'replay.finished': {
    level: 'info',
    message: 'A replay of the failure queue ended.',
    fields: REPLAY_FIELDS,
    metrics: {
      delivered: { name: 'RecordsReplayed', unit: 'Count' },
      rejected: { name: 'RecordsRejectedAgain', unit: 'Count' },
      unsettled: { name: 'RecordsNotReplayed', unit: 'Count' },
    },
    action: 'When records are unsettled or `complete` is false, run it again.',
  },
  'replay.rehearsed': {
    level: 'info',
    message: 'A dry run of a replay ended; nothing was delivered, changed or removed.',
    fields: REPLAY_FIELDS,
    action: '',
  },
  'replay.counted': {
    level: 'info',
    message: 'What became of the records of one reject reason in a replay, or would in a dry run.',
    fields: {
      dryRun: 'true when nothing was changed',
      reason: 'reject reason before',
      outcome: 'delivered, rejected, excluded or unsettled',
      cause:
        'reject reason now, the filter rule that leaves the records out, or the code of the error that left them unsettled',
      records: 'how many',
    },
    action: '',
  },
  'replay.stopped': {
    level: 'warn',
    message: 'A replay stopped before it had looked at everything; what it did stays done.',
    fields: { error: 'why, described without content' },
    action: 'Do what the error’s `fix` says, then run it again.',
  },
  'replay.refused': {
    level: 'warn',
    message: 'A message is none that Crosstrail wrote, so that it is not replayed; it stays in its queue.',
    fields: { messageId: 'SQS message id', refused: 'always 1', error: 'why, described without content' },
    metrics: { refused: { name: 'ReplayMessagesRefused', unit: 'Count' } },
    action: 'Find who sent it; see the error’s `fix`.',
  },
  'replay.ranges-moved': {
    level: 'info',
    message: 'Ranges of the dead-letter queue were put back into the range queue.',
    fields: {
      dryRun: 'true when nothing was moved',
      moved: 'ranges moved, or that would be',
      refused: 'messages that are no ranges and stay',
      complete: 'true when everything that was asked for was looked at',
    },
    metrics: { moved: { name: 'RangesReplayed', unit: 'Count' } },
    action: '',
  },
  'mapping.drift': {
    level: 'info',
    message: 'Records show a category, shape or type that the mapping does not know. They were delivered.',
    fields: {
      family: 'record family',
      path: 'where in the record',
      observed: 'what was found there (a type or name)',
      records: 'how many',
    },
    metrics: {
      records: { name: 'MappingDrift', unit: 'Count', dimension: { name: 'Family', field: 'family' } },
    },
    action: 'None for the evidence: nothing was dropped. Report it, so that the mapping learns it.',
  },
  'delivery.throttled': {
    level: 'info',
    message: 'CloudTrail Lake throttled requests or entries; they were sent again after a pause.',
    fields: { throttled: 'requests and entries' },
    metrics: { throttled: { name: 'DeliveriesThrottled', unit: 'Count' } },
    action:
      'If it persists, find who else uses the 100 requests a second of this account and Region; a second stack would.',
  },
  'delivery.retried': {
    level: 'info',
    message: 'Requests to CloudTrail Lake were sent again, because they were throttled, failed or broke off.',
    fields: { retried: 'requests' },
    metrics: { retried: { name: 'DeliveriesRetried', unit: 'Count' } },
    action: 'None while ranges are settled. What is not taken in six tries makes its range unfinished.',
  },
  'rows.written': {
    level: 'info',
    message: 'Rows were written to the event bucket.',
    fields: {
      rows: 'rows, those of repeats included',
      objects: 'objects written',
      rowBytes: 'bytes of these objects',
    },
    metrics: {
      rows: { name: 'RowsWritten', unit: 'Count' },
      objects: { name: 'RowObjectsWritten', unit: 'Count' },
      rowBytes: { name: 'RowBytesWritten', unit: 'Bytes' },
    },
    action: '',
  },
  'rows.retried': {
    level: 'info',
    message: 'Objects were sent to S3 again, because it throttled, failed or broke off.',
    fields: { retried: 'requests sent again', throttled: 'requests that were throttled' },
    metrics: {
      retried: { name: 'RowWritesRetried', unit: 'Count' },
      throttled: { name: 'RowWritesThrottled', unit: 'Count' },
    },
    action: 'None while ranges are settled. What is not taken in four tries makes its range unfinished.',
  },
  'audit.finished': {
    level: 'info',
    message: 'What Azure lists was compared with the checkpoints.',
    fields: {
      ...PLACE_FIELDS,
      from: 'start of what was audited, ISO 8601',
      to: 'end of what was audited, ISO 8601',
      logObjects: 'log objects listed',
      listedBytes: 'bytes listed',
      deliveredBytes: 'of these, in records delivered',
      rejectedBytes: 'of these, in records in the failure queue',
      excludedBytes: 'of these, in records that a filter rule left out',
      framingBytes: 'of these, blank lines and what encloses records',
      pendingBytes: 'of these, not settled yet',
      unexplainedBytes: 'listed bytes less the five before; not 0 only where there are findings',
      deliveredRecords: 'records delivered',
      rejectedRecords: 'records in the failure queue',
      excludedRecords: 'records that a filter rule left out',
      goneLogObjects: 'log objects that were read to their end and that Azure no longer lists',
      unrecognised: 'names that are not those of hourly log objects',
      findings: 'what is missing; each is a line of its own',
      oldestUnsettledByteAge:
        'seconds since the earliest last append to a log object with unsettled bytes; 0 for none',
    },
    metrics: {
      findings: { name: 'AuditFindings', unit: 'Count' },
      listedBytes: { name: 'BytesListed', unit: 'Bytes' },
      pendingBytes: { name: 'BytesPending', unit: 'Bytes' },
      oldestUnsettledByteAge: { name: 'OldestUnsettledByteAge', unit: 'Seconds' },
    },
    action: 'None when there are no findings.',
  },
  'audit.finding': {
    level: 'error',
    message: 'The audit found bytes that are missing.',
    fields: {
      ...LOG_OBJECT_FIELDS,
      kind: 'what happened; docs/audit.md lists the kinds',
      bytes: 'bytes that are missing',
      detail: 'the figures behind it',
      fix: 'what to do',
      repairable: 'true when "crosstrail audit --repair" enqueues it',
    },
    action: 'Do what `fix` says; docs/audit.md tells more of each kind.',
  },
  'audit.findings-left-out': {
    level: 'error',
    message: 'The audit has more findings than are logged one by one.',
    fields: { ...PLACE_FIELDS, leftOut: 'findings that are not logged' },
    action: 'See all of them with "crosstrail audit".',
  },
  'audit.failed': {
    level: 'error',
    message: 'A container could not be audited.',
    fields: { ...PLACE_FIELDS, error: 'what failed, described without content', failures: 'always 1' },
    metrics: { failures: { name: 'AuditsFailed', unit: 'Count' } },
    action: 'Do what the error’s `fix` says.',
  },
} as const satisfies Record<string, TelemetryEvent>;

export type TelemetryEventName = keyof typeof CATALOGUE;

type FieldValue = string | number | boolean | object | undefined;

/** Fields that an event of that name may carry. */
export type FieldsOf<Name extends TelemetryEventName> = Partial<
  Record<
    | keyof (typeof CATALOGUE)[Name]['fields']
    | ((typeof CATALOGUE)[Name] extends { metrics: infer Metrics } ? keyof Metrics : never),
    FieldValue
  >
>;

/** The one way to a log line or a metric. */
export interface Telemetry {
  emit<Name extends TelemetryEventName>(name: Name, fields: FieldsOf<Name>): void;
}
