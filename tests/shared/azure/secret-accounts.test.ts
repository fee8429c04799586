import { connectionStringsIn } from '#shared/azure/connection-string.ts';
import { SECRET_LIFETIME_MS, SecretAccounts } from '#shared/azure/secret-accounts.ts';
import { REREAD_PAUSE_MS } from '#shared/azure/storage-account.ts';

function connectionString(account: string, key = 'a2V5'): string {
  return `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${key};EndpointSuffix=core.windows.net`;
}

const [FIRST, SECOND, THIRD] = [
  connectionString('first'),
  connectionString('second'),
  connectionString('third'),
];

/** The accounts of a secret that a test changes, with a clock that it moves. */
function start(secret: string) {
  const world = { secret, now: 1_000_000, reads: 0 };
  const accounts = new SecretAccounts(
    {
      secretId: 'crosstrail/azure',
      read: async () => {
        world.reads += 1;
        return connectionStringsIn(world.secret, 'crosstrail/azure');
      },
    },
    { now: () => world.now, sleep: async () => undefined },
  );
  const names = async (): Promise<string[]> => (await accounts.all()).map(({ name }) => name);
  return { world, accounts, names };
}

describe('the accounts of a secret', () => {
  it.each([
    ['one connection string', `${FIRST}\n`, ['first']],
    ['one on each line', `${FIRST}\r\n\n  ${SECOND} \n`, ['first', 'second']],
    ['JSON with one text member', JSON.stringify({ connection: FIRST }), ['first']],
    ['JSON with several', JSON.stringify({ a: SECOND, b: FIRST, version: 2 }), ['second', 'first']],
  ])('are those of %s, in order', async (_, secret, expected) => {
    expect(await start(secret).names()).toEqual(expected);
  });

  it.each([
    ['the entry that is no connection string', `${FIRST}\nhunter2`, 'entry 2 of 2'],
    [
      'an account that comes twice',
      `${FIRST}\n${connectionString('first', 'aHVudGVyMg==')}`,
      'two connection strings for the storage account first',
    ],
    ['JSON without a text', '{"hunter2":1}', 'looks like JSON'],
  ])('%s is named, and not what it holds', async (_, secret, tells) => {
    const reading = start(secret).names();

    await expect(reading).rejects.toMatchObject({
      code: 'CONNECTION_STRING_INVALID',
      message: expect.stringMatching(new RegExp(`^(?!.*(hunter2|aHVudGVyMg)).*${tells}`)),
    });
  });

  it('are read once, and again a quarter of an hour later: an account that was added is found without a deployment', async () => {
    const { world, names } = start(FIRST);
    await names();
    world.secret = `${FIRST}\n${SECOND}`;

    world.now += SECRET_LIFETIME_MS - 1;
    expect(await names()).toEqual(['first']);
    world.now += 1;
    expect(await names()).toEqual(['first', 'second']);

    expect(world.reads).toBe(2);
  });

  it('one that is asked for by name is looked for in the secret again, once in five seconds', async () => {
    const { world, accounts } = start(FIRST);
    await accounts.named('first');
    expect(await accounts.named('third')).toBeUndefined();
    world.secret = `${FIRST}\n${THIRD}`;

    world.now += REREAD_PAUSE_MS - 1;
    expect(await accounts.named('third')).toBeUndefined();
    world.now += 1;
    expect((await accounts.named('third'))?.name).toBe('third');

    expect(world.reads).toBe(2);
  });

  it('one that was taken out is known no more', async () => {
    const { world, accounts } = start(`${FIRST}\n${SECOND}`);
    await accounts.all();
    world.secret = SECOND;

    world.now += SECRET_LIFETIME_MS;
    await accounts.all();

    expect(await accounts.named('first')).toBeUndefined();
  });

  it('stay known while the secret cannot be read', async () => {
    const { world, accounts } = start(FIRST);
    await accounts.all();
    world.secret = 'hello';
    world.now += SECRET_LIFETIME_MS;

    await expect(accounts.all()).rejects.toMatchObject({ code: 'CONNECTION_STRING_INVALID' });

    expect((await accounts.named('first'))?.name).toBe('first');
  });

  it('are read once for callers side by side', async () => {
    const { world, accounts, names } = start(`${FIRST}\n${SECOND}`);

    await Promise.all([names(), names(), accounts.named('second')]);

    expect(world.reads).toBe(1);
  });
});
