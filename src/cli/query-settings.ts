import * as v from 'valibot';
import { DESTINATION_SETTINGS } from '#shared/configuration/destination-settings.ts';
import type { Settings } from '#shared/configuration/read-configuration.ts';

/** What `crosstrail query` has to know of a deployment; only that of the table it asks may not be empty. */
export const QUERY_SETTINGS = {
  DESTINATION: DESTINATION_SETTINGS.DESTINATION,
  CROSSTRAIL_EVENT_DATA_STORE_ID: {
    schema: v.pipe(v.string(), v.regex(/^([\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})?$/i, 'must be a UUID')),
    description: 'id of the event data store',
    example: 'e1d2c3b4-a596-4788-9aab-bccddeeff001',
    fallback: '',
  },
  EVENT_BUCKET_NAME: DESTINATION_SETTINGS.EVENT_BUCKET_NAME,
  AWS_ENDPOINT_URL_S3: {
    schema: v.string(),
    description: 'endpoint of the local S3',
    example: 'http://127.0.0.1:4565',
    fallback: '',
  },
  AZURE_STORAGE_CONTAINER_NAME: {
    schema: v.pipe(
      v.string(),
      // An entry may name its storage account too; the table's partition is the container.
      v.transform((text) => text.split(',').map((entry) => entry.trim().split('/').at(-1) ?? '')),
    ),
    description: 'containers whose events the table holds',
    example: 'insights-activity-logs,insights-logs-signinlogs',
    fallback: '',
  },
  ATHENA_DATABASE: {
    schema: v.pipe(v.string(), v.regex(/^[a-z]\w*$/, 'must be the name of a Glue database')),
    description: 'Glue database of the table "events"',
    example: 'crosstrail',
    fallback: 'crosstrail',
  },
  ATHENA_WORK_GROUP: {
    schema: v.string(),
    description: 'Athena workgroup of the stack',
    example: 'crosstrail',
    fallback: '',
  },
} as const satisfies Settings;
