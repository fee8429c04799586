/** Counts requests as the services do: at most so many in the span before each. */
export class SlidingLimit {
  readonly #requests: number;
  readonly #spanMs: number;
  readonly #now: () => number;
  #began: number[] = [];

  constructor(requests: number, spanMs: number, now: () => number) {
    this.#requests = requests;
    this.#spanMs = spanMs;
    this.#now = now;
  }

  /** Milliseconds until a request would be taken; 0 when this one is. */
  take(): number {
    const now = this.#now();
    this.#began = this.#began.filter((moment) => moment > now - this.#spanMs);
    if (this.#began.length >= this.#requests) return (this.#began[0] ?? now) + this.#spanMs - now;
    this.#began.push(now);
    return 0;
  }
}
