import { isDeepStrictEqual } from 'node:util';
import { ClientCertificateCredential, ClientSecretCredential, type AccessToken } from '@azure/identity';
import type { AccessTokens } from '#shared/collection/api-client.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { ApplicationSecret, ApplicationSecretSource } from './application-secret.ts';
import { AZURE_PATIENCE, tryAzure, type AzurePatience } from './azure-tries.ts';
import { EntraAnswer, noteFailures } from './entra-answer.ts';
import { toEntraError } from './entra-error.ts';
import type { EntraApplication } from './workload-identity.ts';

/** Three tries of 5 s, as the workload identity has them. */
const ENTRA_PATIENCE: AzurePatience = {
  ...AZURE_PATIENCE,
  tries: 3,
  tryTimeoutMs: 5_000,
  longestRetryAfterMs: 5_000,
};

/** What is left of a token's time when it is no longer handed out, milliseconds. */
const SPARE_MS = 240_000;

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
  readonly #held = new Map<string, AccessToken>();
  readonly #asking = new Map<string, Promise<AccessToken>>();
  #secret: ApplicationSecret | undefined;

  constructor(
    application: EntraApplication,
    source: ApplicationSecretSource,
    patience: Partial<AzurePatience> = {},
  ) {
    this.#application = application;
    this.#source = source;
    this.#patience = { ...ENTRA_PATIENCE, ...patience };
  }

  /** Throws an ENTRA_… error, or what reading the secret throws; none of them holds a token or a secret. */
  async tokenFor(scope: string): Promise<string> {
    const held = this.#held.get(scope);
    if (held !== undefined && this.#patience.now() < held.expiresOnTimestamp - SPARE_MS) return held.token;
    let asking = this.#asking.get(scope);
    if (asking === undefined) {
      asking = this.#ask(scope).finally(() => this.#asking.delete(scope));
      this.#asking.set(scope, asking);
    }
    const token = await asking;
    this.#held.set(scope, token);
    return token.token;
  }

  forget(scope: string): void {
    this.#held.delete(scope);
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

  async #exchange(secret: ApplicationSecret, scope: string): Promise<AccessToken> {
    const { tenantId, clientId, authorityHost } = this.#application;
    const failures: unknown[] = [];
    const note = noteFailures(this.#patience.tryTimeoutMs, (failure) => failures.push(failure));
    const options = {
      authorityHost,
      disableInstanceDiscovery: true,
      retryOptions: { maxRetries: 0 },
      userAgentOptions: { userAgentPrefix: 'crosstrail' },
      additionalPolicies: [{ policy: note, position: 'perCall' as const }],
    };
    const credential =
      secret.kind === 'clientSecret'
        ? new ClientSecretCredential(tenantId, clientId, secret.clientSecret, options)
        : new ClientCertificateCredential(tenantId, clientId, { certificate: secret.certificate }, options);
    try {
      return await credential.getToken(scope);
    } catch (error) {
      throw failures.at(-1) ?? error;
    }
  }
}

function isSecretRefused(error: unknown): error is EntraAnswer {
  return error instanceof EntraAnswer && error.numbers.some((number) => SECRET_REFUSED.has(number));
}
