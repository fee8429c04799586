import { atEachPlace, type PlaceOutcome } from '#shared/azure/at-each-place.ts';
import { parseContainerEntry, type ContainerEntry } from '#shared/azure/place.ts';
import { SecretAccounts } from '#shared/azure/secret-accounts.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

function accountsNamed(names: readonly string[]): SecretAccounts {
  const read = async (): Promise<string[]> =>
    names.map(
      (name) =>
        `DefaultEndpointsProtocol=https;AccountName=${name};AccountKey=a2V5;EndpointSuffix=core.windows.net`,
    );
  return new SecretAccounts({ secretId: 's', read });
}

interface World {
  readonly accounts?: readonly string[];
  /** What is there, as `account/container`. */
  readonly there: readonly string[];
  readonly failing?: readonly string[];
  readonly wasRead?: readonly string[];
}

/** What became of each place, as `outcome account/container`. */
async function outcomes(entries: string, world: World): Promise<string[]> {
  const { accounts = ['one', 'two'], there, failing = [], wasRead = [] } = world;
  const told: string[] = [];
  const work = atEachPlace({
    accounts: accountsNamed(accounts),
    entries: entries.split(',').map((text) => parseContainerEntry(text) as ContainerEntry),
    wasRead: async (account, container) => wasRead.includes(`${account}/${container}`),
    work: async ({ account }, container) => {
      const place = `${account}/${container}`;
      if (failing.includes(place)) throw new CrosstrailError('AZURE_UNREACHABLE', place);
      if (!there.includes(place)) throw new CrosstrailError('CONTAINER_NOT_FOUND', place);
    },
  });
  for await (const outcome of work) told.push(`${tell(outcome)} ${outcome.account}/${outcome.container}`);
  return told;
}

function tell(outcome: PlaceOutcome<void>): string {
  return outcome.kind === 'failed' ? (outcome.error as CrosstrailError).code : outcome.kind;
}

it('a container is looked for in every account, or in the one that is named', async () => {
  expect(
    await outcomes('logs,two/more', { there: ['one/logs', 'two/logs', 'one/more', 'two/more'] }),
  ).toEqual(['done one/logs', 'done two/logs', 'done two/more']);
});

it('a place that two entries mean is worked at once', async () => {
  expect(await outcomes('logs,one/logs', { there: ['one/logs', 'two/logs'] })).toEqual([
    'done one/logs',
    'done two/logs',
  ]);
});

it('one that fails stops no other', async () => {
  expect(await outcomes('logs', { there: ['one/logs', 'two/logs'], failing: ['one/logs'] })).toEqual([
    'AZURE_UNREACHABLE one/logs',
    'done two/logs',
  ]);
});

describe('a container that is not there', () => {
  it('is no failure where another account has it and it was never read', async () => {
    expect(await outcomes('logs', { there: ['two/logs'] })).toEqual(['done two/logs', 'absent one/logs']);
  });

  it('is a loss where it was read before', async () => {
    expect(await outcomes('logs', { there: ['two/logs'], wasRead: ['one/logs'] })).toEqual([
      'done two/logs',
      'CONTAINER_NOT_FOUND one/logs',
    ]);
  });

  it('is a failure of each account when none has it', async () => {
    expect(await outcomes('logs', { there: [] })).toEqual([
      'CONTAINER_NOT_FOUND one/logs',
      'CONTAINER_NOT_FOUND two/logs',
    ]);
  });

  it('is a failure in the account that was named for it', async () => {
    expect(await outcomes('one/logs', { there: ['two/logs'] })).toEqual(['CONTAINER_NOT_FOUND one/logs']);
  });
});

it('an entry that names no account of the deployment is a failure, and stops no other', async () => {
  expect(await outcomes('three/logs,one/logs', { there: ['one/logs'] })).toEqual([
    'STORAGE_ACCOUNT_UNKNOWN three/logs',
    'done one/logs',
  ]);
});

it('while the accounts are not known every entry fails with the reason', async () => {
  expect(await outcomes('logs,one/more', { accounts: ['one', 'one'], there: [] })).toEqual([
    'CONNECTION_STRING_INVALID undefined/logs',
    'CONNECTION_STRING_INVALID one/more',
  ]);
});
