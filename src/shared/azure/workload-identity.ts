import { ClientAssertionCredential, type AccessToken } from '@azure/identity';
import { claimsOf } from '#shared/aws/assertion-claims.ts';
import type { WebIdentityTokens } from '#shared/aws/web-identity-token.ts';
import type { AccessTokens } from '#shared/collection/api-client.ts';
import { tryAzure, type AzurePatience } from './azure-tries.ts';
import { ENTRA_PATIENCE, exchangeOnce } from './entra-exchange.ts';
import { isCredentialMissing, isExpiredAssertion, toEntraError } from './entra-error.ts';
import { HeldTokens } from './held-tokens.ts';

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
 * Signs in to Entra ID as an application by the AWS role that this process has: a token that AWS signed is exchanged
 * for one of Entra, and no secret exists anywhere. One for each process, for all scopes: tokens are kept until four
 * minutes before their end, and callers side by side wait for the same one.
 */
export class WorkloadIdentity implements AccessTokens {
  readonly #application: EntraApplication;
  readonly #assertions: WebIdentityTokens;
  readonly #patience: AzurePatience;
  readonly #tokens: HeldTokens;
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
    this.#tokens = new HeldTokens((scope) => this.#ask(scope), this.#patience.now);
  }

  get clientId(): string {
    return this.#application.clientId;
  }

  /**
   * A token for `scope` (`https://graph.microsoft.com/.default`) that is good for four minutes at least. Throws an
   * ENTRA_… error, or what {@link WebIdentityTokens.current} throws; none of them holds a token.
   */
  tokenFor(scope: string): Promise<string> {
    return this.#tokens.tokenFor(scope);
  }

  /** The next token for `scope` is asked for anew, and that of AWS too: a service refused what is held. */
  forget(scope: string): void {
    this.#tokens.forget(scope);
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

  #exchange(assertion: string, scope: string): Promise<AccessToken> {
    const { tenantId, clientId, authorityHost } = this.#application;
    const { tryTimeoutMs: timeoutMs } = this.#patience;
    return exchangeOnce(
      { scope, authorityHost, timeoutMs },
      (options) => new ClientAssertionCredential(tenantId, clientId, async () => assertion, options),
    );
  }
}
