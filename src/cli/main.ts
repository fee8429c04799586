import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { isCrosstrailError, type CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { AuditOptions } from './audit.ts';
import type { BackfillOptions } from './backfill.ts';
import type { CollectOptions } from './collect.ts';
import type { DemoOptions } from './demo.ts';
import type { DoctorOptions } from './doctor.ts';
import { destinationOption } from './destination-option.ts';
import type { LocalOptions } from './local.ts';
import type { QueryOptions } from './query.ts';
import type { MapOptions } from './map.ts';
import type { ReplayOptions } from './replay.ts';
import { ruleOptions } from './rule-options.ts';
import { endMoment, moment } from './time-option.ts';

/** Exit codes: everything accounted for, something not, wrong use or set-up. */
export const EXIT = { ok: 0, unaccounted: 1, usage: 2 } as const;

function wholeNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

/** Ports in a row that the local cloud takes from its port base on. */
export const PORTS_IN_A_ROW = 6;

function portBase(text: string): number {
  const port = wholeNumber(text);
  const last = 65_536 - PORTS_IN_A_ROW;
  if (port < 1 || port > last) throw new InvalidArgumentError(`must be a port from 1 to ${last}.`);
  return port;
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('must be the 12 digits of an AWS account.');
  return text;
}

function guid(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    throw new InvalidArgumentError('must be a GUID.');
  }
  return text;
}

