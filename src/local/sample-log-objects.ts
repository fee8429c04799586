import { readFile } from 'node:fs/promises';
import { eventTimeOf } from '#mapping/event-time.ts';

/** Bytes that Azure would append to a log object. */
export interface SampleAppend {
  readonly container: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** Sample log objects in the order in which they come into being: first some, then more of them and new ones. */
export interface SampleLogObjects {
  readonly first: readonly SampleAppend[];
  readonly second: readonly SampleAppend[];
}

/** When the records of a file arrive in the storage account: in the hours that they carry, or just now. */
type Arrival = 'recorded' | 'last hour' | 'this hour';

interface Source {
  readonly file: string;
  readonly container: string;
  readonly arrival: Arrival;
}

/** Real records, published by others; their origins and licences are in corpus/SOURCES.md. */
const SOURCES: readonly Source[] = [
  {
    file: 'activity/panther_azure_monitor_activity.jsonl',
    container: 'insights-activity-logs',
    arrival: 'recorded',
  },
  {
    file: 'activity/msdocs_activity_samples.jsonl',
    container: 'insights-activity-logs',
    arrival: 'recorded',
  },
  {
    file: 'activity/otel_activity_all_categories.jsonl',
    container: 'insights-activity-logs',
    arrival: 'last hour',
  },
  {
    file: 'activity/armosec_eventhub_capture.jsonl',
    container: 'insights-activity-logs',
    arrival: 'this hour',
  },
  { file: 'entra/datadog_sign_in_logs.json', container: 'insights-logs-signinlogs', arrival: 'recorded' },
  {
    file: 'entra/datadog_non_interactive_user_sign_in_logs.json',
    container: 'insights-logs-noninteractiveusersigninlogs',
    arrival: 'recorded',
  },
  {
    file: 'entra/datadog_service_principal_sign_in_logs.json',
    container: 'insights-logs-serviceprincipalsigninlogs',
    arrival: 'recorded',
  },
  { file: 'entra/datadog_audit_logs.json', container: 'insights-logs-auditlogs', arrival: 'recorded' },
  // Lines that are not JSON, as Azure Functions wrote them: they end in the failure queue.
  {
    file: 'resource/datadog_function_app_logs.json',
    container: 'insights-logs-functionapplogs',
    arrival: 'recorded',
  },
];

const CORPUS = new URL('../../corpus/', import.meta.url);
const HOUR_MS = 3_600_000;

/** Containers of the sample log objects. */
export const SAMPLE_CONTAINERS: readonly string[] = [...new Set(SOURCES.map(({ container }) => container))];

/** Lines with their endings, as bytes: what Azure wrote is kept to the byte. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const lineFeed = bytes.indexOf(0x0a, start);
    const end = lineFeed === -1 ? bytes.length : lineFeed + 1;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}

/** Scope as Azure names it: the subscription of an activity log, the tenant of an Entra log, else the resource. */
function scopeOf(container: string, line: string): string | undefined {
  const resourceId = /"resourceId":\s*"(?<id>[^"]+)"/i.exec(line)?.groups?.['id'];
  if (resourceId === undefined) return undefined;
  const [, kind, id] = /^\/(subscriptions|tenants)\/([^/]+)/i.exec(resourceId) ?? [];
  if (kind?.toLowerCase() === 'tenants') return `tenantId=${id}/`;
  if (container === 'insights-activity-logs') {
    return id === undefined ? undefined : `resourceId=/SUBSCRIPTIONS/${id.toUpperCase()}/`;
  }
  return `resourceId=${resourceId.toUpperCase()}/`;
}

function nameOf(scope: string, hourStart: number): string {
  const [y, m, d, h] = new Date(hourStart).toISOString().split(/[-T:]/);
  return `${scope}y=${y}/m=${m}/d=${d}/h=${h}/m=00/PT1H.json`;
}

async function readSource({ file, container, arrival }: Source, now: number): Promise<SampleAppend[]> {
  const thisHour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const byName = new Map<string, Buffer[]>();
  let scope = '';
  let hour = thisHour;
  for (const bytes of linesOf(await readFile(new URL(file, CORPUS)))) {
    const line = bytes.toString('utf8');
    // A record that names none, or only a provider of the tenant, arrived with the one before it.
    scope = scopeOf(container, line) ?? scope;
    const recorded = eventTimeOf(/"time":\s*"(?<time>[^"]+)"/.exec(line)?.groups?.['time'] ?? '');
    if (arrival === 'recorded' && recorded !== undefined)
      hour = Math.floor(Date.parse(recorded) / HOUR_MS) * HOUR_MS;
    if (arrival === 'last hour') hour = thisHour - HOUR_MS;
    const name = nameOf(scope, hour);
    byName.set(name, [...(byName.get(name) ?? []), bytes]);
  }
  return [...byName].map(([name, lines]) => ({ container, name, bytes: Buffer.concat(lines) }));
}

/**
 * Cuts a log object in the middle of a record: the first part ends in a torn line, as when the writer is caught at
 * work.
 */
function tear({ container, name, bytes }: SampleAppend): [SampleAppend, SampleAppend] {
  const middle = Math.floor(bytes.length / 2);
  const inRecord = bytes[middle - 1] === 0x0a ? middle + 1 : middle;
  return [
    { container, name, bytes: bytes.subarray(0, inRecord) },
    { container, name, bytes: bytes.subarray(inRecord) },
  ];
}

/**
 * The sample records, laid out as Azure lays out its exports at the moment `now` (epoch ms): log objects of several
 * containers, subscriptions and hours; then growth of those of the last hour, which end in torn lines at first, and
 * log objects of this hour.
 */
export async function sampleLogObjects(now: number): Promise<SampleLogObjects> {
  const first: SampleAppend[] = [];
  const second: SampleAppend[] = [];
  for (const source of SOURCES) {
    for (const append of await readSource(source, now)) {
      if (source.arrival === 'recorded') {
        first.push(append);
      } else if (source.arrival === 'this hour') {
        second.push(append);
      } else {
        const [head, rest] = tear(append);
        first.push(head);
        second.push(rest);
      }
    }
  }
  return { first, second };
}
