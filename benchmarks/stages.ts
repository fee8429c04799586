import { readFile } from 'node:fs/promises';
import { mapRecord } from '#mapping/map-record.ts';
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

const STAGES: readonly Stage[] = [
  ['frame', () => undefined],
  [
    'frame, parse',
    (frames) => {
      for (const { bytes } of records(frames)) JSON.parse(Buffer.from(bytes).toString('utf8'));
    },
  ],
  [
    'frame, map',
    (frames) => {
      for (const { bytes, offset, length } of records(frames)) {
        mapRecord({ bytes, origin: { ...ORIGIN, offset, length }, recipientAccountId: '111122223333' });
      }
    },
  ],
  [
    'frame, map, pack',
    (frames) => {
      const events = records(frames).flatMap(({ bytes, offset, length }) => {
        const outcome = mapRecord({
          bytes,
          origin: { ...ORIGIN, offset, length },
          recipientAccountId: '111122223333',
        });
        return outcome.outcome === 'event' ? [outcome.event] : [];
      });
      packRequests(events.map(toEntry));
    },
  ],
];

function secondsFor(bytes: Buffer, work: Stage[1]): number {
  const startedAt = performance.now();
  const framer = new RecordFramer(0, 'undecided');
  for (let at = 0; at < bytes.length; at += WINDOW_BYTES)
    work(framer.push(bytes.subarray(at, at + WINDOW_BYTES)));
  return (performance.now() - startedAt) / 1000;
}

/** What each stage of the Processor costs, as MB/s on one core and in units of the first stage. */
export async function benchmarkStages(): Promise<Record<string, string | number>[]> {
  const rows: Record<string, string | number>[] = [];
  for (const file of ['activity/panther_azure_monitor_activity.jsonl', 'entra/datadog_sign_in_logs.json']) {
    const bytes = await logObject(48e6, file);
    let base = 0;
    for (const [name, work] of STAGES) {
      secondsFor(bytes.subarray(0, 8e6), work);
      const seconds = secondsFor(bytes, work);
      base ||= seconds;
      rows.push({
        records: file,
        stage: name,
        'MB/s': Math.round(bytes.length / 1e6 / seconds),
        'times framing': Number((seconds / base).toFixed(1)),
      });
    }
  }
  return rows;
}
