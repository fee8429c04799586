import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import {
  arguedMutants,
  countMutants,
  survivorsOf,
  withoutThose,
  type Mutant,
  type MutationReport,
} from './mutants.ts';

/**
 * Runs Stryker (with the arguments of the command line), prints the score of each group, and ends with 1 when the score
 * is too low, when a mutant survives that docs/mutation.md does not argue, or when one that it argues does not survive.
 */

const REPORT = '.crosstrail/mutation.json';
const PAGE = 'docs/mutation.md';

/** Which modules decide what. */
const GROUPS: readonly (readonly [name: string, files: RegExp])[] = [
  ['framing', /^src\/shared\/framing\//],
  ['offsets', /^src\/(processor\/(settle|process-range)|shared\/ranges\/)/],
  ['batching', /pack-requests/],
  ['retry', /judge-answer|lake-answer|cloudtrail-lake|request-pace|retry-delay/],
  ['checkpoints', /^src\/shared\/checkpoints\//],
  ['all', /./],
];

function run(...command: [string, ...string[]]): number {
  const [program, ...rest] = command;
  return spawnSync(program, rest, { stdio: 'inherit' }).status ?? 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function list(title: string, mutants: readonly Mutant[]): void {
  if (mutants.length === 0) return;
  print(`\n${title}:`);
  for (const { file, before, after } of mutants) print(`\n### ${file}\n- ${before}\n+ ${after}`);
}

function scoreOf(report: MutationReport): void {
  print(
    '| modules | mutants | killed | timed out | survived | score |\n| --- | --- | --- | --- | --- | --- |',
  );
  for (const [name, files] of GROUPS) {
    const { mutants, killed, timedOut, survived } = countMutants(report, (file) => files.test(file));
    if (mutants === 0) continue;
    const score = ((100 * (killed + timedOut)) / mutants).toFixed(1);
    print(`| ${name} | ${mutants} | ${killed} | ${timedOut} | ${survived} | ${score} % |`);
  }
}

rmSync(REPORT, { force: true });
if (run('npm', 'ci', '--prefix', 'tests/mutation') !== 0) process.exit(1);
const started = performance.now();
const status = run(
  process.execPath,
  'tests/mutation/node_modules/.bin/stryker',
  'run',
  ...process.argv.slice(2),
);
const report = JSON.parse(readFileSync(REPORT, 'utf8')) as MutationReport;

const survivors = survivorsOf(report);
const argued = arguedMutants(readFileSync(PAGE, 'utf8')).filter(({ file }) => file in report.files);
const unargued = withoutThose(survivors, argued);
const gone = withoutThose(argued, survivors);
scoreOf(report);
list(`Survived, and not argued in ${PAGE}`, unargued);
list(`Argued in ${PAGE}, and no longer there or found by a test`, gone);
print(`\n${Math.round((performance.now() - started) / 60_000)} min`);
process.exitCode = status === 0 && unargued.length === 0 && gone.length === 0 ? 0 : 1;
