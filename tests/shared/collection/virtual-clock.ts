/** Time that passes only while somebody sleeps: a day of throttles and retries is over in a second. */
export class VirtualClock {
  now: number;

  constructor(startAt: number) {
    this.now = startAt;
  }

  readonly read = (): number => this.now;

  readonly sleep = async (ms: number): Promise<void> => {
    this.now += ms;
  };
}

/** Numbers from 0 up to 1, the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
