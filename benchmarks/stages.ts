import { readFile } from 'node:fs/promises';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { mapRecord } from '#mapping/map-record.ts';
import { keyedHash } from '#mapping/rules/hidden-value.ts';
import { NO_RULES, type RecordRules } from '#mapping/rules/record-rules.ts';
import { FILTER_SETTINGS } from '#shared/configuration/filter-settings.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { packRequests, toEntry } from '#shared/destinations/pack-requests.ts';
import { RecordFramer } from '#shared/framing/frame-records.ts';
import type { Frame } from '#shared/framing/frame.ts';

const WINDOW_BYTES = 4 * 1024 * 1024;
const ORIGIN = {
  account: 'benchmark',
  container: 'insights-activity-logs',
  name: 'resourceId=/SUBSCRIPTIONS/X/y=2026/m=11/d=20/h=10/m=00/PT1H.json',
  generation: '2026-11-20T10:00:12Z',
};

/** Real records, repeated to `bytes`. */
async function logObject(bytes: number, file: string): Promise<Buffer> {
  const lines = await readFile(new URL(`../corpus/${file}`, import.meta.url));
  const whole = lines.at(-1) === 0x0a ? lines : Buffer.concat([lines, Buffer.from('\n')]);
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / whole.length) }, () => whole));
}

function records(frames: readonly Frame[]): Extract<Frame, { kind: 'record' }>[] {
  return frames.filter((frame) => frame.kind === 'record');
}

type Stage = readonly [name: string, work: (frames: readonly Frame[]) => void];

function rules(lists: Readonly<Record<string, string>>): RecordRules {
  const { INCLUDE_RECORDS, EXCLUDE_RECORDS, REDACT_FIELDS, HASH_FIELDS } = readConfiguration(
    FILTER_SETTINGS,
    lists,
  );
  const hides = REDACT_FIELDS.length + HASH_FIELDS.length > 0;
  return {
    filter: 'EXCLUDE_RECORDS' in lists ? { include: INCLUDE_RECORDS, exclude: EXCLUDE_RECORDS } : undefined,
    redaction: hides
      ? { redact: REDACT_FIELDS, hash: HASH_FIELDS, keyedHash: keyedHash(Buffer.alloc(32)) }
      : undefined,
  };
}

function map(frames: readonly Frame[], given: RecordRules = NO_RULES): AuditEvent[] {
  return records(frames).flatMap(({ bytes, offset, length }) => {
    const origin = { ...ORIGIN, offset, length };
    const outcome = mapRecord({ bytes, origin, recipientAccountId: '111122223333', rules: given });
    return outcome.outcome === 'event' ? [outcome.event] : [];
  });
}

/** Mapping under rules: those of docs/filter.md. */
function mapUnder(lists: Readonly<Record<string, string>>): Stage[1] {
  const given = rules(lists);
  return (frames) => map(frames, given);
}

const STAGES: readonly Stage[] = [
  ['frame', () => undefined],
  [
    'frame, parse',
    (frames) => {
      for (const { bytes } of records(frames)) JSON.parse(Buffer.from(bytes).toString('utf8'));
    },
  ],
  ['frame, map', (frames) => map(frames)],
  ['frame, map, a filter that names none', mapUnder({ EXCLUDE_RECORDS: 'category:None, operation:*/none' })],
  [
    'frame, map, two members redacted',
    mapUnder({ REDACT_FIELDS: 'callerIpAddress, identity.claims.ipaddr' }),
  ],
  [
    'frame, map, addresses redacted at any depth',
    mapUnder({ REDACT_FIELDS: '**.*ipAddress, **.*ip_address, **.ipaddr, **.sourceIPs' }),
  ],
  [
    'frame, map, names hashed at any depth',
    mapUnder({ HASH_FIELDS: '**.*userPrincipalName, **.caller, **.claims.*name, **.claims.*upn' }),
  ],
  [
    'frame, map, pack',
    (frames) => {
      packRequests(map(frames).map(toEntry));
    },
  ],
];

/** Seconds of the processor, so that other work on the machine does not count. */
function secondsFor(bytes: Buffer, work: Stage[1]): number {
  const startedAt = process.cpuUsage();
  const framer = new RecordFramer(0, 'undecided');
  for (let at = 0; at < bytes.length; at += WINDOW_BYTES)
    work(framer.push(bytes.subarray(at, at + WINDOW_BYTES)));
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / 1e6;
}

/** What each stage of the Processor costs, as MB/s on one core, in units of framing and of mapping without rules. */
export async function benchmarkStages(): Promise<Record<string, string | number>[]> {
  const rows: Record<string, string | number>[] = [];
  for (const file of ['activity/panther_azure_monitor_activity.jsonl', 'entra/datadog_sign_in_logs.json']) {
    const bytes = await logObject(48e6, file);
    const measured = STAGES.map(([name, work]) => {
      secondsFor(bytes.subarray(0, 8e6), work);
      return { name, seconds: secondsFor(bytes, work) };
    });
    const times = (seconds: number, unit: string): number => {
      const base = measured.find(({ name }) => name === unit)?.seconds ?? seconds;
      return Number((seconds / base).toFixed(1));
    };
    for (const { name, seconds } of measured) {
      rows.push({
        records: file,
        stage: name,
        'MB/s': Math.round(bytes.length / 1e6 / seconds),
        'times framing': times(seconds, 'frame'),
        'times mapping': times(seconds, 'frame, map'),
      });
    }
  }
  return rows;
}
