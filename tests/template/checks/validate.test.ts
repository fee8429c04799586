import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegoEngine, TemplateFile, type Engine } from '@aws/cloudformation-validate';
import { template } from '../deployed-template.ts';
import { DEPLOYMENTS } from './deployments.ts';
import { problemsOf, readArgued, type Finding } from './findings.ts';
import { writeOut, type Document } from './write-out.ts';

const TOOL = 'cloudformation-validate';
let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstrail-validate-'));
  engine = new RegoEngine();
});
afterAll(async () => {
  engine.free();
  await rm(folder, { recursive: true, force: true });
});

async function findingsOf(document: Document): Promise<Finding[]> {
  const file = join(folder, 'template.json');
  await writeFile(file, JSON.stringify(document));
  // An account id in an ARN: the linters see values in place of parameters.
  const { diagnostics } = engine.validateStandard(new TemplateFile(file), { exclude: { ids: ['W9013'] } });
  return diagnostics.map(({ ruleId, message, entity }) => ({
    tool: TOOL,
    rule: ruleId,
    resource: entity?.logicalId ?? 'template',
    message,
  }));
}

it("AWS's own validator finds nothing in any deployment that is not argued", async () => {
  const documents = Object.values(DEPLOYMENTS).map((parameters) =>
    writeOut(template as unknown as Document, parameters),
  );

  const findings: Finding[] = [];
  for (const document of documents) findings.push(...(await findingsOf(document)));

  expect(problemsOf(findings, await readArgued(), [TOOL])).toEqual([]);
});

it('a property that CloudFormation does not know is found', async () => {
  const { Resources, ...rest } = writeOut(template as unknown as Document, {});
  const queue = { Type: 'AWS::SQS::Queue', Properties: { Fifo: true } } as object;
  const broken = { ...rest, Resources: { ...Resources, RangeQueue: queue } };

  const findings = await findingsOf(broken);

  expect(
    findings.filter(({ resource, rule }) => resource === 'RangeQueue' && rule.startsWith('F')),
  ).toHaveLength(1);
});
