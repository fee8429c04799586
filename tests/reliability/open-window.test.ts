import { writeRangeMessage } from '#shared/ranges/range.ts';
import type { TailState } from '#shared/ranges/tail.ts';
import type { DestinationName } from './in-process/account.ts';
import { accountAtQuiet } from './in-process/account-at-quiet.ts';
import { InProcessDeployment, type Run } from './in-process/deployment.ts';
import { driveToQuiet } from './in-process/drive-to-quiet.ts';
import { UNDISTURBED, type BoundaryCall } from './in-process/instance.ts';
import type { LogObjectLife } from './in-process/log-object-life.ts';
import { ACTIVITY, activityName, activityRecord, flowName, flowRecord, FLOWS } from './in-process/records.ts';
import { REFUSED_MARKER } from './in-process/lake.ts';
import { serviceError } from './in-process/service-error.ts';

const HOUR = Date.parse('2026-11-20T10:00:00Z');

/** A range as one processor gets it. */
interface Attempt {
  readonly end: number;
  readonly tail?: TailState;
  readonly windowBytes?: number;
}

/** What happens to a log object: a first processor that something befalls, and who comes after it. */
interface Story {
  readonly life: LogObjectLife;
  readonly first: Attempt;
  /** What happens in between; gives the next range. */
  readonly then: () => Attempt;
}

function line(marker: string, day: number): string {
  return `${activityRecord(marker, `2026-11-${day}`)}\r\n`;
}

/** Records of three days, so that a part of them lacks a day that all of them have. */
const A = line('a', 18);
const B = line('b', 19);
const C = line('c', 20);
const WINDOW_BYTES = 10_000;

function logObjectOf(deployment: InProcessDeployment, ...lines: string[]): LogObjectLife {
  const life = deployment.storage.open(ACTIVITY, activityName(HOUR, 'A'));
  life.append(Buffer.from(lines.join('')));
  return life;
}

function bytes(...lines: string[]): number {
  return Buffer.byteLength(lines.join(''));
}

const STORIES: readonly (readonly [string, (deployment: InProcessDeployment) => Story])[] = [
  [
    'the same range',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C);
      const range = { end: bytes(A, B, C) };
      return { life, first: range, then: () => range };
    },
  ],
  [
    'an older, shorter range, which ends in the middle of a record',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C);
      return { life, first: { end: bytes(A, B, C) }, then: () => ({ end: bytes(A, B) - 20 }) };
    },
  ],
  [
    'a longer range, of a log object that has grown',
    (deployment) => {
      const life = logObjectOf(deployment, A, B);
      const grow = (): Attempt => {
        life.append(Buffer.from(C));
        return { end: bytes(A, B, C) };
      };
      return { life, first: { end: bytes(A, B) }, then: grow };
    },
  ],
  [
    'a version with smaller windows',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C);
      const end = bytes(A, B, C);
      return { life, first: { end }, then: () => ({ end, windowBytes: 350 }) };
    },
  ],
  [
    'a version with larger windows',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C);
      const end = bytes(A, B, C);
      return { life, first: { end, windowBytes: 350 }, then: () => ({ end }) };
    },
  ],
  [
    'the same range, when CloudTrail Lake takes only a part of it',
    (deployment) => {
      const life = logObjectOf(deployment, A, line(REFUSED_MARKER, 18), B, C);
      const range = { end: life.content.length };
      const throttle = (): Attempt => {
        deployment.lake.throttled.push(2, 2, 2, 2, 2, 2);
        return range;
      };
      return { life, first: range, then: throttle };
    },
  ],
  [
    'the same range, of which CloudTrail Lake took only a part before',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C);
      const range = { end: bytes(A, B, C) };
      deployment.lake.throttled.push(2, 2, 2, 2, 2, 2);
      return { life, first: range, then: () => range };
    },
  ],
  [
    'a longer range, when the last line was complete but for its ending and was taken so',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C.trimEnd());
      const grow = (): Attempt => {
        life.append(Buffer.from(`\r\n${line('d', 19)}`));
        return { end: life.content.length };
      };
      return { life, first: { end: life.content.length, tail: 'settled' }, then: grow };
    },
  ],
  [
    'a longer range, when the last line was torn and rejected as it was',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C.slice(0, 40));
      const grow = (): Attempt => {
        life.append(Buffer.from(C.slice(40) + line('d', 18)));
        return { end: life.content.length };
      };
      return { life, first: { end: life.content.length, tail: 'closed' }, then: grow };
    },
  ],
  [
    'a longer range of a document, whose closing brackets gave way to more records',
    (deployment) => {
      const life = deployment.storage.open(FLOWS, flowName(HOUR), 'document');
      life.grow([flowRecord('1'), flowRecord('2')]);
      const grow = (): Attempt => {
        life.grow([flowRecord('3')]);
        return { end: life.content.length, tail: 'closed' };
      };
      return { life, first: { end: life.content.length, tail: 'closed' }, then: grow };
    },
  ],
];

/** One processor with a range of the log object; the result says which calls it made. */
async function attempt(
  deployment: InProcessDeployment,
  { logObject }: LogObjectLife,
  { end, tail = 'open', windowBytes = WINDOW_BYTES }: Attempt,
  exposure: NonNullable<Run['exposure']>,
): Promise<void> {
  const body = writeRangeMessage({ logObject, end, tail });
  const message = { messageId: `${end}`, body, receiptHandle: 'none', receiveCount: 1 };
  await deployment.process([message], { exposure, windowBytes });
}

/** Plays a story in which something befalls the first processor at one of its calls; undefined: it makes fewer. */
async function play(
  destination: DestinationName,
  tell: (deployment: InProcessDeployment) => Story,
  at: number,
  when: 'before' | 'after',
  errorOf: (name: BoundaryCall) => Error | undefined,
): Promise<string[] | undefined> {
  const deployment = new InProcessDeployment({
    destination,
    containers: [ACTIVITY, FLOWS],
    horizonHours: 6,
    windowBytes: WINDOW_BYTES,
    daysPerStep: 32,
    startAt: HOUR + 2_400_000,
    maxReceiveCount: 150,
  });
  const { life, first, then } = tell(deployment);
  let calls = 0;
  await attempt(deployment, life, first, {
    ...UNDISTURBED,
    fateOf: (name) => ((calls += 1) === at ? { when, error: errorOf(name) } : undefined),
  });
  if (calls < at) return undefined;
  await attempt(deployment, life, then(), UNDISTURBED);
  await driveToQuiet(deployment);
  return accountAtQuiet(deployment);
}

describe.each<DestinationName>(['S3', 'Both'])('with destination %s, a window that was left open', (to) => {
  it.each(STORIES)('is settled again as it was by %s', async (_, tell) => {
    const found: string[] = [];
    let played = 0;

    for (const [what, errorOf] of [
      ['a crash', (): undefined => undefined],
      ['a failure', serviceError],
    ] as const) {
      for (const when of ['before', 'after'] as const) {
        for (let at = 1; ; at += 1) {
          const violations = await play(to, tell, at, when, errorOf);
          if (violations === undefined) break;
          played += 1;
          found.push(...violations.map((violation) => `${what} ${when} call ${at}: ${violation}`));
        }
      }
    }

    expect(found).toEqual([]);
    expect(played).toBeGreaterThan(20);
  });
});
