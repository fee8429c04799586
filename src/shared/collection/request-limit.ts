/** Lets at most so many requests begin in any span of time: what an API allows an app in a tenant. */
export class RequestLimit {
  readonly #requests: number;
  readonly #spanMs: number;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<unknown>;
  /** When the last requests began, as many as the span may hold. */
  readonly #began: number[] = [];
  #notBefore = 0;
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(
    { requests, spanMs }: { readonly requests: number; readonly spanMs: number },
    now: () => number,
    sleep: (ms: number) => Promise<unknown>,
  ) {
    this.#requests = requests;
    this.#spanMs = spanMs;
    this.#now = now;
    this.#sleep = sleep;
  }

  /** Resolves when the next request may begin, in the order of asking. */
  turn(): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(() => this.#wait());
    return this.#lastTurn;
  }

  /** Nobody's turn comes for `ms`. */
  pause(ms: number): void {
    this.#notBefore = Math.max(this.#notBefore, this.#now() + ms);
  }

  async #wait(): Promise<void> {
    for (;;) {
      const [oldest] = this.#began.length < this.#requests ? [] : this.#began;
      const allowed = Math.max(this.#notBefore, oldest === undefined ? 0 : oldest + this.#spanMs);
      const early = allowed - this.#now();
      if (early <= 0) break;
      // Timers cut fractions off, and would be early. Asked again, because a pause may have begun meanwhile.
      await this.#sleep(Math.ceil(early));
    }
    this.#began.push(this.#now());
    if (this.#began.length > this.#requests) this.#began.shift();
  }
}
