import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { processRange } from '#processor/process-range.ts';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { recordId } from '#mapping/ids.ts';
import type { LogObject } from '#mapping/origin.ts';
import { findViolations } from '#mapping/target-schema.ts';
import { describeError } from '#shared/errors/describe-error.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import { seededRandom } from '../shared/destinations/virtual-time.ts';
import { mutatedLine, type Random } from './mutated-lines.ts';

/** Lines of a default run; `CROSSTRAIL_FUZZ_LINES=1000000 npm test -- tests/processor/any-lines` for the long one. */
const LINES = Number(process.env['CROSSTRAIL_FUZZ_LINES'] ?? 4_000);
/** Another seed gives other lines. */
const SEED = Number(process.env['CROSSTRAIL_FUZZ_SEED'] ?? 20_261_120);
const LINES_PER_LOG_OBJECT = 1_000;
const WINDOW_BYTES = 256 * 1024;
const AWS_ACCOUNT = '111122223333';
const MEBIBYTE = 1024 * 1024;

const CONTAINERS = [
  'insights-activity-logs',
  'insights-logs-signinlogs',
  'insights-logs-auditlogs',
  'insights-logs-flowlogflowevent',
  'insights-logs-storageread',
  'anything-else',
];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** Bytes of the heap that are in use. Buffers are not among them: V8 frees those some time after the collection. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Where each line of some content stands that is not blank, by the id of its record. */
function linesOf(logObject: LogObject, content: Buffer): Map<string, { offset: number; length: number }> {
  const lines = new Map<string, { offset: number; length: number }>();
  for (let offset = 0; offset < content.length;) {
    const length = content.indexOf('\n', offset) + 1 - offset;
    const blank = /^[ \t\r]*\n$/.test(content.toString('latin1', offset, offset + length));
    if (!blank) lines.set(recordId({ ...logObject, offset, length }), { offset, length });
    offset += length;
  }
  return lines;
}

/** Processes a log object of that content; tells what does not add up. */
async function account(logObject: LogObject, content: Buffer) {
  const lines = linesOf(logObject, content);
  const problems: string[] = [];
  let checkpoint: Checkpoint | undefined;
  const seen = new Set<string>();
  const see = (id: string, as: string): void => {
    if (!lines.has(id)) problems.push(`${as} a line that is not there: ${id}`);
    if (seen.has(id)) problems.push(`${as} line ${lines.get(id)?.offset} twice`);
    seen.add(id);
  };
  const deliver = ({ id, eventData }: AuditEvent): void => {
    see(id, 'delivered');
    const violations = findViolations(JSON.parse(JSON.stringify(eventData)), AWS_ACCOUNT);
    if (violations.length > 0) problems.push(`line ${lines.get(id)?.offset}: ${JSON.stringify(violations)}`);
  };
  const reject = ({ id, offset, length, reason, sha256 }: RejectMessage): void => {
    see(id, 'rejected');
    const end = content[offset + length - 2] === 0x0d ? length - 2 : length - 1;
    const expected = createHash('sha256')
      .update(content.subarray(offset, offset + end))
      .digest('hex');
    if (sha256 !== expected || reason === 'MAPPING_FAILED') problems.push(`line ${offset}: ${reason}`);
  };

  const { error } = await processRange(
    { logObject, end: content.length, tail: 'closed' },
    {
      reader: { read: async (_, offset, count) => content.subarray(offset, offset + count) },
      checkpoints: { read: async () => checkpoint, commit: async (_, after) => void (checkpoint = after) },
      destination: {
        deliver: async (events) => {
          events.forEach(deliver);
          return events.map(() => ({ kind: 'delivered' as const }));
        },
      },
      failures: {
        send: async (messages) => messages.forEach(({ body }) => reject(JSON.parse(body) as RejectMessage)),
      },
      recipientAccountId: AWS_ACCOUNT,
      remainingMs: () => 900_000,
      windowBytes: WINDOW_BYTES,
      onReject: () => undefined,
      onDrift: () => undefined,
    },
  );

  const { deliveredRecords = 0, rejectedRecords = 0, committed } = checkpoint ?? {};
  if (error !== undefined) problems.push(`the range failed: ${describeError(error).message}`);
  if (committed !== content.length) problems.push(`${committed} of ${content.length} bytes committed`);
  if (seen.size !== lines.size) problems.push(`${lines.size - seen.size} lines are lost`);
  if (deliveredRecords + rejectedRecords !== lines.size) problems.push('the checkpoint counts otherwise');
  return { lines: lines.size, delivered: deliveredRecords, rejected: rejectedRecords, problems };
}

function contentOf(random: Random): Buffer {
  return Buffer.concat([
    Buffer.from('{}\n'),
    ...Array.from({ length: LINES_PER_LOG_OBJECT }, () => mutatedLine(random)),
  ]);
}

it(
  'of any mutated lines each one is delivered as a valid event or rejected, once, in flat memory',
  async () => {
    const total = { lines: 0, delivered: 0, rejected: 0 };
    const problems: string[] = [];
    let held: number | undefined;
    for (let number = 0; total.lines < LINES; number += 1) {
      const random = seededRandom(SEED + number);
      const container = CONTAINERS[number % CONTAINERS.length] as string;
      const logObject = { account: 'a', container, name: `n${number}`, generation: '2026-11-20T10:00:12Z' };
      const found = await account(logObject, contentOf(random));
      problems.push(...found.problems.map((problem) => `seed ${SEED + number}: ${problem}`));
      for (const key of ['lines', 'delivered', 'rejected'] as const) total[key] += found[key];
      // What is loaded and compiled once is there after some log objects.
      if (number === 2) held = heldBytes();
    }
    const grown = heldBytes() - (held ?? 0);

    const mebibytes = (grown / MEBIBYTE).toFixed(1);
    console.log(
      `${total.lines} mutated lines = ${total.delivered} delivered + ${total.rejected} rejected, ` +
        `${problems.length} problems, memory grown by ${mebibytes} MiB`,
    );
    expect(problems.slice(0, 20)).toEqual([]);
    expect(total.delivered + total.rejected).toBe(total.lines);
    expect(Math.min(total.delivered, total.rejected)).toBeGreaterThan(total.lines / 10);
    expect(grown).toBeLessThan(8 * MEBIBYTE);
  },
  60_000 + LINES * 5,
);
