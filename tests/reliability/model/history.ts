import type fc from 'fast-check';
import { messageGroupId, readRangeMessage } from '#shared/ranges/range.ts';
import type { DestinationName } from '../in-process/account.ts';
import { accountAtQuiet } from '../in-process/account-at-quiet.ts';
import { InProcessDeployment } from '../in-process/deployment.ts';
import { driveToQuiet } from '../in-process/drive-to-quiet.ts';
import type { ReceivedMessage } from '../in-process/fifo-queue.ts';
import { UNDISTURBED, type Exposure } from '../in-process/instance.ts';
import { ACTIVITY, FLOWS } from '../in-process/records.ts';
import { Azure } from './azure.ts';
import type { Change, Command, Invocation } from './command.ts';
import { LossOracle } from './loss-oracle.ts';
import { runUnder } from './run-under.ts';

const MINUTE_MS = 60_000;

type Turn = Exposure['turn'];

/** Runs a history of commands on a deployment in memory, then drives it to quiet and says what is wrong. */
export class History {
  readonly deployment: InProcessDeployment;
  readonly #losses: LossOracle;
  readonly #azure: Azure;
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler, destination: DestinationName = 'CloudTrailLake') {
    this.#scheduler = scheduler;
    this.deployment = new InProcessDeployment({
      destination,
      containers: [ACTIVITY, FLOWS],
      horizonHours: 12,
      windowBytes: 1_000,
      daysPerStep: 2,
      startAt: Date.parse('2026-11-20T22:40:00Z'),
      maxReceiveCount: 60,
    });
    this.#losses = new LossOracle(this.deployment);
    this.#azure = new Azure(this.deployment, this.#losses);
  }

  /** Everything that is wrong, in words; empty when all invariants held. */
  async run(commands: readonly Command[]): Promise<string[]> {
    const { deployment } = this;
    // What was there long before the first run goes through the lane of history.
    this.#azure.append({ subscription: 'A', hoursAgo: 60 }, [
      'good',
      'good',
      'broken',
      'good',
      'good',
      'good',
    ]);
    for (const command of commands) await this.#do(command);
    deployment.lake.faults.length = 0;
    deployment.lake.throttled.length = 0;
    deployment.bucket.faults.length = 0;
    deployment.sqs.refusals = 0;
    deployment.skewMs = 0;
    await driveToQuiet(deployment);
    return [
      ...accountAtQuiet(deployment, (life) => this.#losses.isExcused(life)),
      ...this.#losses.unreported(),
    ];
  }

  async #do(command: Command): Promise<void> {
    const { lake, ranges, sqs } = this.deployment;
    switch (command.do) {
      case 'together':
        return this.#together(command.works.map((work) => (turn) => this.#work(work, turn)));
      case 'two-processors': {
        const first = this.#sent(command.message);
        const same = this.deployment.sent.filter((body) => first !== undefined && isOfSame(body, first));
        const other = same[command.other % Math.max(1, same.length)];
        if (first === undefined || other === undefined) return;
        return this.#together([
          (turn) => this.deployment.process([receivedAgain(first)], runUnder(command.first, turn)),
          (turn) => this.deployment.process([receivedAgain(other)], runUnder(command.second, turn)),
        ]);
      }
      case 'advance':
        this.deployment.now += command.minutes * MINUTE_MS;
        return;
      case 'skew':
        this.deployment.skewMs = command.minutes * MINUTE_MS;
        return;
      case 'lose-message':
        this.#losses.lost(ranges.lose(command.message));
        return;
      case 'throttle':
        for (let request = 0; request < command.requests; request += 1)
          lake.faults.push({ kind: 'refuse', type: 'ThrottlingException' });
        return;
      case 'throttle-entries':
        for (let request = 0; request < command.requests; request += 1) lake.throttled.push(command.oneOf);
        return;
      case 'lose-answer':
        lake.faults.push({ kind: 'reset', when: 'after-storing' });
        return;
      case 'refuse-messages':
        sqs.refusals += command.messages;
        return;
      case 'append':
      case 'grow-document':
      case 'delete':
      case 'recreate':
      case 'rotate-secret':
      case 'aggregate':
      case 'process':
      case 'repeat':
        return this.#work(command, UNDISTURBED.turn);
    }
  }

  /** Runs works at once: the scheduler decides which of their calls comes next. */
  async #together(works: readonly ((turn: Turn) => Promise<unknown>)[]): Promise<void> {
    const turn: Turn = (name) => this.#scheduler.schedule(Promise.resolve(), name);
    await this.#scheduler.waitFor(Promise.all(works.map((work) => work(turn))));
    // A window that was read ahead in vain is nobody's any more, but a warm function may still wait for its answer.
    await this.#scheduler.waitIdle();
  }

  async #work(work: Change | Invocation, turn: Turn): Promise<void> {
    const { deployment } = this;
    switch (work.do) {
      case 'aggregate':
        await deployment.aggregate(work.container === 'flows' ? FLOWS : ACTIVITY, runUnder(work, turn));
        return;
      case 'process':
        await deployment.processNext(
          work.lane === 'history' ? deployment.backfill : deployment.ranges,
          runUnder(work, turn),
        );
        return;
      case 'repeat': {
        const body = this.#sent(work.message);
        if (body !== undefined) await deployment.process([receivedAgain(body)], runUnder(work, turn));
        return;
      }
      case 'append':
      case 'grow-document':
      case 'delete':
      case 'recreate':
      case 'rotate-secret':
        await turn('log-object.read');
        this.#azure.change(work);
    }
  }

  #sent(message: number): string | undefined {
    const { sent } = this.deployment;
    return sent[message % Math.max(1, sent.length)];
  }
}

function receivedAgain(body: string): ReceivedMessage {
  return { messageId: 'again', body, receiptHandle: 'none', receiveCount: 1 };
}

function isOfSame(body: string, other: string): boolean {
  const [group, otherGroup] = [body, other].map((each) => messageGroupId(readRangeMessage(each).logObject));
  return group === otherGroup;
}
