import { LOG_TYPES } from '#mapping/log-types.ts';

/** First day that a table shows: no collector was there before it, and none reads back farther than 30 days. */
export const FIRST_RAW_DAY = '2025-01-01';

const HEAD = `# Made by scripts/generate-saved-queries.ts from src/mapping/log-types.ts; change that, and run it. A test compares.
AWSTemplateFormatVersion: '2010-09-09'
Description: >-
  A table of Athena for each log that Crosstrail collects from Microsoft Graph and Office 365: the records as the APIs
  gave them. template.yaml makes this stack inside its own.

Parameters:
  Database:
    Type: String
    Description: Glue database of the tables.
    AllowedPattern: ^[a-z][a-z0-9_]{0,127}$
  Bucket:
    Type: String
    Description: Bucket of the records.
    AllowedPattern: ^[a-z0-9.-]{3,63}$
  Tenants:
    Type: String
    Description: Tenants that are collected, with commas between them.
    AllowedPattern: ^[0-9a-fA-F,-]{36,}$

# A row is a line, which is a record: one column holds it whole, because these records change with each release of
# Microsoft's, and a column for each member would lose what it does not know. json_extract_scalar(record, '$.id') takes
# one out.
#
# LazySimpleSerDe cuts lines at the character U+0001, which no JSON text holds unless it is escaped, so that the first
# column is the line to its last byte; it knows no quotes and no escapes, and no line is skipped.
# https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html
#
# There is a table for every log, collected or not, so that what was collected stays in reach when it no longer is.
# Partitions are computed: a query that names days opens no others.
Resources:
`;

/** Name of the table of a log type: SQL wants no quotes for it. */
export function rawTableName(logType: string): string {
  return `raw_${logType.replaceAll('-', '_')}`;
}

function logicalId(tableName: string): string {
  return tableName.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function tableOf(logType: string, prefix: string): string {
  const name = rawTableName(logType);
  return `  ${logicalId(name)}:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: !Ref AWS::AccountId
      DatabaseName: !Ref Database
      TableInput:
        Name: ${name}
        Description: Records of ${logType} as the API gave them, one JSON text to a row.
        TableType: EXTERNAL_TABLE
        Parameters:
          EXTERNAL: 'TRUE'
          projection.enabled: 'true'
          projection.day.type: date
          projection.day.format: yyyy-MM-dd
          projection.day.range: ${FIRST_RAW_DAY},NOW
          projection.day.interval: '1'
          projection.day.interval.unit: DAYS
          projection.tenant.type: enum
          projection.tenant.values: !Ref Tenants
          storage.location.template: !Sub s3://\${Bucket}/${prefix}day=\${!day}/tenant=\${!tenant}/
        PartitionKeys:
          - { Name: day, Type: string, Comment: 'UTC day of the window that was read (2026-11-20)' }
          - { Name: tenant, Type: string, Comment: tenant that it was collected from }
        StorageDescriptor:
          Location: !Sub s3://\${Bucket}/${prefix}
          InputFormat: org.apache.hadoop.mapred.TextInputFormat
          OutputFormat: org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat
          SerdeInfo:
            SerializationLibrary: org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe
            Parameters: { serialization.format: '1' }
          Columns:
            - { Name: record, Type: string }
`;
}

/** The text of `queries/raw-tables.yaml`. */
export function rawTablesTemplate(): string {
  const tables = Object.entries(LOG_TYPES).map(([logType, { prefix }]) => tableOf(logType, prefix));
  return `${HEAD}${tables.join('\n')}`;
}
