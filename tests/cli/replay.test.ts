import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { main } from '#cli/main.ts';
import { lambdaEnvironment } from '#local/local-cloud.ts';
import { RANGE_DEAD_LETTER_QUEUE } from '#local/sqs.ts';
import { messageGroupId, writeRangeMessage } from '#shared/ranges/range.ts';
import { CONTAINER } from '../pipeline/pipeline.ts';
import { LOG_OBJECT, rejectBody, uidOf } from '../replayer/reject-body.ts';
import { Stage } from '../replayer/replay-stage.ts';

const CROSSTRAIL = fileURLToPath(new URL('../../bin/crosstrail.js', import.meta.url));

let stage: Stage;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], settings: Record<string, string>): Promise<Run> {
  const env = { PATH: process.env['PATH'] ?? '', ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [CROSSTRAIL, 'replay', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function replay(...args: string[]): Promise<Run> {
  return run(args, lambdaEnvironment(stage.pipeline.cloud, [CONTAINER]));
}

/** Released messages are visible a second later. */
function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1200));
}

describe('crosstrail replay', () => {
  beforeEach(async () => {
    stage = await Stage.start();
  });
  afterEach(async () => stage.close());

  it('shows first what would happen, and then does it', async () => {
    await stage.put(rejectBody(1));
    await stage.put(rejectBody(2));

    const rehearsal = await replay('--dry-run');
    await aMoment();
    const replayed = await replay('--json');

    expect(rehearsal.code).toBe(0);
    expect(rehearsal.stdout).toMatch(/MAPPING_FAILED\s*│ delivered/);
    expect(rehearsal.stdout).toContain('Nothing was changed (--dry-run).');
    expect(replayed.code).toBe(0);
    expect(JSON.parse(replayed.stdout)).toMatchObject({
      queue: 'failures',
      outcomes: [{ reason: 'MAPPING_FAILED', outcome: 'delivered', records: 2 }],
      nothingLeft: true,
    });
    expect(await stage.pipeline.uids()).toEqual([uidOf(1), uidOf(2)].sort());
    expect(await stage.rejects()).toEqual([]);
  });

  it('ends in 1 while something is left of what was asked for, and in 0 when not', async () => {
    await stage.put(rejectBody(1));
    await stage.put(rejectBody(2, { reason: 'NOT_JSON', text: 'no JSON' }));

    const mapped = await replay('--reason', 'MAPPING_FAILED', '--limit', '10');
    await aMoment();
    const refused = await replay('--reason', 'NOT_JSON');

    expect(mapped.code).toBe(0);
    expect(mapped.stdout).toContain('2 messages looked at; 1 message not asked for.');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/NOT_JSON\s*│ rejected/);
    expect(refused.stdout).not.toContain('no JSON');
    await aMoment();
    expect(await stage.rejects()).toMatchObject([{ reason: 'NOT_JSON', attempts: 2 }]);
  });

  it('names a message that Crosstrail did not write', async () => {
    await stage.put('something else');

    const { code, stdout, stderr } = await replay();

    expect(code).toBe(1);
    expect(stdout).toContain('1 message that Crosstrail did not write');
    expect(stderr).toContain('REJECT_MESSAGE_INVALID: the message is not JSON');
    expect(stderr).not.toContain('something else');
  });

  it('says why it stopped, and what to do', async () => {
    await stage.put(rejectBody(1));
    stage.faults = () => ({ kind: 'refuse', type: 'ChannelNotFound', status: 404 });

    const { code, stdout } = await replay();

    expect(code).toBe(1);
    expect(stdout).toContain('Not finished. CHANNEL_REFUSED');
    expect(stdout).toContain('What to do: Check the channel ARN');
  });

  it('puts dead ranges back', async () => {
    const ids = { MessageGroupId: messageGroupId(LOG_OBJECT), MessageDeduplicationId: 'x' };
    await stage.put(
      writeRangeMessage({ logObject: LOG_OBJECT, end: 1, tail: 'open' }),
      RANGE_DEAD_LETTER_QUEUE,
      ids,
    );

    const rehearsal = await replay('--ranges', '--dry-run');
    const { code, stdout } = await replay('--ranges');

    expect(rehearsal).toMatchObject({ code: 0 });
    expect(rehearsal.stdout).toContain('About 1 range would be put back in the range queue.');
    expect(code).toBe(0);
    expect(stdout).toContain('1 range is back in the range queue.');
    expect(await stage.pipeline.takeRanges()).toHaveLength(1);
  });

  it('of an empty queue has nothing to do', async () => {
    expect(await replay()).toMatchObject({
      code: 0,
      stdout: '\nNothing to replay. 0 messages looked at.\n',
    });
  });
});

describe('wrong use ends in 2', () => {
  it.each([
    ['an unknown reason', ['--reason', 'NOT_JASON'], '"reason" must be one of NOT_JSON, NOT_AN_OBJECT'],
    ['a limit that is no number', ['--limit', 'many'], 'must be a whole number'],
    ['a limit of none', ['--limit', '0'], '"limit" must be at least 1'],
    ['a reason of ranges', ['--ranges', '--reason', 'NOT_JSON'], 'a range has no reject reason'],
    ['an unknown option', ['--dryrun'], "unknown option '--dryrun'"],
  ])('%s', async (_, args, message) => {
    const stderr: string[] = [];
    const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr.push(String(text));
      return true;
    });

    const code = await main(['replay', ...args]).finally(() => write.mockRestore());

    expect(code).toBe(2);
    expect(stderr.join('')).toContain(message);
  });

  it('no deployment', async () => {
    const { code, stderr } = await run([], {});

    expect(code).toBe(2);
    expect(stderr).toContain('FAILURE_QUEUE_URL is not set');
    expect(stderr).toContain('--stack');
    expect(stderr).not.toContain('CHECKPOINT_TABLE_NAME');
  });
});
