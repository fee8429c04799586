/**
 * Runs in the process of a local Lambda function: loads the built bundle and calls its handler for each message of the
 * parent. Started by execution-environment.ts, never imported.
 */
import { pathToFileURL } from 'node:url';
import {
  type AnswerMessage,
  END_MARK,
  type FunctionError,
  type InvokeMessage,
  type ReadyMessage,
} from './invocation.ts';

type Handler = (event: unknown, context: object) => unknown;

/** The answer goes out after everything that the handler wrote before it. */
async function sendAnswer(message: AnswerMessage): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise((resolve) => stream.write(`${END_MARK}\n`, resolve));
  }
  process.send?.(message);
}

function toFunctionError(error: unknown, errorType?: string): FunctionError {
  if (!(error instanceof Error)) return { errorType: errorType ?? typeof error, errorMessage: String(error) };
  return {
    errorType: errorType ?? error.name,
    errorMessage: error.message,
    stackTrace: error.stack?.split('\n') ?? [],
  };
}

async function loadHandler(bundle: string): Promise<Handler | FunctionError> {
  let exported: Record<string, unknown>;
  try {
    exported = (await import(pathToFileURL(bundle).href)) as Record<string, unknown>;
  } catch (error) {
    const missing = (error as { code?: unknown } | null)?.code === 'ERR_MODULE_NOT_FOUND';
    return toFunctionError(error, missing ? 'Runtime.ImportModuleError' : undefined);
  }
  return typeof exported['handler'] === 'function'
    ? (exported['handler'] as Handler)
    : { errorType: 'Runtime.HandlerNotFound', errorMessage: `${bundle} exports no function named handler` };
}

async function invoke(handler: Handler, message: InvokeMessage): Promise<AnswerMessage> {
  const { env } = process;
  env['_X_AMZN_TRACE_ID'] = message.traceId;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
    invokedFunctionArn: message.functionArn,
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    awsRequestId: message.requestId,
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
    getRemainingTimeInMillis: () => Math.max(0, message.deadline - Date.now()),
  };
  let returned: unknown;
  try {
    returned = await handler(JSON.parse(message.event), context);
  } catch (error) {
    return { type: 'error', error: toFunctionError(error) };
  }
  try {
    return { type: 'result', payload: JSON.stringify(returned ?? null) };
  } catch (error) {
    return { type: 'error', error: toFunctionError(error, 'Runtime.MarshalError') };
  }
}

const bundle = process.argv[2] ?? '';
process.on('disconnect', () => process.exit(0));
const handler = await loadHandler(bundle);
if (typeof handler === 'function') {
  process.on('message', (message: InvokeMessage) => {
    void invoke(handler, message).then(sendAnswer);
  });
  process.send?.({ type: 'ready' } satisfies ReadyMessage);
} else {
  await sendAnswer({ type: 'error', error: handler });
}
