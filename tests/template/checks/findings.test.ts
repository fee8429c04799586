import { problemsOf, readArgued, type Argued, type Finding } from './findings.ts';

const finding: Finding = { tool: 'checkov', rule: 'CKV_1', resource: 'Queue', message: 'encrypt it' };
const argument: Argued = { tool: 'checkov', rule: 'CKV_1', resources: ['Queue'], why: 'it is' };

describe('the findings of linters', () => {
  it('that nobody argued are problems', () => {
    expect(problemsOf([finding], [], ['checkov'])).toEqual(['checkov CKV_1 Queue: encrypt it']);
    expect(problemsOf([{ ...finding, resource: 'Table' }], [argument], ['checkov'])).toHaveLength(2);
  });

  it('that are argued are none, for one resource or for any', () => {
    expect(problemsOf([finding], [argument], ['checkov'])).toEqual([]);
    expect(problemsOf([finding], [{ ...argument, resources: 'any' }], ['checkov'])).toEqual([]);
  });

  it('that no longer occur leave an argument behind, which is a problem of the tools that ran', () => {
    expect(problemsOf([], [argument], ['checkov'])).toEqual([
      'checkov CKV_1 Queue: argued, but no longer found',
    ]);
    expect(problemsOf([], [{ ...argument, resources: 'any' }], ['checkov'])).toHaveLength(1);
    expect(problemsOf([], [argument], ['cfn-lint'])).toEqual([]);
  });
});

it('each argument names a tool, a rule and resources, and gives a reason', async () => {
  const argued = await readArgued();

  for (const { tool, rule, resources, why } of argued) {
    expect(['cfn-lint', 'checkov', 'cloudformation-validate']).toContain(tool);
    expect(rule).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(resources.length).toBeGreaterThan(0);
    expect(why.length).toBeGreaterThan(40);
  }
  expect(argued.length).toBeGreaterThan(0);
});
