/** A mutant that no test found, told by the code it stands in, so that it is known again when lines move. */
export interface Mutant {
  /** Path of the source file. */
  readonly file: string;
  /** The lines that are mutated, and what they become, with single blanks. */
  readonly before: string;
  readonly after: string;
}

/** Counts of the mutants of some files. */
export interface MutantCounts {
  mutants: number;
  killed: number;
  timedOut: number;
  survived: number;
}

/** The part of Stryker's report that is read. https://github.com/stryker-mutator/mutation-testing-elements */
export interface MutationReport {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly status: string;
          readonly replacement?: string;
          /** Lines and columns start at 1. */
          readonly location: {
            readonly start: { readonly line: number; readonly column: number };
            readonly end: { readonly line: number; readonly column: number };
          };
        }[];
      }
    >
  >;
}

function withSingleBlanks(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** The mutants of a report that no test found. */
export function survivorsOf({ files }: MutationReport): Mutant[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ replacement = '', location: { start, end } }) => {
        const mutated = lines.slice(start.line - 1, end.line);
        const head = mutated[0]?.slice(0, start.column - 1) ?? '';
        const tail = mutated.at(-1)?.slice(end.column - 1) ?? '';
        return {
          file,
          before: withSingleBlanks(mutated.join('\n')),
          after: withSingleBlanks(head + replacement + tail),
        };
      });
  });
}

/** Counts of the mutants of reports; those that cannot be run, because they are no program, do not count. */
export function countMutants(reports: readonly MutationReport[]): MutantCounts {
  const statuses = reports
    .flatMap(({ files }) => Object.values(files))
    .flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...wanted: string[]): number => statuses.filter((status) => wanted.includes(status)).length;
  const [killed, timedOut] = [count('Killed'), count('Timeout')];
  const survived = count('Survived', 'NoCoverage');
  return { mutants: killed + timedOut + survived, killed, timedOut, survived };
}

/**
 * The mutants that docs/mutation.md argues: blocks of code in the language `diff` under the heading of their file, with
 * the mutated lines after `-` and, for each mutant of them, what they become after `+`.
 */
export function arguedMutants(page: string): Mutant[] {
  const argued: Mutant[] = [];
  let file = '';
  let before: string[] | undefined;
  for (const line of page.split('\n')) {
    if (line.startsWith('### ')) file = line.slice(4).replaceAll('`', '').trim();
    if (line.startsWith('```')) before = line === '```diff' ? [] : undefined;
    if (line.startsWith('-')) before?.push(line.slice(1));
    if (line.startsWith('+') && before !== undefined)
      argued.push({
        file,
        before: withSingleBlanks(before.join('\n')),
        after: withSingleBlanks(line.slice(1)),
      });
  }
  return argued;
}

function keyOf({ file, before, after }: Mutant): string {
  return JSON.stringify([file, before, after]);
}

/** Those of `mutants` that are not among `others`. */
export function withoutThose(mutants: readonly Mutant[], others: readonly Mutant[]): Mutant[] {
  const known = new Set(others.map(keyOf));
  return mutants.filter((mutant) => !known.has(keyOf(mutant)));
}
