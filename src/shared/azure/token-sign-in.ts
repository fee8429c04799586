import { BlobServiceClient } from '@azure/storage-blob';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { AccountUrl } from './account-url.ts';
import { STORAGE_PIPELINE, type Connection, type SignIn } from './sign-in.ts';
import { STORAGE_SCOPE, type WorkloadIdentity } from './workload-identity.ts';

interface RestErrorLike {
  readonly statusCode?: number;
  readonly code?: string;
}

/** Signs in to a storage account with a token of Entra ID. */
export class TokenSignIn implements SignIn {
  readonly #identity: WorkloadIdentity;
  readonly #account: AccountUrl;
  #connected: { readonly token: string; readonly connection: Connection } | undefined;

  constructor(identity: WorkloadIdentity, account: AccountUrl) {
    this.#identity = identity;
    this.#account = account;
  }

  /** A connection holds one token: the SDK's own renewal would go on in the background, every three seconds. */
  async connect(): Promise<Connection> {
    const token = await this.#identity.tokenFor(STORAGE_SCOPE);
    if (this.#connected?.token !== token) {
      const credential = { getToken: async () => ({ token, expiresOnTimestamp: Number.POSITIVE_INFINITY }) };
      const client = new BlobServiceClient(this.#account.url, credential, STORAGE_PIPELINE);
      this.#connected = { token, connection: { client, accountName: this.#account.account } };
    }
    return this.#connected.connection;
  }

  async renew(refused: Connection): Promise<boolean> {
    // Another request may have renewed it already.
    if (this.#connected?.connection === refused) this.#identity.forget(STORAGE_SCOPE);
    return (await this.connect()) !== refused;
  }

  explain(error: unknown): unknown {
    const { statusCode, code } = error as RestErrorLike;
    const { account, url } = this.#account;
    const { clientId } = this.#identity;
    const fields = { account, clientId };
    if (statusCode === 403 && code === 'AuthorizationPermissionMismatch') {
      const what = `the application ${clientId} has no role that may read blobs of the storage account ${account} (403 ${code})`;
      return new CrosstrailError('AZURE_ROLE_MISSING', what, fields, error);
    }
    if (statusCode === 401) {
      const what = `the storage account ${account} at ${url} does not take tokens of this tenant (401 ${code ?? 'without a code'})`;
      return new CrosstrailError('AZURE_TOKEN_REFUSED', what, fields, error);
    }
    return error;
  }
}
