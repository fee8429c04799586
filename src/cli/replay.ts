import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { REPLAYER_SETTINGS } from '#shared/configuration/settings.ts';
import type { ErrorDescription } from '#shared/errors/describe-error.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { connect, LONGEST_RUN_MS } from '#replayer/connect.ts';
import type { RangesReport, RejectsReport, ReplayReport } from '#replayer/replay-report.ts';
import { readReplayRequest } from '#replayer/replay-request.ts';
import { replay } from '#replayer/replay.ts';
import { deploymentSettings } from './deployment.ts';
import { EXIT } from './main.ts';
import { createSteps } from './steps.ts';
import { renderTable } from './table.ts';

export interface ReplayOptions {
  readonly reason?: string;
  readonly limit?: number;
  readonly ranges?: boolean;
  readonly dryRun?: boolean;
  readonly stack?: string;
  readonly json?: boolean;
}

function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

function renderRejects({ dryRun, looked, outcomes, copies, others, refused }: RejectsReport): string {
  const title = dryRun ? 'would be' : 'is now';
  const table = renderTable(
    ['records', 'rejected as', title, 'because'],
    outcomes.map(({ records, reason, outcome, cause = '' }) => [records, reason, outcome, cause]),
  );
  const left = [
    copies > 0 ? `${counted(copies, 'message')} more of the same records` : '',
    others > 0 ? `${counted(others, 'message')} not asked for` : '',
    refused > 0 ? `${counted(refused, 'message')} that Crosstrail did not write` : '',
  ].filter((part) => part !== '');
  const summary = [`${counted(looked, 'message')} looked at`, ...left].join('; ');
  return outcomes.length === 0 ? `Nothing to replay. ${summary}.` : `${table}\n\n${summary}.`;
}

function renderRanges({ dryRun, moved, refused }: RangesReport): string {
  const about = dryRun ? 'About ' : '';
  const were = dryRun ? 'would be put' : moved === 1 ? 'is' : 'are';
  const back = `${about}${counted(moved, 'range')} ${were} back in the range queue.`;
  const left = refused > 0 ? ` ${counted(refused, 'message')} that Crosstrail did not write stay.` : '';
  return `${back}${left}`;
}

function render(report: ReplayReport): string {
  const body = report.queue === 'failures' ? renderRejects(report) : renderRanges(report);
  const { stoppedBy, dryRun } = report;
  const stop =
    stoppedBy === undefined
      ? ''
      : `\nNot finished. ${stoppedBy.message ?? stoppedBy.name}\n  What to do: ${stoppedBy.fix ?? 'run it again.'}`;
  return `${body}${dryRun ? '\nNothing was changed (--dry-run).' : ''}${stop}`;
}

/**
 * Replays the failure queue or the range dead-letter queue as the Replayer does. Gives exit code 0 when nothing is left
 * of what was asked for. Throws REPLAY_REQUEST_INVALID, CONFIGURATION_INVALID, STACK_NOT_READABLE and
 * QUEUE_NOT_READABLE.
 */
export async function runReplay(options: ReplayOptions): Promise<number> {
  const { stack, json = false, ...asked } = options;
  const request = readReplayRequest(asked);
  const { CHECKPOINT_TABLE_NAME: _unused, ...needed } = REPLAYER_SETTINGS;
  const settings = readConfiguration(needed, await deploymentSettings(stack, process.env));
  const refusals: string[] = [];
  const telemetry: Telemetry = {
    emit(name, fields) {
      if (name !== 'replay.refused') return;
      const { messageId, error } = fields as { messageId: string; error: ErrorDescription };
      refusals.push(`message ${messageId}: ${error.message ?? error.name}`);
    },
  };
  const ports = connect(settings, telemetry);
  const waiting = await (request.ranges ? ports.deadRanges : ports.failures).waiting();

  const startedAt = Date.now();
  const remainingMs = (): number => startedAt + LONGEST_RUN_MS - Date.now();
  const what = `${request.dryRun ? 'Looking at' : 'Replaying'} ${request.ranges ? 'ranges' : 'rejects'}`;
  const { report } = await createSteps().counted(what, waiting, (done) =>
    replay(request, { ...ports, remainingMs, onLooked: done }),
  );

  for (const refusal of refusals) process.stderr.write(`${refusal}\n`);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `\n${render(report)}\n`);
  return report.nothingLeft ? EXIT.ok : EXIT.unaccounted;
}
