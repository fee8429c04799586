import { replayRanges, type RangePorts } from './replay-ranges.ts';
import { replayRejects, type RejectPorts } from './replay-rejects.ts';
import type { RejectsReport, Replayed } from './replay-report.ts';
import type { ReplayRequest } from './replay-request.ts';

/** What a replay needs of the world. */
export type ReplayPorts = RejectPorts & RangePorts;

/** Replays what a request asks for, and says so by telemetry. Never throws: what stopped it is in `error`. */
export async function replay(request: ReplayRequest, ports: ReplayPorts): Promise<Replayed> {
  const replayed = request.ranges ? await replayRanges(request, ports) : await replayRejects(request, ports);
  const { telemetry } = ports;
  const { report } = replayed;
  if (report.queue === 'failures') {
    tellRejects(report, request, ports);
  } else {
    const { dryRun, moved, refused, complete } = report;
    telemetry.emit('replay.ranges-moved', { dryRun, moved, refused, complete });
  }
  if (report.stoppedBy !== undefined) telemetry.emit('replay.stopped', { error: report.stoppedBy });
  return replayed;
}

function tellRejects(
  report: RejectsReport,
  { reason, limit }: ReplayRequest,
  { telemetry }: ReplayPorts,
): void {
  const { dryRun, looked, outcomes, copies, others, refused, complete } = report;
  const records = (outcome: string): number =>
    outcomes.reduce((sum, count) => sum + (count.outcome === outcome ? count.records : 0), 0);
  for (const count of outcomes) telemetry.emit('replay.counted', { dryRun, ...count });
  telemetry.emit(dryRun ? 'replay.rehearsed' : 'replay.finished', {
    dryRun,
    ...(reason === undefined ? {} : { reason }),
    ...(Number.isFinite(limit) ? { limit } : {}),
    looked,
    delivered: records('delivered'),
    rejected: records('rejected'),
    unsettled: records('unsettled'),
    excluded: records('excluded'),
    copies,
    others,
    refused,
    complete,
  });
}
