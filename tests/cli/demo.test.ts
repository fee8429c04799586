import { crosstrail } from './crosstrail.ts';

interface Answer {
  readonly question: string;
  readonly place: string;
  readonly columns: readonly string[];
  readonly rows: readonly unknown[];
}

interface Demo {
  readonly accounted: boolean;
  readonly runs: readonly unknown[];
  readonly account: {
    readonly containers: readonly {
      records: number;
      delivered: number;
      rejected: number;
      excluded: number;
    }[];
    readonly discrepancies: readonly string[];
  };
  readonly answers: readonly Answer[];
  readonly difference?: Answer;
}

it('demo accounts for every record, in CloudTrail Lake and in S3 alike', async () => {
  const results = [
    await crosstrail(['demo', '--json']),
    await crosstrail(['demo', '--json', '--destination', 'S3']),
  ];

  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  const [lake, s3] = results.map(({ stdout }) => JSON.parse(stdout) as Demo);
  expect(lake).toMatchObject({ accounted: true, account: { discrepancies: [] } });
  expect(lake?.runs).toHaveLength(2);
  for (const { records, delivered, rejected } of lake?.account.containers ?? []) {
    expect(records).toBeGreaterThan(0);
    expect(delivered + rejected).toBe(records);
  }
  expect(s3?.account).toEqual(lake?.account);
  for (const [index, { place, rows }] of (s3?.answers ?? []).entries()) {
    expect(place).toBe('S3');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(lake?.answers[index]?.rows);
  }
  expect(results[0]?.stderr).toContain('Aggregator and Processor, first run');
}, 120_000);

it('demo under rules leaves out and hides what they name, and accounts for every record all the same', async () => {
  const rules = ['--exclude', 'category:Policy, category:SignInLogs', '--hash', '**.userPrincipalName'];

  const { code, stdout } = await crosstrail(['demo', '--json', '--destination', 'both', ...rules]);

  expect(code).toBe(0);
  const { account, answers, difference } = JSON.parse(stdout) as Demo;
  expect(account.discrepancies).toEqual([]);
  expect(account.containers.reduce((sum, { excluded }) => sum + excluded, 0)).toBeGreaterThan(5);
  for (const { records, delivered, rejected, excluded } of account.containers)
    expect(delivered + rejected + excluded).toBe(records);
  expect(JSON.stringify(answers)).toContain('hmac-sha256:');
  expect(difference?.rows).toEqual([]);
}, 120_000);

it('demo with a wrong rule says so and starts nothing', async () => {
  const { code, stdout, stderr } = await crosstrail(['demo', '--exclude', 'Policy']);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('--exclude entry 1 is not of the form');
  expect(stderr).not.toContain('Starting the local cloud');
});

it('demo --sources all shows one principal in Azure, Entra ID and Microsoft 365, the same in Lake and in S3', async () => {
  const { code, stdout } = await crosstrail(['demo', '--json', '--sources', 'all', '--destination', 'both']);

  expect(code).toBe(0);
  const { account, accounted, answers, difference } = JSON.parse(stdout) as Demo;
  expect({ accounted, discrepancies: account.discrepancies }).toEqual({ accounted: true, discrepancies: [] });
  for (const question of new Set(answers.map((each) => each.question))) {
    const [lake, s3] = answers.filter((each) => each.question === question);
    expect([lake?.place, s3?.place]).toEqual(['CloudTrail Lake', 'S3']);
    expect(lake?.rows.length).toBeGreaterThan(0);
    expect({ columns: s3?.columns, rows: s3?.rows }).toEqual({ columns: lake?.columns, rows: lake?.rows });
  }
  const trail = answers.find(({ question }) => question === 'What did one principal do, across all sources?');
  const rows = (trail?.rows ?? []) as readonly (readonly string[])[];
  const families = rows.map(([, family]) => family);
  expect(new Set(families)).toEqual(
    new Set(['activity', 'sign-in', 'directory-audit', 'risk', 'office365-exchange', 'office365-general']),
  );
  expect(difference?.rows).toEqual([]);
}, 120_000);
