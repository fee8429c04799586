import { execFile } from 'node:child_process';
import type { Finding } from './findings.ts';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program that may end with other codes than 0; throws when it cannot be started. */
export async function run(program: string, options: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    execFile(program, options, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

function fail(program: string, { code, stderr, stdout }: Ran): never {
  throw new Error(`${program} ended with ${code}: ${stderr || stdout}`);
}

/** AWS's transform of SAM, applied to the template; needs `python` with aws-sam-translator. Returns JSON. */
export async function samTransform(templateFile: string): Promise<string> {
  const script = new URL('sam-transform.py', import.meta.url).pathname;
  const ran = await run('python', [script, templateFile]);
  return ran.code === 0 ? ran.stdout : fail('sam-transform.py', ran);
}

interface CfnLintMatch {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** cfn-lint with its informational rules: CloudFormation's own resource schemas. */
export async function cfnLint(files: readonly string[]): Promise<Finding[]> {
  const ran = await run('cfn-lint', ['--format', 'json', '--include-checks', 'I', '--', ...files]);
  if (!ran.stdout.startsWith('[')) fail('cfn-lint', ran);
  return (JSON.parse(ran.stdout) as CfnLintMatch[]).map(({ Rule, Message, Location }) => ({
    tool: 'cfn-lint',
    rule: Rule.Id,
    resource: String(Location.Path?.[1] ?? Location.Path?.[0] ?? 'template'),
    message: Message,
  }));
}

interface CheckovReport {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly resource: string;
    }[];
  };
  readonly summary: { readonly parsing_errors: number; readonly resource_count: number };
}

/** checkov without its platform: nothing is downloaded and nothing is sent. */
export async function checkov(program: string, files: readonly string[]): Promise<Finding[]> {
  const options = '--framework cloudformation --output json --skip-download --quiet --compact'.split(' ');
  const ran = await run(program, [...options, ...files.flatMap((file) => ['--file', file])]);
  if (!/^[[{]/.test(ran.stdout)) fail('checkov', ran);
  const reports = [JSON.parse(ran.stdout) as CheckovReport | CheckovReport[]].flat();
  if (!reports.every(({ summary }) => summary.parsing_errors === 0 && summary.resource_count > 0)) {
    fail('checkov', ran);
  }
  return reports.flatMap(({ results }) =>
    results.failed_checks.map(({ check_id: rule, check_name: message, resource }) => ({
      tool: 'checkov',
      rule,
      resource: resource.slice(resource.lastIndexOf('.') + 1),
      message,
    })),
  );
}
