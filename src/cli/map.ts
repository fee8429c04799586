import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { once } from 'node:events';
import type { AuditEvent } from '#mapping/audit-event.ts';
import type { LogObject } from '#mapping/origin.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { Frame } from '#shared/framing/frame.ts';
import { RecordFramer } from '#shared/framing/frame-records.ts';
import { mapFrame, mapTail, type MappedFrame } from '#shared/records/map-frames.ts';
import { EXIT } from './main.ts';
import { mapRules, type MapRuleOptions } from './map-rules.ts';

/** A file has no creation time that Azure knows: every file is of one generation. */
const FILE_GENERATION = '1970-01-01T00:00:00Z';

/** Path below the container when the file lies in a copy of one (`…/insights-activity-logs/resourceId=/…`). */
function logObjectOf(file: string, container: string): LogObject {
  const path = file.replaceAll('\\', '/');
  const copied = /(?:^|\/)(?<container>insights-[\w-]+)\/(?<name>.+)$/.exec(path)?.groups;
  return {
    account: 'local',
    container: container || (copied?.['container'] ?? ''),
    name: copied?.['name'] ?? path,
    generation: FILE_GENERATION,
  };
}

/** The line that `crosstrail map` prints for a frame; undefined for a blank one, which holds no record. */
function lineOf({ frame, result }: MappedFrame): string | undefined {
  const { offset, length } = frame;
  if (result.kind === 'blank') return undefined;
  if (result.kind === 'event')
    return JSON.stringify({ offset, length, outcome: 'event', event: result.event });
  if (result.kind === 'excluded')
    return JSON.stringify({ offset, length, outcome: 'excluded', rule: result.rule });
  return JSON.stringify({ offset, length, outcome: 'reject', ...result.record.rejection });
}

/** True when something of the record is hidden in its event. */
function isHiding({ eventData }: AuditEvent): boolean {
  const { redacted, hashed } = eventData.additionalEventData ?? {};
  return redacted !== undefined || hashed !== undefined;
}

function notReadable(file: string, error?: unknown): CrosstrailError {
  return new CrosstrailError('FILE_NOT_READABLE', `${file} cannot be read`, { file }, error);
}

async function* readInput(file: string): AsyncGenerator<Buffer> {
  if (file === '-') {
    yield* process.stdin as AsyncIterable<Buffer>;
    return;
  }
  const found = await stat(file).catch((error: unknown) => {
    throw notReadable(file, error);
  });
  if (found.isDirectory())
    throw new CrosstrailError('FILE_NOT_READABLE', `${file} is a folder, not a log file`, { file });
  try {
    yield* createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw notReadable(file, error);
  }
}

/** What `crosstrail map` may be told. */
export interface MapOptions extends MapRuleOptions {
  readonly container: string;
  readonly account: string;
}

/**
 * Maps a log file as the Processor would and prints JSON Lines, one for each record. Gives exit code 0 when every byte
 * is accounted for. Throws FILE_NOT_READABLE and what {@link mapRules} throws.
 */
export async function runMap(file: string, options: MapOptions): Promise<number> {
  const { rules, note } = await mapRules(options);
  const logObject = logObjectOf(file === '-' ? 'stdin' : file, options.container);
  const framer = new RecordFramer(0, 'undecided');
  const counts = { event: 0, rejected: 0, excluded: 0, blank: 0 };
  const excludedBy = new Map<string, number>();
  let hidden = 0;
  let bytes = 0;
  let accounted = 0;

  const print = async (mapped: MappedFrame): Promise<void> => {
    counts[mapped.result.kind] += 1;
    accounted += mapped.frame.length;
    if (mapped.result.kind === 'excluded') {
      const { rule } = mapped.result;
      excludedBy.set(rule, (excludedBy.get(rule) ?? 0) + 1);
    }
    if (mapped.result.kind === 'event' && isHiding(mapped.result.event)) hidden += 1;
    const line = lineOf(mapped);
    if (line !== undefined && !process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  };
  const map = (frame: Frame): MappedFrame => mapFrame(logObject, frame, options.account, rules);

  for await (const chunk of readInput(file)) {
    bytes += chunk.length;
    for (const frame of framer.push(chunk)) await print(map(frame));
  }
  const tail = framer.tail();
  // A file on disk does not grow any more: its tail is a record or never becomes one.
  if (tail.kind === 'torn')
    await print(mapTail(logObject, tail.frame, options.account, 'closed', rules) ?? map(tail.frame));

  // What encloses the records of a document is in no frame; between lines there is nothing.
  const enclosing = framer.framing === 'document' ? bytes - accounted : 0;
  process.stderr.write(
    `${file}: ${counts.event} events, ${counts.rejected} rejected, ` +
      (rules.filter === undefined ? '' : `${counts.excluded} excluded, `) +
      `${counts.blank} blank lines; ` +
      `${accounted + enclosing} of ${bytes} bytes accounted for\n`,
  );
  for (const [rule, records] of excludedBy) process.stderr.write(`  ${records} excluded by ${rule}\n`);
  if (rules.redaction !== undefined)
    process.stderr.write(`  ${hidden} events with something redacted or hashed\n${note}`);
  return accounted + enclosing === bytes ? EXIT.ok : EXIT.unaccounted;
}
