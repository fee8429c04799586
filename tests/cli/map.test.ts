import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { line } from '../pipeline/pipeline.ts';
import { crosstrail, type Finished } from './crosstrail.ts';

const CORPUS = fileURLToPath(new URL('../../corpus/', import.meta.url));

/** A line that `crosstrail map` prints. */
interface Printed {
  readonly offset: number;
  readonly length: number;
  readonly outcome: 'event' | 'reject';
  readonly event?: AuditEvent;
  readonly reason?: string;
  readonly message?: string;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstrail-map-'));
});
afterAll(async () => rm(folder, { recursive: true }));

async function fileOf(content: string | Buffer, name = 'PT1H.json'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

function printedBy({ stdout }: Finished): Printed[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((text) => JSON.parse(text) as Printed);
}

function sha256(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

describe('crosstrail map FILE', () => {
  it('prints one line for each record, whose offset and length index the bytes of the file', async () => {
    const lines = [line('é🙂'), line('b', '\n'), 'not json\r\n', line('c', '')];
    const bytes = Buffer.from(`${lines[0]}\r\n${lines[1]}  \n${lines[2]}${lines[3]}`);

    const result = await crosstrail(['map', await fileOf(bytes)]);

    const printed = printedBy(result);
    expect(result.code).toBe(0);
    expect(printed.map(({ offset, length }) => bytes.subarray(offset, offset + length).toString())).toEqual(
      lines,
    );
    expect(printed.map(({ outcome }) => outcome)).toEqual(['event', 'event', 'reject', 'event']);
    expect(printed[0]?.event?.eventData.UID).toBe(sha256(lines[0]!.trimEnd()));
    expect(result.stderr).toContain(
      `3 events, 1 rejected, 2 blank lines; ${bytes.length} of ${bytes.length} bytes`,
    );
  });

  it('prints a reject with reason and message, and nothing of its content', async () => {
    const result = await crosstrail(['map', await fileOf("{'secret-marker':1}\n{}\n[]\n")]);

    expect(result.code).toBe(0);
    expect(printedBy(result)).toEqual([
      { offset: 0, length: 20, outcome: 'reject', reason: 'NOT_JSON', message: expect.any(String) },
      { offset: 20, length: 3, outcome: 'reject', reason: 'NO_EVENT_TIME', message: expect.any(String) },
      { offset: 23, length: 3, outcome: 'reject', reason: 'NOT_AN_OBJECT', message: expect.any(String) },
    ]);
    expect(result.stdout).not.toContain('secret-marker');
  });

  it('tells a torn tail for what it is', async () => {
    const result = await crosstrail(['map', await fileOf(`${line('a')}{"time":"2026-`)]);

    expect(printedBy(result).at(-1)).toMatchObject({ outcome: 'reject', reason: 'TORN_TAIL', length: 14 });
  });

  it('prints the records of a document with their places in it', async () => {
    const records = [line('a', ''), line('b', '')];
    const bytes = Buffer.from(`{"records":[${records.join(' ,\n')}]}\n`);

    const result = await crosstrail(['map', await fileOf(bytes)]);

    const texts = printedBy(result).map(({ offset, length }) =>
      bytes.subarray(offset, offset + length).toString(),
    );
    expect(texts).toEqual(records);
    expect(result.stderr).toContain(`${bytes.length} of ${bytes.length} bytes accounted for`);
  });

  it('of an empty file prints nothing and ends well', async () => {
    const { code, stdout } = await crosstrail(['map', await fileOf('')]);

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it('reads standard input as -', async () => {
    const { code, stdout } = await crosstrail(['map', '-'], { stdin: line('a') + line('b') });

    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  it('gives the account of --account as recipient, and the example account without it', async () => {
    const file = await fileOf(line('a'));

    const [given] = printedBy(await crosstrail(['map', file, '--account', '210987654321']));
    const [example] = printedBy(await crosstrail(['map', file]));

    expect(given?.event?.eventData.recipientAccountId).toBe('210987654321');
    expect(example?.event?.eventData.recipientAccountId).toBe('111122223333');
  });

  it('maps by --container as the Processor would, also when the records do not show their family', async () => {
    const file = await fileOf('{"time":"2026-11-20T10:00:00Z","operationName":"Add member to group"}\n');
    const familyOf = async (...options: string[]): Promise<unknown> => {
      const [printed] = printedBy(await crosstrail(['map', file, ...options]));
      return printed?.event?.eventData.additionalEventData?.['family'];
    };

    expect(await familyOf('--container', 'insights-logs-auditlogs')).toBe('directory-audit');
    expect(await familyOf()).toBe('resource');
  });
});

describe('a file that cannot be read ends with exit code 2 and says so', () => {
  it.each([
    ['one that does not exist', 'none.json', 'cannot be read'],
    ['a folder', '.', 'is a folder'],
  ])('%s', async (_what, name, complaint) => {
    const { code, stdout, stderr } = await crosstrail(['map', join(folder, name)]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(complaint);
    expect(stderr).toContain('What to do: Check the path');
    expect(stderr).not.toContain('    at ');
  });
});

/** Records of a corpus file, counted without Crosstrail. */
function countRecords(bytes: Buffer): number {
  const text = bytes.toString('latin1');
  if (text.startsWith('{"records":')) return (JSON.parse(text) as { records: unknown[] }).records.length;
  return text.split('\n').filter((each) => each.trim() !== '').length;
}

it('accounts for every record of every file of the corpus', async () => {
  const files = (await readdir(CORPUS, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== 'SOURCES.md')
    .map((entry) => join(entry.parentPath, entry.name));

  const results = await mapConcurrently(files, 2, (file) => crosstrail(['map', file]));

  expect(files.length).toBeGreaterThan(25);
  for (const [index, file] of files.entries()) {
    const bytes = await readFile(file);
    const printed = printedBy(results[index]!);
    expect([file, results[index]?.code, printed.length]).toEqual([file, 0, countRecords(bytes)]);
    let end = 0;
    for (const { offset, length } of printed) {
      expect(offset).toBeGreaterThanOrEqual(end);
      end = offset + length;
    }
    expect(end).toBeLessThanOrEqual(bytes.length);
  }
});
