import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** What a linter says about a resource of the template. */
export interface Finding {
  readonly tool: string;
  readonly rule: string;
  /** Logical id, or the section of the template. */
  readonly resource: string;
  readonly message: string;
}

/** A finding that stands, and why. */
export interface Argued {
  readonly tool: string;
  readonly rule: string;
  /** Logical ids that it stands for; `any` for every one. */
  readonly resources: 'any' | readonly string[];
  readonly why: string;
}

/** Where every finding that stands is argued. */
export const ARGUED_FILE = new URL('../../../.ci/template-findings.yaml', import.meta.url);

/** Reads the findings that stand. */
export async function readArgued(): Promise<readonly Argued[]> {
  return parse(await readFile(ARGUED_FILE, 'utf8')) as Argued[];
}

function argues(argued: Argued, { tool, rule, resource }: Finding): boolean {
  return (
    argued.tool === tool &&
    argued.rule === rule &&
    (argued.resources === 'any' || argued.resources.includes(resource))
  );
}

/**
 * What is wrong with the findings of some tools: those that nobody argued, and arguments for what they no longer find.
 * One line each.
 */
export function problemsOf(
  findings: readonly Finding[],
  argued: readonly Argued[],
  tools: readonly string[],
): string[] {
  const open = findings
    .filter((finding) => !argued.some((one) => argues(one, finding)))
    .map(({ tool, rule, resource, message }) => `${tool} ${rule} ${resource}: ${message}`);
  const stale = argued
    .filter(({ tool }) => tools.includes(tool))
    .flatMap((one) =>
      (one.resources === 'any' ? ['any'] : one.resources)
        .filter(
          (resource) =>
            !findings.some(
              (finding) => argues(one, finding) && (resource === 'any' || finding.resource === resource),
            ),
        )
        .map((resource) => `${one.tool} ${one.rule} ${resource}: argued, but no longer found`),
    );
  return [...new Set([...open, ...stale])];
}
