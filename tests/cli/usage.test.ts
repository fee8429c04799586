import { crosstrail } from './crosstrail.ts';

describe('wrong use ends with exit code 2, says what is wrong and prints nothing to standard output', () => {
  it.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['map', '--frobnicate', 'x.json'], "unknown option '--frobnicate'"],
    [['demo', 'extra'], 'too many arguments'],
    [['map'], "missing required argument 'file'"],
    [['map', 'a.json', 'b.json'], 'too many arguments'],
    [['map', 'a.json', '--account', '12'], 'must be the 12 digits of an AWS account'],
    [['map', 'a.json', '--container'], 'argument missing'],
    [['local', '--port-base', 'many'], 'must be a whole number'],
    [['local', '--port-base', '0'], 'must be a port from 1 to 65530'],
    [['local', '--port-base', '65531'], 'must be a port from 1 to 65530'],
    [['local', '--data'], 'argument missing'],
    [['demo', '--destination', 'firehose'], 'must be lake, s3 or both'],
    [['local', '--destination'], 'argument missing'],
    [['query'], "missing required argument 'query'"],
    [['query', 'a.sql', '--on', 'athena'], 'Allowed choices are lake, s3'],
  ])('crosstrail %j', async (args, complaint) => {
    const { code, stdout, stderr } = await crosstrail(args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(complaint);
    expect(stderr).toContain('--help');
  });

  it('no command at all shows what there is', async () => {
    const { code, stderr } = await crosstrail([]);

    expect(code).toBe(2);
    for (const command of ['demo', 'local', 'map', 'query']) expect(stderr).toContain(command);
  });
});

it('--help is no wrong use', async () => {
  const { code, stdout, stderr } = await crosstrail(['map', '--help']);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('--container');
  expect(stdout).toContain('--account');
});
