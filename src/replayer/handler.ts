import type { Context } from 'aws-lambda';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { REPLAYER_SETTINGS } from '#shared/configuration/settings.ts';
import { isCrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { connect } from './connect.ts';
import type { ReplayReport } from './replay-report.ts';
import { readReplayRequest } from './replay-request.ts';
import { replay } from './replay.ts';

function wire() {
  const settings = readConfiguration(REPLAYER_SETTINGS, process.env);
  const telemetry = createLambdaTelemetry();
  return { telemetry, ports: connect(settings, telemetry) };
}

let wired: ReturnType<typeof wire> | undefined;

/**
 * The Replayer, invoked by hand with a `ReplayRequest`: answers what became of the records that were asked for. Throws
 * when it was stopped by anything but the end of its time; what it did before stays done, and its log says what.
 */
export async function handler(event: unknown, context: Context): Promise<ReplayReport> {
  try {
    wired ??= wire();
    const { telemetry, ports } = wired;
    telemetry.startInvocation(context.awsRequestId);
    const request = readReplayRequest(event);
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const { report, error } = await replay(request, { ...ports, remainingMs });
    if (error !== undefined && !isCrosstrailError(error, 'OUT_OF_TIME')) throw error;
    return report;
  } catch (error) {
    throw toInvocationError(error);
  } finally {
    wired?.telemetry.flush();
  }
}
