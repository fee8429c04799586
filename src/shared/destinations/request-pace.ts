/** Spreads requests evenly over time, so that all instances together keep to the account's rate. */
export class RequestPace {
  readonly #intervalMs: number;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  #nextSlot = 0;

  /** `requestsPerSecond`: this instance's share. */
  constructor(requestsPerSecond: number, now: () => number, sleep: (ms: number) => Promise<void>) {
    this.#intervalMs = 1000 / requestsPerSecond;
    this.#now = now;
    this.#sleep = sleep;
  }

  /** Resolves when the next request may be sent. */
  async turn(): Promise<void> {
    const now = this.#now();
    const slot = Math.max(now, this.#nextSlot);
    this.#nextSlot = slot + this.#intervalMs;
    if (slot > now) await this.#sleep(slot - now);
  }

  /** Leaves out slots for `ms`: everyone who asks from now on waits. */
  pause(ms: number): void {
    this.#nextSlot = Math.max(this.#nextSlot, this.#now() + ms);
  }
}
