/** A call that leaves a function: what a crash or a fault can fall on. */
export type BoundaryCall =
  | 'secret.read'
  | 'listing.level'
  | 'listing.below'
  | 'log-object.read'
  | 'checkpoint.read'
  | 'checkpoint.query'
  | 'checkpoint.write'
  | 'watermark.read'
  | 'watermark.write'
  | 'range.send'
  | 'range.delay'
  | 'range.delete'
  | 'reject.send'
  | 'events.put'
  | 'rows.put';

/** What becomes of a call, `before` its effect or `after` it: the function dies, or sees an error. */
export interface Fate {
  readonly when: 'before' | 'after';
  /** Undefined: the function dies. */
  readonly error: Error | undefined;
}

/** What one invocation is exposed to. */
export interface Exposure {
  /** Asked once for each call, in order. */
  fateOf(this: void, name: BoundaryCall): Fate | undefined;
  /** Resolves when a call may go on, so that a test can interleave invocations. */
  turn(this: void, name: BoundaryCall): Promise<void>;
}

export const UNDISTURBED: Exposure = { fateOf: () => undefined, turn: async () => undefined };

/** Where in-process components meet the function that calls them. */
export interface Boundary {
  /** Runs an effect, which is atomic, and gives its answer, unless its fate is another. */
  call<Answer>(name: BoundaryCall, effect: () => Answer): Promise<Answer>;
}

/** What the code of a dead function sees. */
export class Crash extends Error {}

/** One execution environment of a Lambda. It dies as a whole: what its code still does has no effect. */
export class Instance implements Boundary {
  #dead = false;
  #exposure = UNDISTURBED;

  get dead(): boolean {
    return this.#dead;
  }

  /** Starts an invocation. */
  begin(exposure: Exposure): void {
    this.#exposure = exposure;
  }

  async call<Answer>(name: BoundaryCall, effect: () => Answer): Promise<Answer> {
    if (!this.#dead) await this.#exposure.turn(name);
    // Asked again: a neighbour in the same function may have died while this call waited.
    if (this.#dead) throw new Crash(name);
    const fate = this.#exposure.fateOf(name);
    if (fate?.when === 'before') this.#meet(fate, name);
    const answer = effect();
    if (fate?.when === 'after') this.#meet(fate, name);
    return answer;
  }

  #meet({ error }: Fate, name: BoundaryCall): never {
    if (error !== undefined) throw error;
    this.#dead = true;
    throw new Crash(name);
  }
}
