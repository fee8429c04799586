import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { GROUP_VARIABLE, GROUPS } from './groups.ts';
import {
  arguedMutants,
  countMutants,
  survivorsOf,
  withoutThose,
  type Mutant,
  type MutationReport,
} from './mutants.ts';

/**
 * Runs Stryker on each group of modules, or on those that the command line names, and prints the scores. Ends with 1
 * when the score is below 90 %, when a mutant survives that docs/mutation.md does not argue, or when one that it argues
 * does not survive.
 */

const PAGE = 'docs/mutation.md';
const LOWEST_SCORE = 90;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs a program; true when it ended well. */
function run(program: string, args: readonly string[], env: Record<string, string> = {}): boolean {
  return spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;
}

function reportOf(group: string): MutationReport {
  const ended = run(
    process.execPath,
    ['tests/mutation/node_modules/.bin/stryker', 'run', 'tests/mutation/stryker.config.js'],
    { [GROUP_VARIABLE]: group },
  );
  if (!ended) throw new Error(`Stryker failed on the group ${group}`);
  return JSON.parse(readFileSync(`.crosstrail/mutation/${group}.json`, 'utf8')) as MutationReport;
}

/** Prints a line of the table of scores; gives the score in per cent. */
function printScore(name: string, reports: readonly MutationReport[], minutes: number): number {
  const { mutants, killed, timedOut, survived } = countMutants(reports);
  const score = (100 * (killed + timedOut)) / mutants;
  print(
    `| ${name} | ${mutants} | ${killed} | ${timedOut} | ${survived} | ${score.toFixed(1)} % | ${minutes.toFixed(0)} min |`,
  );
  return score;
}

function printMutants(title: string, mutants: readonly Mutant[]): void {
  if (mutants.length > 0) print(`\n${title}:`);
  for (const { file, before, after } of mutants) print(`\n### ${file}\n- ${before}\n+ ${after}`);
}

if (!run('npm', ['ci', '--prefix', 'tests/mutation'])) process.exit(1);
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(GROUPS);
const groups = names.map((name) => {
  const started = performance.now();
  return { name, report: reportOf(name), minutes: (performance.now() - started) / 60_000 };
});
const reports = groups.map(({ report }) => report);

print('\n| modules | mutants | killed | timed out | survived | score | time |');
print('| --- | --- | --- | --- | --- | --- | --- |');
for (const { name, report, minutes } of groups) printScore(name, [report], minutes);
const score = printScore(
  'all',
  reports,
  groups.reduce((sum, { minutes }) => sum + minutes, 0),
);

const survivors = reports.flatMap(survivorsOf);
const argued = arguedMutants(readFileSync(PAGE, 'utf8')).filter(({ file }) =>
  reports.some(({ files }) => file in files),
);
const unargued = withoutThose(survivors, argued);
const gone = withoutThose(argued, survivors);
printMutants(`Survived, and not argued in ${PAGE}`, unargued);
printMutants(`Argued in ${PAGE}, and found by a test or no longer there`, gone);
process.exitCode = score >= LOWEST_SCORE && unargued.length === 0 && gone.length === 0 ? 0 : 1;
