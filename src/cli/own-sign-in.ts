import { DefaultAzureCredential } from '@azure/identity';
import type { AccessTokens } from '#shared/collection/api-client.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** A token is asked for anew when it has less left than this, milliseconds. */
const MARGIN_MS = 120_000;

/**
 * The user's own sign-in: what `az login` left, or the variables that Azure's tools read (AZURE_CLIENT_ID,
 * AZURE_TENANT_ID, AZURE_CLIENT_SECRET and their like); CROSSTRAIL_ACCESS_TOKEN for a token that one has already.
 * https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains
 */
export class OwnSignIn implements AccessTokens {
  readonly #given: string | undefined;
  readonly #credential: DefaultAzureCredential | undefined;
  readonly #tokens = new Map<string, { readonly token: string; readonly expiresOnTimestamp: number }>();

  constructor(environment: Readonly<Record<string, string | undefined>>, tenant: string | undefined) {
    this.#given = environment['CROSSTRAIL_ACCESS_TOKEN'];
    if (this.#given === undefined)
      this.#credential = new DefaultAzureCredential(tenant === undefined ? {} : { tenantId: tenant });
  }

  async tokenFor(scope: string): Promise<string> {
    if (this.#given !== undefined) return this.#given;
    const known = this.#tokens.get(scope);
    if (known !== undefined && known.expiresOnTimestamp - MARGIN_MS > Date.now()) return known.token;
    try {
      const got = await this.#credential?.getToken(scope);
      if (got === undefined) throw new Error('no credential gave a token');
      this.#tokens.set(scope, got);
      return got.token;
    } catch (error) {
      throw new CrosstrailError('SIGN_IN_FAILED', `no token for ${scope}`, { scope }, error);
    }
  }

  forget(scope: string): void {
    this.#tokens.delete(scope);
  }

  /** The tenant that a token is of; undefined when it does not say so. */
  async tenantOf(scope: string): Promise<string | undefined> {
    const [, payload = ''] = (await this.tokenFor(scope)).split('.');
    try {
      const { tid } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { tid?: unknown };
      return typeof tid === 'string' ? tid : undefined;
    } catch {
      return undefined;
    }
  }
}
