import type { Context } from 'aws-lambda';
import type { CollectionResult } from '#shared/collection/collect.ts';
import { connectCollector } from '#shared/collection/connect-collector.ts';
import { outcomeOf } from '#shared/collection/collect-log-types.ts';
import {
  GRAPH_COLLECTOR_SETTINGS,
  graphCollectorProblems,
} from '#shared/configuration/collector-settings.ts';
import { readConfiguration, refuseProblems } from '#shared/configuration/read-configuration.ts';
import { toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { collectGraph } from './collect-graph.ts';

function wire() {
  const settings = readConfiguration(GRAPH_COLLECTOR_SETTINGS, process.env);
  refuseProblems(graphCollectorProblems(settings));
  const telemetry = createLambdaTelemetry();
  const collection = {
    tenants: settings.ENTRA_TENANTS,
    logTypes: settings.GRAPH_LOG_TYPES,
    endpoint: settings.GRAPH_ENDPOINT,
    daysBack: settings.GRAPH_DAYS_BACK,
    retentionDays: settings.ENTRA_LOG_RETENTION_DAYS,
  };
  return { telemetry, collection, ports: connectCollector(settings, telemetry) };
}

let wired: ReturnType<typeof wire> | undefined;

/**
 * The Graph collector: on its schedule, writes what is new in the logs of Microsoft Graph to log objects and enqueues
 * their ranges. Throws when a log type failed, so that the invocation fails and its alarm rings; the others are collected
 * all the same.
 */
export async function handler(
  _event: unknown,
  context: Context,
): Promise<{ logTypes: readonly CollectionResult[] }> {
  try {
    wired ??= wire();
    const { telemetry, collection, ports } = wired;
    telemetry.startInvocation(context.awsRequestId);
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    return outcomeOf(await collectGraph(collection, { ...ports, remainingMs }));
  } catch (error) {
    throw toInvocationError(error);
  } finally {
    wired?.telemetry.flush();
  }
}
