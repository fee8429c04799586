import { BlobServiceClient } from '@azure/storage-blob';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { STORAGE_PIPELINE, type Connection } from './sign-in.ts';

/** Connects with a connection string. Throws CONNECTION_STRING_INVALID, which says `where` it stood and not what it is. */
export function connect(connectionString: string, where: string): Connection {
  let client: BlobServiceClient;
  try {
    client = BlobServiceClient.fromConnectionString(connectionString, STORAGE_PIPELINE);
  } catch {
    // The SDK's error is not kept as the cause: it may quote the string.
    throw new CrosstrailError(
      'CONNECTION_STRING_INVALID',
      `${where} does not hold a storage account connection string (AccountName and AccountKey, or BlobEndpoint and SharedAccessSignature)`,
    );
  }
  const accountName = client.accountName || accountNameIn(connectionString, new URL(client.url).hostname);
  if (accountName === '') {
    throw new CrosstrailError(
      'CONNECTION_STRING_INVALID',
      `${where} does not say which storage account it is for: add AccountName=…; to it`,
    );
  }
  return { client, accountName };
}

/**
 * The name where the SDK finds none, which knows `ACCOUNT.blob.…` only: an endpoint in an Azure DNS zone
 * (`ACCOUNT.z01.blob.storage.azure.net`), or a domain of the customer's, which only AccountName can explain.
 * https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
 */
function accountNameIn(connectionString: string, host: string): string {
  const [, given] = /(?:^|;)\s*AccountName=([a-z0-9]{3,24})\s*(?:;|$)/i.exec(connectionString) ?? [];
  const [, ofZone] = /^([a-z0-9]{3,24})\.z\d+\.blob\./.exec(host) ?? [];
  return given ?? ofZone ?? '';
}

/**
 * The connection strings in the text of a secret: one on each line, or JSON with one in each text member (which is how
 * the console's key/value form stores them). Throws CONNECTION_STRING_INVALID, which repeats nothing.
 */
export function connectionStringsIn(secret: string, secretId: string): string[] {
  const text = secret.trim();
  if (!text.startsWith('{')) return trimmed(text.split('\n'));
  let members: unknown[] = [];
  try {
    members = Object.values(JSON.parse(text) as Record<string, unknown>);
  } catch {
    // Falls through to the error below: what cannot be parsed must not be quoted.
  }
  const strings = trimmed(members.filter((member) => typeof member === 'string'));
  if (strings.length > 0) return strings;
  throw new CrosstrailError(
    'CONNECTION_STRING_INVALID',
    `secret ${secretId} looks like JSON, but is not an object with a connection string in a text member`,
  );
}

function trimmed(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}
