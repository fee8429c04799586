import { atEachPlace, type WorkAtPlaces } from '#shared/azure/at-each-place.ts';
import { isCrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { EXIT } from './main.ts';

/** What a command did at its places, and the exit code that what failed calls for. */
export interface CommandWork<Result> {
  readonly results: Result[];
  readonly exitCode: number;
}

/**
 * Does a command's work at each place. What failed is told on standard error, and the others go on; throws what is no
 * CrosstrailError, and the failure when nothing else was done.
 */
export async function workAtPlaces<Result>(work: WorkAtPlaces<Result>): Promise<CommandWork<Result>> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  for await (const outcome of atEachPlace(work)) {
    if (outcome.kind === 'done') results.push(outcome.result);
    if (outcome.kind === 'failed') failures.push(outcome.error);
  }
  for (const failure of failures) {
    if (results.length === 0 || !isCrosstrailError(failure)) throw failure;
    process.stderr.write(`crosstrail: ${failure.message}\n  What to do: ${failure.fix}\n`);
  }
  return { results, exitCode: failures.length === 0 ? EXIT.ok : EXIT.usage };
}
