import { CrosstrailError, isCrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { AzureLogObjectListing, type LogObjectListing } from './log-object-listing.ts';
import { entryText, placesOf, type ContainerEntry } from './place.ts';
import type { StorageAccounts } from './storage-accounts.ts';

/** What became of the work at a place. `account` is undefined when the accounts are not known. */
export type PlaceOutcome<Result> =
  | { readonly kind: 'done'; readonly account: string; readonly container: string; readonly result: Result }
  | {
      readonly kind: 'failed';
      readonly account: string | undefined;
      readonly container: string;
      readonly error: unknown;
    }
  /** The container is in another account, and never was in this one. */
  | { readonly kind: 'absent'; readonly account: string; readonly container: string };

/** Where the work goes, and what it is. */
export interface WorkAtPlaces<Result> {
  readonly accounts: StorageAccounts;
  readonly entries: readonly ContainerEntry[];
  /** True when a container of that account was read before, so that its absence is a loss. */
  readonly wasRead: (account: string, container: string) => Promise<boolean>;
  readonly work: (listing: LogObjectListing, container: string) => Promise<Result>;
}

/**
 * Does the work at each place that the entries mean, one after another, and tells what became of it: one that fails
 * stops no other. An entry without an account is looked for in every account; that some do not have it is no failure,
 * that none has it is one for each.
 */
export async function* atEachPlace<Result>({
  accounts,
  entries,
  wasRead,
  work,
}: WorkAtPlaces<Result>): AsyncGenerator<PlaceOutcome<Result>> {
  const seen = new Set<string>();
  for (const entry of entries) {
    const { container } = entry;
    const missing: { readonly account: string; readonly error: unknown }[] = [];
    let isFound = false;
    try {
      const listings = (await accounts.all()).map((account) => new AzureLogObjectListing(account));
      const names = listings.map(({ account }) => account);
      const places = placesOf(entry, names);
      if (places.length === 0) throw accountUnknown(entry, names);
      for (const listing of listings) {
        const { account } = listing;
        const key = `${account}/${container}`;
        if (!places.some((place) => place.account === account) || seen.has(key)) continue;
        seen.add(key);
        try {
          const result = await work(listing, container);
          isFound = true;
          yield { kind: 'done', account, container, result };
        } catch (error) {
          if (isCrosstrailError(error, 'CONTAINER_NOT_FOUND')) missing.push({ account, error });
          else yield { kind: 'failed', account, container, error };
        }
      }
    } catch (error) {
      yield { kind: 'failed', account: entry.account, container, error };
    }
    for (const { account, error } of missing) {
      let isLoss: boolean;
      try {
        isLoss = !isFound || (await wasRead(account, container));
      } catch (failure) {
        yield { kind: 'failed', account, container, error: failure };
        continue;
      }
      yield isLoss ? { kind: 'failed', account, container, error } : { kind: 'absent', account, container };
    }
  }
}

function accountUnknown(entry: ContainerEntry, names: readonly string[]): CrosstrailError {
  const what = `${entryText(entry)} names none of the storage accounts ${names.join(', ')}`;
  return new CrosstrailError('STORAGE_ACCOUNT_UNKNOWN', what, { ...entry });
}
