import type { InvocationResult } from './invocation.ts';

/**
 * The messages of a batch that the function did not settle, by Lambda's rules for `ReportBatchItemFailures`: an error
 * or an answer that Lambda does not understand fails the whole batch; no list, null or an empty list is success.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedMessageIds(
  messageIds: readonly string[],
  { payload, error }: Pick<InvocationResult, 'payload' | 'error'>,
): ReadonlySet<string> {
  const all = new Set(messageIds);
  const none = new Set<string>();
  if (error !== undefined) return all;
  if (payload === null) return none;
  if (typeof payload !== 'object' || Array.isArray(payload)) return all;
  const { batchItemFailures = null } = payload as { batchItemFailures?: unknown };
  if (batchItemFailures === null) return none;
  if (!Array.isArray(batchItemFailures)) return all;

  const failed = new Set<string>();
  for (const failure of batchItemFailures as unknown[]) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}
