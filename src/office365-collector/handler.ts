import type { Context } from 'aws-lambda';
import type { CollectionResult } from '#shared/collection/collect.ts';
import { connectCollector } from '#shared/collection/connect-collector.ts';
import { outcomeOf } from '#shared/collection/collect-log-types.ts';
import { OFFICE365_COLLECTOR_SETTINGS } from '#shared/configuration/collector-settings.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { collectOffice365 } from './collect-office365.ts';
import { S3ContentLists } from './s3-content-lists.ts';

function wire() {
  const settings = readConfiguration(OFFICE365_COLLECTOR_SETTINGS, process.env);
  const telemetry = createLambdaTelemetry();
  const collection = {
    tenants: settings.ENTRA_TENANTS,
    logTypes: settings.OFFICE365_LOG_TYPES,
    endpoint: settings.OFFICE365_ENDPOINT,
    daysBack: settings.OFFICE365_DAYS_BACK,
  };
  const ports = connectCollector(settings, telemetry);
  const listsOf = (scope: { readonly tenant: string; readonly contentType: string }) =>
    new S3ContentLists(ports.s3, ports.bucket, scope);
  return { telemetry, collection, ports: { ...ports, listsOf } };
}

let wired: ReturnType<typeof wire> | undefined;

/**
 * The Office 365 collector: on its schedule, starts the subscriptions that are missing, writes what became available to
 * log objects and enqueues their ranges. Throws when a content type failed, so that the invocation fails and its alarm
 * rings; the others are collected all the same.
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
    return outcomeOf(await collectOffice365(collection, { ...ports, remainingMs }));
  } catch (error) {
    throw toInvocationError(error);
  } finally {
    wired?.telemetry.flush();
  }
}
