import { createHash } from 'node:crypto';
import type { QueryCase } from './case.ts';

const DETECTION = {
  uid: '524599639165e86cb6d06631116980b05f32dcdeaa760c7ab1a028437872af04:2025-04-14T11:17:05.068Z',
  place:
    'auditlogs/insights-logs-userriskevents/entra/datadog_user_risk_event_logs.json 2026-11-20T10:00:12Z 0',
};
const md5 = createHash('md5').update(`${DETECTION.uid} ${DETECTION.place}`).digest('hex');

/** Questions about the delivery itself. */
export const DELIVERY_CASES: readonly QueryCase[] = [
  {
    name: 'events',
    columns: ['period', 'family', 'events', 'failed'],
    total: 73,
    rows: {
      'sign-ins of a day, all of which failed': {
        period: '2023-07-26 00:00:00.000',
        family: 'sign-in',
        events: '6',
        failed: '6',
      },
      'requests to Microsoft Graph': {
        period: '2025-04-11 00:00:00.000',
        family: 'graph-activity',
        events: '25',
        failed: '1',
      },
    },
  },
  {
    name: 'duplicates',
    columns: ['uid', 'copies', 'places', 'operation', 'first_time', 'last_time'],
    total: 12,
    rows: {
      'a sign-in that Azure wrote twice': {
        uid: 'eba5cc5d-c6ba-4f02-895f-a7483f1c9100',
        copies: '2',
        places: '2',
        operation: 'SIGN-IN ACTIVITY',
        first_time: '2025-04-22 19:58:27.000',
        last_time: '2025-04-22 19:58:27.000',
      },
    },
  },
  {
    name: 'lake-and-s3',
    columns: ['day', 'container', 'events', 'bytes', 'fingerprint'],
    total: 78,
    rows: {
      'a day with one event, by its hash': {
        day: '2025-04-14',
        container: 'insights-logs-userriskevents',
        events: '1',
        bytes: '1825',
        fingerprint: String(Number.parseInt(md5.slice(0, 8), 16)),
      },
      'all events of a container on a day': {
        day: '2025-04-11',
        container: 'insights-logs-signinlogs',
        events: '5',
        bytes: '20329',
      },
    },
  },
];
