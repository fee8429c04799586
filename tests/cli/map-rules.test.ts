import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { line } from '../pipeline/pipeline.ts';
import { crosstrail } from './crosstrail.ts';

const KEY = 'a key of at least thirty-two bytes';
const HASH = `hmac-sha256:${createHmac('sha256', KEY).update('canary').digest('hex')}`;

let folder: string;
let log: string;
let keyFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstrail-rules-'));
  log = join(folder, 'PT1H.json');
  keyFile = join(folder, 'key');
  await writeFile(log, `${line('canary')}${line('b').replace('Administrative', 'Policy')}not json\n`);
  await writeFile(keyFile, `${KEY}\n`);
});
afterAll(async () => rm(folder, { recursive: true }));

describe('crosstrail map with rules', () => {
  it('prints what they leave out with the rule, and counts it', async () => {
    const { code, stdout, stderr } = await crosstrail(['map', log, '--exclude', 'category:Policy']);

    const printed = stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(printed.map(({ outcome, rule }) => [outcome, rule])).toEqual([
      ['event', undefined],
      ['excluded', 'category:Policy'],
      ['reject', undefined],
    ]);
    expect(stderr).toContain('1 events, 1 rejected, 1 excluded, 0 blank lines');
    expect(stderr).toContain('  1 excluded by category:Policy\n');
  });

  it('takes an option several times as one list', async () => {
    const { stderr } = await crosstrail(['map', log, '--include', 'category:A*', '--include', 'category:P*']);

    expect(stderr).toContain('2 events, 1 rejected, 0 excluded');
  });

  it('says nothing of rules when there are none', async () => {
    const { stderr } = await crosstrail(['map', log]);

    expect(stderr).not.toContain('excluded');
  });

  it.each([
    ['a file', () => ['--hash-key-file', keyFile], {}],
    ['the environment', () => ['--hash-key-env', 'HASH_KEY'], { HASH_KEY: KEY }],
  ])('hashes with the key in %s, which a stack with that key would do alike', async (_, args, variables) => {
    const result = await crosstrail(['map', log, '--hash', 'properties.marker', ...args()], { variables });

    expect(result.code).toBe(0);
    expect(result.stdout).toContain(HASH);
    expect(result.stdout).not.toContain('canary"');
    expect(result.stderr).toContain('  2 events with something redacted or hashed\n');
    expect(result.stderr).not.toContain('made for this run');
  });

  it('redacts without a key, and says that hashes are those of this run', async () => {
    const run = () => crosstrail(['map', log, '--redact', 'properties.marker']);

    const [first, second] = [await run(), await run()];

    expect(first.stdout).toContain('"marker":"REDACTED"');
    expect(first.stderr).toContain('made for this run');
    expect(first.stdout).not.toBe(second.stdout);
  });
});

describe('wrong rules end with exit code 2, before anything is mapped', () => {
  it.each([
    [
      'rules',
      ['--exclude', 'Policy', '--redact', 'a..b'],
      [/--exclude entry 1/, /--redact entry 1/, /docs\/filter\.md/],
    ],
    [
      'a short key',
      ['--hash', 'a', '--hash-key-env', 'SHORT'],
      [/the key of hashes has 5 bytes, at least 32/],
    ],
    ['a key file that is not there', ['--hash', 'a', '--hash-key-file', '/none'], [/\/none cannot be read/]],
    ['two keys', ['--hash-key-env', 'A', '--hash-key-file', 'B'], [/cannot be used with/]],
  ])('%s', async (_, args, complaints) => {
    const variables = { SHORT: 'short' };

    const { code, stdout, stderr } = await crosstrail(['map', log, ...args], { variables });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const complaint of complaints) expect(stderr).toMatch(complaint);
    expect(stderr).not.toContain('    at ');
  });
});