function program(exit: (code: number) => void): Command {
  const crosstrail = new Command('crosstrail')
    .description('Microsoft cloud audit logs into AWS as audit-grade evidence.')
    .exitOverride()
    .showHelpAfterError('(add --help for the options)');

  const demo = crosstrail
    .command('demo')
    .description(
      'run the whole pipeline on the local cloud with real records and show the events as SQL tables',
    )
    .addOption(destinationOption())
    .option('--json', 'print the figures and rows as JSON')
    .addOption(
      new Option('--sources <which>', 'Azure Storage alone, or Microsoft Graph and Office 365 as well')
        .choices(['azure', 'all'])
        .default('azure'),
    )
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('./demo.ts');
      exit(await runDemo(options));
    });

  crosstrail
    .command('local')
    .description('keep the local cloud running until Ctrl-C, for the AWS CLI, an SDK or a handler elsewhere')
    .option('--port-base <n>', 'first of six ports in a row (default: free ports)', portBase)
    .option('--empty', 'start without the sample records')
    .option('--data <dir>', 'keep blobs, table and events in this folder between runs')
    .option('--workload-identity', 'sign in to Azure by the role, over TLS, with an STS and an Entra ID')
    .addOption(destinationOption())
    .action(async (options: LocalOptions) => {
      const { runLocal } = await import('./local.ts');
      exit(await runLocal(options));
    });

  const map = crosstrail
    .command('map')
    .description('map a log file offline: one line of JSON for each record')
    .argument('<file>', 'a PT1H.json file, or - for standard input')
    .option('--container <name>', 'container that the file comes from; it chooses the mapping as in AWS', '')
    .option('--account <id>', 'AWS account that would receive the events', accountId, '111122223333')
    .addOption(new Option('--hash-key-file <file>', 'file with the key of hashes').conflicts('hashKeyEnv'))
    .option('--hash-key-env <name>', 'environment variable with the key of hashes')
    .action(async (file: string, options: MapOptions) => {
      const { runMap } = await import('./map.ts');
      exit(await runMap(file, options));
    });

  for (const command of [demo, map]) for (const option of ruleOptions()) command.addOption(option);

  crosstrail
    .command('query')
    .description('run SQL on the events, in CloudTrail Lake or on the objects in S3')
    .argument('<query>', 'an .sql file, - for standard input, or a name of queries/ (storage-accounts)')
    .addOption(
      new Option('--on <table>', 'which events (default: those of the destination, of both Lake)').choices([
        'lake',
        's3',
      ]),
    )
    .option('--days <n>', 'look back so many days instead of those in the query', wholeNumber)
    .option('--principal <name>', 'whom a query about one principal asks about')
    .option('--stack <name>', 'CloudFormation stack (default: the settings of the environment)')
    .option('--json', 'print the rows as JSON')
    .action(async (query: string, options: QueryOptions) => {
      const { runQuery } = await import('./query.ts');
      exit(await runQuery(query, options));
    });

  crosstrail
    .command('backfill')
    .description('enqueue what was not read of past days, in the lane of history')
    .requiredOption('--from <day>', 'first UTC day', moment)
    .requiredOption('--to <day>', 'last UTC day', moment)
    .option('--container <name>', 'one container (default: all that are configured)')
    .option('--stack <name>', 'CloudFormation stack (default: the settings of the environment)')
    .option('--dry-run', 'say what it would take, and enqueue nothing')
    .option('--json', 'print the result as JSON')
    .action(async (options: BackfillOptions) => {
      const { runBackfill } = await import('./backfill.ts');
      exit(await runBackfill(options));
    });

  crosstrail
    .command('collect')
    .description('collect Entra ID and Microsoft 365 logs into files, with your own sign-in and without AWS')
    .addArgument(new Argument('<api>', 'where from').choices(['graph', 'office365']))
    .requiredOption('--from <time>', 'UTC day or time from which on', moment)
    .option('--to <time>', 'UTC day, included, or time, excluded, up to which (default: now)', endMoment)
    .option('--types <names>', 'log types with commas between them (default: all of the API)', names)
    .option('--out <dir>', 'folder of the files, or - for standard output', '.')
    .addOption(
      new Option('--format <form>', 'JSON Lines, or one JSON array for each log type')
        .choices(['jsonl', 'json'])
        .default('jsonl'),
    )
    .option('--tenant <id>', 'tenant (default: that of your sign-in)')
    .option('--endpoint <url>', 'endpoint of a national cloud')
    .option('--json', 'print the result as JSON')
    .action(async (api: 'graph' | 'office365', options: CollectOptions) => {
      const { runCollect } = await import('./collect.ts');
      exit(await runCollect(api, options));
    });

  crosstrail
    .command('audit')
    .description('compare what Azure lists with the checkpoints, byte by byte: is anything missing?')
    .option('--from <time>', 'UTC day or time from which on (default: seven days before today)', moment)
    .option('--to <time>', 'UTC day, included, or time, excluded, up to which (default: now)', endMoment)
    .option('--container <name>', 'one container (default: all that are configured)')
    .option('--stack <name>', 'CloudFormation stack (default: the settings of the environment)')
    .addOption(new Option('--by <what>', 'what a row is').choices(['day', 'hour', 'scope']).default('day'))
    .option('--repair', 'enqueue the ranges that read what is missing')
    .option('--json', 'print the result as JSON')
    .action(async (options: AuditOptions) => {
      const { runAudit } = await import('./audit.ts');
      exit(await runAudit(options));
    });

  crosstrail
    .command('replay')
    .description('deliver rejected records again, or put ranges that nobody could process back')
    .option('--reason <reason>', 'only records that were rejected for this reason (NOT_JSON, …)')
    .option('--limit <n>', 'at most so many records or ranges', wholeNumber)
    .option('--ranges', 'ranges of the dead-letter queue instead of rejected records')
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--stack <name>', 'CloudFormation stack (default: the settings of the environment)')
    .option('--json', 'print the report as JSON')
    .action(async (options: ReplayOptions) => {
      const { runReplay } = await import('./replay.ts');
      exit(await runReplay(options));
    });

  crosstrail
    .command('doctor')
    .description(
      'check what a deployment needs, in AWS and in Azure, and say what to do about what is missing',
    )
    .option('--stack <name>', 'CloudFormation stack (default: the settings of the environment)')
    .option('--json', 'print the checks as JSON')
    .option(
      '--setup',
      'print the commands that set the sign-in to Azure up in both clouds, and check nothing',
    )
    .addOption(
      new Option(
        '--authentication <way>',
        'with --setup: how Azure is signed in to (default: that of the stack)',
      )
        .choices(['WorkloadIdentity', 'ConnectionString'])
        .implies({ setup: true }),
    )
    .option(
      '--storage-accounts <names>',
      'with --setup: the storage accounts, with commas between them',
      names,
    )
    .option(
      '--only-containers',
      'with --setup: let the application read the containers, not the whole accounts',
    )
    .option('--client <id>', 'with --setup: client id of the application (default: a new one)', guid)
    .option('--secret <name>', 'with --setup: name of the secret of a connection string')
    .option(
      '--logs <names>',
      'with --setup: logs to collect, with commas between them (default: those of the stack)',
      names,
    )
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import('./doctor.ts');
      exit(await runDoctor(options));
    });

  return crosstrail;
}

/** On the command line the settings come from elsewhere than in a Lambda. */
function fixFor({ code, fix }: CrosstrailError): string {
  if (code !== 'CONFIGURATION_INVALID') return fix;
  return 'Name the stack with --stack, or set the variables: "crosstrail local" writes those of the local cloud to .crosstrail/local.env.';
}

/** Runs the command line; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  // `crosstrail map FILE | head`: nobody reads on, which is no defect, but not everything was told either.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.unaccounted);
  });
  try {
    await program((result) => (code = result)).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (isCrosstrailError(error)) {
      process.stderr.write(`crosstrail: ${error.message}\n  What to do: ${fixFor(error)}\n`);
      return EXIT.usage;
    }
    throw error;
  }
  return code;
}
