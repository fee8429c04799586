import type { AccessToken } from '@azure/identity';

/**
 * What is left of a token's time when it is no longer handed out, milliseconds: more than the tries of one request to
 * Azure take, and less than the five minutes at which MSAL itself asks for a new one.
 */
const SPARE_MS = 240_000;

/** Tokens by scope, each kept until four minutes before its end; callers side by side wait for the same one. */
export class HeldTokens {
  readonly #ask: (scope: string) => Promise<AccessToken>;
  readonly #now: () => number;
  readonly #held = new Map<string, AccessToken>();
  readonly #asking = new Map<string, Promise<AccessToken>>();

  /** `ask` gets a new token; `now`: epoch ms. */
  constructor(ask: (scope: string) => Promise<AccessToken>, now: () => number) {
    this.#ask = ask;
    this.#now = now;
  }

  /** A token that is good for four minutes at least. Throws what asking throws. */
  async tokenFor(scope: string): Promise<string> {
    const held = this.#held.get(scope);
    if (held !== undefined && this.#now() < held.expiresOnTimestamp - SPARE_MS) return held.token;
    let asking = this.#asking.get(scope);
    if (asking === undefined) {
      asking = this.#ask(scope).finally(() => this.#asking.delete(scope));
      this.#asking.set(scope, asking);
    }
    const got = await asking;
    this.#held.set(scope, got);
    return got.token;
  }

  forget(scope: string): void {
    this.#held.delete(scope);
  }
}
