import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { isCrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** Exit codes: everything accounted for, something not, wrong use or set-up. */
export const EXIT = { ok: 0, unaccounted: 1, usage: 2 } as const;

function wholeNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('must be the 12 digits of an AWS account.');
  return text;
}

function program(exit: (code: number) => void): Command {
  const crosstrail = new Command('crosstrail')
    .description('Microsoft cloud audit logs into AWS as audit-grade evidence.')
    .exitOverride()
    .showHelpAfterError('(add --help for the options)');

  crosstrail
    .command('demo')
    .description(
      'run the whole pipeline on the local cloud with real records and show the events as SQL tables',
    )
    .option('--json', 'print the figures and rows as JSON')
    .action(async (options: { json?: boolean }) => {
      const { runDemo } = await import('./demo.ts');
      exit(await runDemo(options));
    });

  crosstrail
    .command('local')
    .description('keep the local cloud running until Ctrl-C, for the AWS CLI, an SDK or a handler elsewhere')
    .option('--port-base <n>', 'first of five ports in a row (default: free ports)', wholeNumber)
    .option('--empty', 'start without the sample records')
    .option('--data <dir>', 'keep blobs, table and events in this folder between runs')
    .action(async (options: { portBase?: number; empty?: boolean; data?: string }) => {
      const { runLocal } = await import('./local.ts');
      exit(await runLocal(options));
    });

  crosstrail
    .command('map')
    .description('map a log file offline: one line of JSON for each record')
    .argument('<file>', 'a PT1H.json file, or - for standard input')
    .option('--container <name>', 'container that the file comes from; it chooses the mapping as in AWS', '')
    .option('--account <id>', 'AWS account that would receive the events', accountId, '111122223333')
    .action(async (file: string, options: { container: string; account: string }) => {
      const { runMap } = await import('./map.ts');
      exit(await runMap(file, options));
    });

  return crosstrail;
}

/** Runs the command line; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  try {
    await program((result) => (code = result)).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (isCrosstrailError(error)) {
      process.stderr.write(`crosstrail: ${error.message}\n  What to do: ${error.fix}\n`);
      return EXIT.usage;
    }
    throw error;
  }
  return code;
}
