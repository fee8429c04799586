/** A storage account by its Blob endpoint. */
export interface AccountUrl {
  /** Storage account name. */
  readonly account: string;
  /** Blob endpoint without a final slash. */
  readonly url: string;
}

const ACCOUNT = '[a-z0-9]{3,24}';

/**
 * `ACCOUNT.blob.core.windows.net`, its form in an Azure DNS zone (`ACCOUNT.z01.blob.storage.azure.net`) and those of
 * national clouds. https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
 */
const OF_HOST = new RegExp(`^(${ACCOUNT})\\.(?:z\\d+\\.)?blob\\.[a-z0-9.-]+$`);

/** `127.0.0.1:10000/ACCOUNT`: an emulator, which has no host name for each account. */
const OF_PATH = new RegExp(`^/(${ACCOUNT})$`);

function parseAccountUrl(text: string): AccountUrl | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, pathname, username, password, search, hash, origin } = new URL(text);
  // A bearer token goes over TLS only; a query may be a SAS, which is a secret in the wrong place.
  if (protocol !== 'https:' || `${username}${password}${search}${hash}` !== '') return undefined;
  const path = pathname.replace(/\/$/, '');
  const [, ofHost] = OF_HOST.exec(hostname) ?? [];
  if (ofHost !== undefined) return path === '' ? { account: ofHost, url: origin } : undefined;
  const isAddress = /^[\d.]+$/.test(hostname) || hostname === 'localhost';
  const [, ofPath] = OF_PATH.exec(path) ?? [];
  return isAddress && ofPath !== undefined ? { account: ofPath, url: `${origin}${path}` } : undefined;
}

/**
 * Reads Blob endpoints with commas between them; none of an empty text. Undefined when one of them is no Blob endpoint
 * over TLS that tells its account, or an account comes twice.
 */
export function parseAccountUrls(text: string): AccountUrl[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.join('') === '') return [];
  const urls = parts.map(parseAccountUrl).filter((url) => url !== undefined);
  const accounts = new Set(urls.map(({ account }) => account));
  return accounts.size === parts.length ? urls : undefined;
}
