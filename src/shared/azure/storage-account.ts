import type { BlobServiceClient } from '@azure/storage-blob';
import { isAccessDenied } from './azure-error.ts';
import { AZURE_PATIENCE, beforeDeadline, tryAzure, type AzurePatience } from './azure-tries.ts';
import type { Connection, SignIn } from './sign-in.ts';

/**
 * How long a credential that was renewed in vain is not renewed once more, milliseconds. While it is refused every
 * request would otherwise ask Secrets Manager or Entra, for a price, for what they just said.
 */
export const REREAD_PAUSE_MS = 5_000;

/** A storage account, signed in to when first needed, and again when its credential is refused. */
export class StorageAccount {
  readonly name: string;
  readonly #signIn: SignIn;
  readonly #patience: AzurePatience;
  /** Epoch ms of the last renewal that did not help. */
  #renewedInVainAt = Number.NEGATIVE_INFINITY;
  #renewing: Promise<boolean> | undefined;

  constructor(name: string, signIn: SignIn, patience: Partial<AzurePatience> = {}) {
    this.name = name;
    this.#signIn = signIn;
    this.#patience = { ...AZURE_PATIENCE, ...patience };
  }

  /** Host and port that requests go to; the rest of the URL may hold a SAS token. Throws as signing in does. */
  async endpoint(): Promise<string> {
    return new URL((await this.#signIn.connect()).client.url).host;
  }

  /**
   * Runs `request`, again and again while its failure may pass, as {@link tryAzure} does: it must keep to the signal and
   * read the body, if any. When Azure refuses the credential and there is a newer one by now, that is used, so that a
   * rotation needs no deployment. Throws what `request` threw last, or OUT_OF_TIME once `deadline` aborted.
   */
  async use<Result>(
    request: (client: BlobServiceClient, signal: AbortSignal) => Promise<Result>,
    deadline?: AbortSignal,
  ): Promise<Result> {
    const connection = await beforeDeadline(this.#signIn.connect(), deadline);
    const runWith = ({ client }: Connection): Promise<Result> =>
      tryAzure((signal) => request(client, signal), this.#patience, deadline);
    try {
      return await runWith(connection);
    } catch (error) {
      if (!isAccessDenied(error)) throw error;
      if (!(await beforeDeadline(this.#renewed(connection), deadline))) throw this.#signIn.explain(error);
    }
    try {
      const result = await runWith(await this.#signIn.connect());
      this.#renewedInVainAt = Number.NEGATIVE_INFINITY;
      return result;
    } catch (error) {
      throw isAccessDenied(error) ? this.#signIn.explain(error) : error;
    }
  }

  /** True when there is a newer credential than the one that was refused. */
  async #renewed(refused: Connection): Promise<boolean> {
    if ((await this.#signIn.connect()) !== refused) return true;
    // Requests that are refused side by side renew it once, and wait for that.
    if (this.#renewing !== undefined) return await this.#renewing;
    if (this.#patience.now() - this.#renewedInVainAt < REREAD_PAUSE_MS) return false;
    // In vain until shown otherwise, be it that there is no other credential or that it is refused as well.
    this.#renewedInVainAt = this.#patience.now();
    this.#renewing = this.#signIn.renew(refused).finally(() => (this.#renewing = undefined));
    return await this.#renewing;
  }
}
