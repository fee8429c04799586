import { isCrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** One thing that a deployment needs, and whether it is there. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** What was seen. */
  readonly detail: string;
  /** What to do; absent when there is nothing to do. */
  readonly fix?: string;
}

/** Raised by the work of a check that cannot be done here, which is no failure. */
export class NotChecked extends Error {
  readonly fix: string | undefined;

  constructor(why: string, fix?: string) {
    super(why);
    this.name = 'NotChecked';
    this.fix = fix;
  }
}

/** Raised by the work of a check that saw what is wrong and knows what to do. */
export class NotWell extends Error {
  readonly fix: string;

  constructor(what: string, fix: string) {
    super(what);
    this.name = 'NotWell';
    this.fix = fix;
  }
}

/** What to do about an error that says nothing of it by itself. */
const ASK = 'Check your AWS credentials, your Region and your permissions.';

/** Does the work of a check; it gives what was seen, or throws what is wrong. Messages of foreign errors are not told. */
export async function checkThat(name: string, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, status: 'ok', detail: await work() };
  } catch (error) {
    if (error instanceof NotChecked) {
      const { message: detail, fix } = error;
      return { name, status: 'skipped', detail, ...(fix === undefined ? {} : { fix }) };
    }
    if (error instanceof NotWell || isCrosstrailError(error)) {
      return { name, status: 'failed', detail: error.message, fix: error.fix };
    }
    const { name: kind = 'Error', code } = error as { name?: string; code?: string };
    return { name, status: 'failed', detail: `the service answered ${code ?? kind}`, fix: ASK };
  }
}

const SIGNS = { ok: 'ok     ', failed: 'FAILED ', skipped: '-      ' } as const;

/** The checks for a person: a line for each, and below it what to do. */
export function checksText(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, detail, fix }) => [
    `${SIGNS[status]}${name.padEnd(width)}  ${detail}`,
    ...(fix === undefined ? [] : [`       ${''.padEnd(width)}  What to do: ${fix}`]),
  ]);
  const failed = checks.filter(({ status }) => status === 'failed').length;
  const skipped = checks.filter(({ status }) => status === 'skipped').length;
  const others = skipped === 0 ? '' : ` ${skipped} not checked.`;
  const verdict =
    failed === 0 ? `Nothing is wrong.${others}` : `${failed} of ${checks.length} checks failed.${others}`;
  return `${lines.join('\n')}\n\n${verdict}`;
}
