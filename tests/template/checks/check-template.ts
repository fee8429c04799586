import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEMPLATE_FILE } from '#local/read-template.ts';
import { DEPLOYMENTS, EVERY_RESOURCE } from './deployments.ts';
import { problemsOf, readArgued } from './findings.ts';
import { cfnLint, checkov, samTransform } from './linters.ts';
import { writeOut, type Document } from './write-out.ts';

/**
 * The template through AWS's own transform, written out for each deployment, under cfn-lint and checkov. Every finding is
 * argued in .ci/template-findings.yaml, and everything argued there still occurs. Needs the Python tools on the PATH;
 * CHECKOV names checkov, which lives in an environment of its own.
 */
const template = TEMPLATE_FILE.pathname;
const nested = ['queries/template.yaml', 'queries/raw-tables.yaml'].map(
  (name) => new URL(name, TEMPLATE_FILE).pathname,
);
const transformed = JSON.parse(await samTransform(template)) as Document;

const folder = await mkdtemp(join(tmpdir(), 'crosstrail-template-'));
try {
  const fileOf = (name: string): string => join(folder, `${name}.json`);
  const names = Object.keys(DEPLOYMENTS);
  await Promise.all(
    Object.entries(DEPLOYMENTS).map(async ([name, parameters]) =>
      writeFile(fileOf(name), JSON.stringify(writeOut(transformed, parameters), undefined, 2)),
    ),
  );
  const [linted, checked] = await Promise.all([
    cfnLint([template, ...nested, ...names.map(fileOf)]),
    checkov(process.env['CHECKOV'] ?? 'checkov', EVERY_RESOURCE.map(fileOf)),
  ]);
  const findings = [...linted, ...checked];
  const problems = problemsOf(findings, await readArgued(), ['cfn-lint', 'checkov']);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(
    `${names.length} deployments: ${findings.length} findings, ${problems.length} of them not argued or argued in vain\n`,
  );
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
