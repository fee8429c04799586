import { dayPrefixOf, parseLogObjectName } from '#shared/log-object-name.ts';

describe('log object names', () => {
  it.each([
    ['activity', 'resourceId=/SUBSCRIPTIONS/5b1c/'],
    ['legacy log profile', 'name=default/resourceId=/SUBSCRIPTIONS/5b1c/'],
    ['resource', 'resourceId=/SUBSCRIPTIONS/5B/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV/'],
    ['tenant', 'tenantId=4d3bac44/'],
    ['a resource that looks like a year', 'resourceId=/RESOURCEGROUPS/y=1999/m=01/'],
  ])('%s: the scope is all before the time part', (_, scope) => {
    const name = `${scope}y=2026/m=11/d=20/h=23/m=00/PT1H.json`;

    expect(parseLogObjectName(name)).toEqual({
      scope,
      rest: 'y=2026/m=11/d=20/h=23/m=00/PT1H.json',
      dayPrefix: `${scope}y=2026/m=11/d=20/`,
      hourStart: Date.parse('2026-11-20T23:00:00Z'),
    });
  });

  it.each(['h=10/m=00/macAddress=000D3A359573/PT1H.json', 'h=10/m=00/PT1H_1.json', 'h=10/m=00/pt1h.JSON'])(
    'knows %s',
    (file) => {
      expect(parseLogObjectName(`s/y=2026/m=11/d=20/${file}`)?.scope).toBe('s/');
    },
  );

  it.each([
    's/y=2026/m=11/d=20/h=10/m=00/other.json',
    's/y=2026/m=11/d=20/PT1H.json',
    's/y=2026/m=13/d=20/h=10/m=00/PT1H.json',
    's/y=2026/m=11/d=20/h=24/m=00/PT1H.json ',
    'PT1H.json',
    '',
  ])('leaves alone what is no hourly log object: %s', (name) => {
    expect(parseLogObjectName(name)).toBeUndefined();
  });

  it('a day prefix is the UTC day', () => {
    expect(dayPrefixOf('s/', Date.parse('2026-01-01T23:59:59+14:00'))).toBe('s/y=2026/m=01/d=01/');
  });
});
