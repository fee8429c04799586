import { isDeepStrictEqual } from 'node:util';
import { ClientCertificateCredential, ClientSecretCredential, type AccessToken } from '@azure/identity';
import type { AccessTokens } from '#shared/collection/api-client.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { ApplicationSecret, ApplicationSecretSource } from './application-secret.ts';
import { tryAzure, type AzurePatience } from './azure-tries.ts';
import { EntraAnswer } from './entra-answer.ts';
import { toEntraError } from './entra-error.ts';
import { ENTRA_PATIENCE, exchangeOnce } from './entra-exchange.ts';
import { HeldTokens } from './held-tokens.ts';
import type { EntraApplication } from './workload-identity.ts';

/**
 * The secret is wrong (7000215), over (7000222), or its certificate is not registered (700027, 7000277).
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const SECRET_REFUSED: ReadonlySet<number> = new Set([7000215, 7000222, 700027, 7000277]);

/** Signs in to Entra ID with a secret of the application, which is read again when it is refused: a rotation needs no deployment. */
export class SecretApplication implements AccessTokens {
  readonly #application: EntraApplication;
  readonly #source: ApplicationSecretSource;
  readonly #patience: AzurePatience;
  readonly #tokens: HeldTokens;
  #secret: ApplicationSecret | undefined;

  constructor(
    application: EntraApplication,
    source: ApplicationSecretSource,
    patience: Partial<AzurePatience> = {},
  ) {
    this.#application = application;
    this.#source = source;
    this.#patience = { ...ENTRA_PATIENCE, ...patience };
    this.#tokens = new HeldTokens((scope) => this.#ask(scope), this.#patience.now);
  }

  /** Throws an ENTRA_… error, or what reading the secret throws; none of them holds a token or a secret. */
  tokenFor(scope: string): Promise<string> {
    return this.#tokens.tokenFor(scope);
  }

  forget(scope: string): void {
    this.#tokens.forget(scope);
  }

  async #ask(scope: string): Promise<AccessToken> {
    const secret = (this.#secret ??= await this.#source.read());
    try {
      return await tryAzure(() => this.#exchange(secret, scope), this.#patience);
    } catch (error) {
      if (!isSecretRefused(error)) throw toEntraError(error, { ...this.#application, scope }, 0);
      const renewed = await this.#source.read();
      if (isDeepStrictEqual(renewed, secret)) throw this.#refused(error);
      this.#secret = renewed;
      return await this.#ask(scope);
    }
  }

  #refused(cause: EntraAnswer): CrosstrailError {
    const { clientId, tenantId } = this.#application;
    const numbers = cause.numbers.map((number) => `AADSTS${number}`).join(' ');
    const what = `Entra ID refused the secret of the application ${clientId} in tenant ${tenantId} (${numbers})`;
    return new CrosstrailError('ENTRA_SECRET_REFUSED', what, { clientId, tenantId }, cause);
  }

  #exchange(secret: ApplicationSecret, scope: string): Promise<AccessToken> {
    const { tenantId, clientId, authorityHost } = this.#application;
    const { tryTimeoutMs: timeoutMs } = this.#patience;
    return exchangeOnce({ scope, authorityHost, timeoutMs }, (options) =>
      secret.kind === 'clientSecret'
        ? new ClientSecretCredential(tenantId, clientId, secret.clientSecret, options)
        : new ClientCertificateCredential(tenantId, clientId, { certificate: secret.certificate }, options),
    );
  }
}

function isSecretRefused(error: unknown): error is EntraAnswer {
  return error instanceof EntraAnswer && error.numbers.some((number) => SECRET_REFUSED.has(number));
}
