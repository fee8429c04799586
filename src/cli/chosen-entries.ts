import { covers, entryText, parseContainerEntry, type ContainerEntry } from '#shared/azure/place.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/**
 * The configured entries that `--container` means: all without it, those of a container, or one account's. Throws
 * CONTAINER_UNKNOWN when it means none of them.
 */
export function chosenEntries(
  only: string | undefined,
  configured: readonly ContainerEntry[],
): readonly ContainerEntry[] {
  if (only === undefined) return configured;
  const entry = parseContainerEntry(only);
  const { account, container = '' } = entry ?? {};
  if (account !== undefined && covers(configured, { account, container })) return [{ account, container }];
  const chosen = account === undefined ? configured.filter((each) => each.container === container) : [];
  if (chosen.length > 0) return chosen;
  const what =
    configured.length === 0
      ? `--container ${only} is no container: none is configured`
      : `--container ${only} is none of ${configured.map(entryText).join(', ')}`;
  throw new CrosstrailError('CONTAINER_UNKNOWN', what);
}
