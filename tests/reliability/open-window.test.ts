import { writeRangeMessage } from '#shared/ranges/range.ts';
import type { TailState } from '#shared/ranges/tail.ts';
import type { DestinationName } from './in-process/account.ts';
import { accountAtQuiet } from './in-process/account-at-quiet.ts';
import { InProcessDeployment } from './in-process/deployment.ts';
import { driveToQuiet } from './in-process/drive-to-quiet.ts';
import { UNDISTURBED, type Exposure, type Fate } from './in-process/instance.ts';
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
  readonly next: () => Attempt;
}

/** What befalls the first processor at one of its calls. */
type Mishap = 'a crash' | 'a failure' | 'a pause';

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
      return { life, first: range, next: () => range };
    },
  ],
  [
    'an older, shorter range, which ends in the middle of a record',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C);
      return { life, first: { end: bytes(A, B, C) }, next: () => ({ end: bytes(A, B) - 20 }) };
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
      return { life, first: { end: bytes(A, B) }, next: grow };
    },
  ],
  [
    'a version with smaller windows',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C);
      const end = bytes(A, B, C);
      return { life, first: { end }, next: () => ({ end, windowBytes: 350 }) };
    },
  ],
  [
    'a version with larger windows',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C);
      const end = bytes(A, B, C);
      return { life, first: { end, windowBytes: 350 }, next: () => ({ end }) };
    },
  ],
  [
    'the same range, when CloudTrail Lake takes only a part of it',
    (deployment) => {
      const life = logObjectOf(deployment, A, line(REFUSED_MARKER, 18), B, C);
      const range = { end: life.content.length };
      const throttle = (): Attempt => {
        deployment.lake.throttledMarker = '🙂c';
        return range;
      };
      return { life, first: range, next: throttle };
    },
  ],
  [
    'the same range, of which CloudTrail Lake took only a part before',
    (deployment) => {
      const life = logObjectOf(deployment, A, B, C);
      const range = { end: bytes(A, B, C) };
      deployment.lake.throttledMarker = '🙂b';
      const lift = (): Attempt => {
        deployment.lake.throttledMarker = undefined;
        return range;
      };
      return { life, first: range, next: lift };
    },
  ],
  [
    'a longer range, when the last line was complete but for its ending and was taken so',
    (deployment) => {
      const life = logObjectOf(deployment, A, C.trimEnd());
      const grow = (): Attempt => {
        life.append(Buffer.from(`\r\n${line('d', 19)}`));
        return { end: life.content.length };
      };
      return { life, first: { end: life.content.length, tail: 'settled' }, next: grow };
    },
  ],
  [
    'a longer range, when the last line was torn and rejected as it was',
    (deployment) => {
      const life = logObjectOf(deployment, A, C.slice(0, 40));
      const grow = (): Attempt => {
        life.append(Buffer.from(C.slice(40) + line('d', 18)));
        return { end: life.content.length };
      };
      return { life, first: { end: life.content.length, tail: 'closed' }, next: grow };
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
      return { life, first: { end: life.content.length, tail: 'closed' }, next: grow };
    },
  ],
];

/** One processor with a range of the log object. */
async function attempt(
  deployment: InProcessDeployment,
  { logObject }: LogObjectLife,
  { end, tail = 'open', windowBytes = WINDOW_BYTES }: Attempt,
  exposure: Exposure,
): Promise<void> {
  const body = writeRangeMessage({ logObject, end, tail });
  const message = { messageId: `${end}`, body, receiptHandle: 'none', receiveCount: 1 };
  await deployment.process([message], { exposure, windowBytes });
}

/** Plays a story in which something befalls the first processor at one of its calls; undefined: it makes fewer. */
async function play(
  destination: DestinationName,
  tell: (deployment: InProcessDeployment) => Story,
  mishap: Mishap,
  fate: { readonly at: number; readonly when: Fate['when'] },
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
  const { life, first, next } = tell(deployment);
  const paused = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let calls = 0;
  const ended = attempt(deployment, life, first, {
    turn: async () => {
      calls += 1;
      if (mishap !== 'a pause' || calls !== fate.at) return;
      paused.resolve();
      await goOn.promise;
    },
    fateOf: (name) => {
      if (mishap === 'a pause' || calls !== fate.at) return undefined;
      return { when: fate.when, error: mishap === 'a crash' ? undefined : serviceError(name) };
    },
  });
  await Promise.race([paused.promise, ended]);
  if (calls < fate.at) return undefined;
  await attempt(deployment, life, next(), UNDISTURBED);
  goOn.resolve();
  await ended;
  deployment.lake.throttledMarker = undefined;
  await driveToQuiet(deployment);
  return accountAtQuiet(deployment);
}

describe.each<DestinationName>(['S3', 'Both'])('with destination %s, a window that was left open', (to) => {
  it.each(STORIES)('is settled again as it was by %s', async (_, tell) => {
    const found: string[] = [];
    let played = 0;

    for (const mishap of ['a crash', 'a failure', 'a pause'] as const) {
      for (const when of mishap === 'a pause' ? (['before'] as const) : (['before', 'after'] as const)) {
        for (let at = 1; ; at += 1) {
          const violations = await play(to, tell, mishap, { at, when });
          if (violations === undefined) break;
          played += 1;
          found.push(...violations.map((violation) => `${mishap} ${when} call ${at}: ${violation}`));
        }
      }
    }

    expect(found).toEqual([]);
    expect(played).toBeGreaterThan(20);
  });
});
