import { processRange, WINDOW_BYTES } from '#processor/process-range.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';

const LINE = Buffer.from(
  `{ "time": "2026-11-20T10:00:00Z", "operationName": "X/Y/WRITE", "properties": {"text":"${'x'.repeat(2_400)}"}}\r\n`,
);

/** Largest resident set, MB, while a log object of `bytes` is processed with a destination that takes everything. */
async function peakFor(bytes: number): Promise<number> {
  const logObject = {
    account: 'benchmark',
    container: 'insights-activity-logs',
    name: 'n',
    generation: '2026-11-20T10:00:12Z',
  };
  let stored: Checkpoint | undefined;
  let peak = 0;
  const progress = await processRange(
    { logObject, end: bytes, tail: 'open' },
    {
      reader: {
        read: async (_, offset, count) => {
          const chunk = Buffer.alloc(count);
          for (let at = 0, from = offset % LINE.length; at < count; from = 0)
            at += LINE.copy(chunk, at, from);
          return chunk;
        },
      },
      checkpoints: {
        read: async () => stored,
        commit: async (_, after) => {
          stored = after;
          peak = Math.max(peak, process.memoryUsage.rss());
        },
      },
      destination: { deliver: async (events) => events.map(() => ({ kind: 'delivered' as const })) },
      failures: { send: async () => undefined },
      recipientAccountId: '111122223333',
      remainingMs: () => 900_000,
      onReject: () => undefined,
      onDrift: () => undefined,
    },
  );
  if (progress.error !== undefined) throw progress.error;
  return peak / 1e6;
}

/** Memory against the size of the log object: it must not grow with it (I7). */
export async function benchmarkMemory(): Promise<Record<string, string | number>[]> {
  const rows: Record<string, string | number>[] = [];
  let base = 0;
  for (const windows of [4, 16, 64, 128]) {
    const peak = await peakFor(windows * WINDOW_BYTES);
    base ||= peak;
    rows.push({
      'log object, MB': Math.round((windows * WINDOW_BYTES) / 1e6),
      'peak RSS, MB': Math.round(peak),
      'times the first': Number((peak / base).toFixed(2)),
    });
  }
  return rows;
}
