/** An entry of the configured containers: looked for in one storage account or, without one, in every. */
export interface ContainerEntry {
  readonly account?: string;
  readonly container: string;
}

/** A container of a storage account. */
export interface Place {
  readonly account: string;
  readonly container: string;
}

/** https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const CONTAINER = /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
/** https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name */
const ACCOUNT = /^[a-z0-9]{3,24}$/;

/** Reads `container` or `account/container`; undefined for anything else. */
export function parseContainerEntry(text: string): ContainerEntry | undefined {
  const [container = '', account, ...more] = text.split('/').toReversed();
  if (!CONTAINER.test(container) || more.length > 0) return undefined;
  if (account === undefined) return { container };
  return ACCOUNT.test(account) ? { account, container } : undefined;
}

/** The entry as a person writes it. */
export function entryText({ account, container }: ContainerEntry): string {
  return account === undefined ? container : `${account}/${container}`;
}

/** True when one of the entries means this place. */
export function covers(entries: readonly ContainerEntry[], { account, container }: Place): boolean {
  return entries.some(
    (entry) => entry.container === container && (entry.account === undefined || entry.account === account),
  );
}

/** The places that an entry means among these storage accounts. */
export function placesOf({ account, container }: ContainerEntry, accounts: readonly string[]): Place[] {
  return accounts
    .filter((name) => account === undefined || account === name)
    .map((name) => ({ account: name, container }));
}
