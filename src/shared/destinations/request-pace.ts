/** Spreads requests evenly over time, so that all instances together keep to the account's rate. */
export class RequestPace {
  readonly #perSecond: number;
  readonly #intervalMs: number;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  /** When the next turn is due. */
  #nextSlot = 0;
  /** When the last turns really came, as many as one second may hold. */
  readonly #came: number[] = [];
  #lastTurn: Promise<void> = Promise.resolve();

  /** `requestsPerSecond`: this instance's share, a whole number. */
  constructor(requestsPerSecond: number, now: () => number, sleep: (ms: number) => Promise<void>) {
    this.#perSecond = requestsPerSecond;
    this.#intervalMs = 1000 / requestsPerSecond;
    this.#now = now;
    this.#sleep = sleep;
  }

  /**
   * Resolves when the next request may be sent, in the order of asking. Timers are late while records are mapped: turns
   * that were due meanwhile are made up for, yet no second, wherever it begins, holds more of them than the share.
   */
  turn(): Promise<void> {
    const asked = this.#now();
    this.#lastTurn = this.#lastTurn.then(() => this.#wait(asked));
    return this.#lastTurn;
  }

  async #wait(asked: number): Promise<void> {
    const due = Math.max(asked, this.#nextSlot);
    const [oldest] = this.#came.length < this.#perSecond ? [] : this.#came;
    const allowed = oldest === undefined ? due : Math.max(due, oldest + 1000);
    const early = allowed - this.#now();
    // Timers cut fractions off, and would be early.
    if (early > 0) await this.#sleep(Math.ceil(early));
    this.#came.push(Math.max(allowed, this.#now()));
    if (this.#came.length > this.#perSecond) this.#came.shift();
    this.#nextSlot = Math.max(this.#nextSlot, due + this.#intervalMs);
  }

  /** Leaves out slots for `ms`: everyone waits, but for the one whose timer runs. */
  pause(ms: number): void {
    this.#nextSlot = Math.max(this.#nextSlot, this.#now() + ms);
  }
}
