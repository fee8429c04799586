import { crosstrail } from './crosstrail.ts';

interface Demo {
  readonly accounted: boolean;
  readonly runs: readonly unknown[];
  readonly account: {
    readonly containers: readonly { records: number; delivered: number; rejected: number }[];
    readonly discrepancies: readonly string[];
  };
  readonly answers: readonly { readonly rows: readonly unknown[] }[];
}

it('demo accounts for every record, and does so a second time', async () => {
  const results = [await crosstrail(['demo', '--json']), await crosstrail(['demo', '--json'])];

  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  const [first, second] = results.map(({ stdout }) => JSON.parse(stdout) as Demo);
  expect(first).toMatchObject({ accounted: true, account: { discrepancies: [] } });
  expect(first?.runs).toHaveLength(2);
  for (const { records, delivered, rejected } of first?.account.containers ?? []) {
    expect(records).toBeGreaterThan(0);
    expect(delivered + rejected).toBe(records);
  }
  for (const { rows } of first?.answers ?? []) expect(rows.length).toBeGreaterThan(0);
  expect(second?.account).toEqual(first?.account);
  expect(results[0]?.stderr).toContain('Aggregator and Processor, first run');
}, 120_000);
