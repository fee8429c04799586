import { setImmediate as microtasksDone } from 'node:timers/promises';
import type { Exposure } from './instance.ts';

type Turn = Exposure['turn'];

/** Works that overlap, and what is wrong when all have ended. */
export interface Overlap {
  readonly works: readonly ((turn: Turn) => Promise<unknown>)[];
  readonly account: () => Promise<string[]>;
}

/** Lets works go on one call at a time; the choices say which of those that wait. */
class Turns {
  /** For each choice that was made: which of how many. */
  readonly made: { chosen: number; of: number }[] = [];
  readonly #choices: readonly number[];
  readonly #waiting: (() => void)[][];

  constructor(works: number, choices: readonly number[]) {
    this.#choices = choices;
    this.#waiting = Array.from({ length: works }, () => []);
  }

  of(work: number): Turn {
    return () => new Promise((resolve) => this.#waiting[work]?.push(resolve));
  }

  /** Gives turns until no work waits for one. */
  async give(): Promise<void> {
    for (;;) {
      await microtasksDone();
      const ready = this.#waiting.filter((calls) => calls.length > 0);
      if (ready.length === 0) return;
      const chosen = this.#choices[this.made.length] ?? 0;
      if (ready.length > 1) this.made.push({ chosen, of: ready.length });
      ready[ready.length > 1 ? chosen : 0]?.shift()?.();
    }
  }
}

/**
 * Runs works in every order of their calls, each time from the start: the calls of one work keep their order among
 * themselves. Gives the number of orders and everything that was wrong in any.
 */
export async function everyOrder(
  begin: () => Promise<Overlap>,
): Promise<{ orders: number; found: string[] }> {
  const found = new Set<string>();
  let choices: number[] | undefined = [];
  let orders = 0;
  while (choices !== undefined) {
    const { works, account } = await begin();
    const turns = new Turns(works.length, choices);
    const ended = Promise.all(works.map((work, index) => work(turns.of(index))));
    await turns.give();
    await ended;
    for (const what of await account()) found.add(what);
    orders += 1;
    choices = nextChoices(turns.made);
  }
  return { orders, found: [...found] };
}

/** The next choices in depth-first order; undefined when there are no more. */
function nextChoices(made: readonly { chosen: number; of: number }[]): number[] | undefined {
  const last = made.findLastIndex(({ chosen, of }) => chosen + 1 < of);
  const changed = made[last];
  if (changed === undefined) return undefined;
  return [...made.slice(0, last).map(({ chosen }) => chosen), changed.chosen + 1];
}
