/** A clock that moves when everyone sleeps, from one wake-up to the next. */
export class VirtualTime {
  /** Milliseconds. */
  now = 0;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  readonly #lateness: () => number;

  /** `lateness`: milliseconds by which a sleep is longer than asked for. */
  constructor(lateness: () => number = () => 0) {
    this.#lateness = lateness;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ at: this.now + ms + this.#lateness(), wake }));
  }

  /** Lets time pass until `end`, or until nobody sleeps any more. */
  async run(end: number): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      const next = Math.min(...this.#sleepers.map(({ at }) => at));
      if (next > end) return;
      this.now = Math.max(this.now, next);
      const [woken] = this.#sleepers.splice(
        this.#sleepers.findIndex(({ at }) => at === next),
        1,
      );
      woken?.wake();
    }
  }
}

/** Most moments that lie in one second, wherever it begins. */
export function mostInASecond(moments: readonly number[]): number {
  const sorted = [...moments].sort((one, other) => one - other);
  let most = 0;
  let first = 0;
  for (const [index, moment] of sorted.entries()) {
    while (moment - (sorted[first] ?? 0) >= 1_000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** Numbers from 0 up to 1 that are the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
