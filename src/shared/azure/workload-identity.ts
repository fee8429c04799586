import { ClientAssertionCredential, type AccessToken } from '@azure/identity';
import { claimsOf } from '#shared/aws/assertion-claims.ts';
import type { WebIdentityTokens } from '#shared/aws/web-identity-token.ts';
import type { AccessTokens } from '#shared/collection/api-client.ts';
import { AZURE_PATIENCE, tryAzure, type AzurePatience } from './azure-tries.ts';
import { noteFailures } from './entra-answer.ts';
import { isCredentialMissing, isExpiredAssertion, toEntraError } from './entra-error.ts';

/** The application of an Entra tenant that the AWS role signs in as. */
export interface EntraApplication {
  readonly tenantId: string;
  readonly clientId: string;
  /** `https://login.microsoftonline.com`, or the host of a national cloud. */
  readonly authorityHost: string;
}

/** Scopes of the services that are signed in to. */
export const STORAGE_SCOPE = 'https://storage.azure.com/.default';

/**
 * Three tries of 5 s: signing in precedes reading, and must not use up the time that an invocation keeps for settling.
 */
const ENTRA_PATIENCE: AzurePatience = {
  ...AZURE_PATIENCE,
  tries: 3,
  tryTimeoutMs: 5_000,
  longestRetryAfterMs: 5_000,
};

/**
 * What is left of a token's time when it is no longer handed out, milliseconds: more than the tries of one request to
 * Azure take, and less than the five minutes at which MSAL itself asks for a new one.
 */
const SPARE_MS = 240_000;

/**
 * Signs in to Entra ID as an application by the AWS role that this process has: a token that AWS signed is exchanged
 * for one of Entra, and no secret exists anywhere. One for each process, for all scopes: tokens are kept until four
 * minutes before their end, and callers side by side wait for the same one.
 */
export class WorkloadIdentity implements AccessTokens {
  readonly #application: EntraApplication;
  readonly #assertions: WebIdentityTokens;
  readonly #patience: AzurePatience;
  readonly #held = new Map<string, AccessToken>();
  readonly #asking = new Map<string, Promise<AccessToken>>();
  /** Epoch ms of the first sign-in since the last good one for which no federated credential matched. */
  #missingSince: number | undefined;

  constructor(
    application: EntraApplication,
    assertions: WebIdentityTokens,
    patience: Partial<AzurePatience> = {},
  ) {
    this.#application = application;
    this.#assertions = assertions;
    this.#patience = { ...ENTRA_PATIENCE, ...patience };
  }

  get clientId(): string {
    return this.#application.clientId;
  }

  /**
   * A token for `scope` (`https://graph.microsoft.com/.default`) that is good for four minutes at least. Throws an
   * ENTRA_… error, or what {@link WebIdentityTokens.current} throws; none of them holds a token.
   */
  async tokenFor(scope: string): Promise<string> {
    const held = this.#held.get(scope);
    if (held !== undefined && this.#patience.now() < held.expiresOnTimestamp - SPARE_MS) return held.token;
    let asking = this.#asking.get(scope);
    if (asking === undefined) {
      asking = this.#ask(scope).finally(() => this.#asking.delete(scope));
      this.#asking.set(scope, asking);
    }
    const got = await asking;
    this.#held.set(scope, got);
    return got.token;
  }

  /** The next token for `scope` is asked for anew, and that of AWS too: a service refused what is held. */
  forget(scope: string): void {
    this.#held.delete(scope);
    this.#assertions.forget();
  }

  async #ask(scope: string, isRepeat = false): Promise<AccessToken> {
    const assertion = await this.#assertions.current();
    try {
      const token = await tryAzure(() => this.#exchange(assertion, scope), this.#patience);
      this.#missingSince = undefined;
      return token;
    } catch (error) {
      if (isExpiredAssertion(error) && !isRepeat) {
        this.#assertions.forget();
        return await this.#ask(scope, true);
      }
      const now = this.#patience.now();
      if (isCredentialMissing(error)) this.#missingSince ??= now;
      const attempt = { ...this.#application, scope, claims: claimsOf(assertion) };
      throw toEntraError(error, attempt, now - (this.#missingSince ?? now));
    }
  }

  async #exchange(assertion: string, scope: string): Promise<AccessToken> {
    const { tenantId, clientId, authorityHost } = this.#application;
    const failures: unknown[] = [];
    const note = noteFailures(this.#patience.tryTimeoutMs, (failure) => failures.push(failure));
    // A credential for each exchange: MSAL's own cache would give a token again that was refused.
    const credential = new ClientAssertionCredential(tenantId, clientId, async () => assertion, {
      authorityHost,
      // Whether the host is one of Microsoft's is for the setting to say; nothing else is asked.
      disableInstanceDiscovery: true,
      retryOptions: { maxRetries: 0 },
      userAgentOptions: { userAgentPrefix: 'crosstrail' },
      additionalPolicies: [{ policy: note, position: 'perCall' }],
    });
    try {
      return await credential.getToken(scope);
    } catch (error) {
      throw failures.at(-1) ?? error;
    }
  }
}
