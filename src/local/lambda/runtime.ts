import { randomBytes, randomUUID } from 'node:crypto';
import { type Ending, ExecutionEnvironment, type ProcessSettings } from './execution-environment.ts';
import type { AnswerMessage, FunctionError, InvocationResult, LogLine } from './invocation.ts';
import { processEnvironment } from './process-environment.ts';

const ACCOUNT_ID = '000000000000';
/** Lambda gives the start of a process 10 s. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const INIT_TIMEOUT_SECONDS = 10;

export interface LambdaFunctionOptions {
  readonly functionName: string;
  /** Absolute path of the built bundle, an ES module that exports `handler`. */
  readonly bundle: string;
  /** The function's own variables; nothing else of this process's environment reaches it. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds until the process is killed; 3 as in Lambda. */
  readonly timeoutSeconds?: number;
  /** Largest heap, MB; 128 as in Lambda. */
  readonly memoryMegabytes?: number;
  readonly region?: string;
  /** Sees each line while the function still runs. */
  readonly onLogLine?: (line: LogLine, requestId: string) => void;
}

export interface LocalLambdaFunction {
  readonly functionName: string;
  readonly functionArn: string;
  /**
   * Handles one event, in an idle process if there is one, else in a new one. A function that fails resolves too, with
   * `error` set; it rejects only for an event that JSON cannot hold.
   */
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
  /** Ends all processes, also those that still handle an event. */
  readonly close: () => Promise<void>;
}

/** Lambda on the laptop: runs a built bundle in processes of its own, one event at a time in each, warm in between. */
export function createLambdaFunction(options: LambdaFunctionOptions): LocalLambdaFunction {
  const { functionName, bundle, timeoutSeconds = 3, memoryMegabytes = 128, region = 'us-east-1' } = options;
  const functionArn = `arn:aws:lambda:${region}:${ACCOUNT_ID}:function:${functionName}`;
  const environment = processEnvironment({ ...options, memoryMegabytes, region });
  const settings: ProcessSettings = { bundle, environment, memoryMegabytes };
  const processes = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];

  const invoke = async (event: unknown): Promise<InvocationResult> => {
    const requestId = randomUUID();
    const json = JSON.stringify(event ?? null);
    const warm = idle.pop();
    const sandbox = warm ?? new ExecutionEnvironment(settings);
    processes.add(sandbox);
    const logLines: LogLine[] = [];
    sandbox.onLine = (line) => {
      logLines.push(line);
      options.onLogLine?.(line, requestId);
    };

    let limitSeconds = INIT_TIMEOUT_SECONDS;
    let started = Date.now();
    let outcome = warm === undefined ? await sandbox.start(limitSeconds * 1000) : undefined;
    if (outcome === undefined) {
      limitSeconds = timeoutSeconds;
      started = Date.now();
      const deadline = started + limitSeconds * 1000;
      const message = { requestId, traceId: newTraceId(), functionArn, event: json, deadline };
      outcome = await sandbox.invoke(message, limitSeconds * 1000);
    }
    const durationMs = Date.now() - started;

    if (sandbox.dead) processes.delete(sandbox);
    else idle.push(sandbox);
    const result = { requestId, coldStart: warm === undefined, durationMs, payload: null, logLines };
    if (outcome.type === 'result') return { ...result, payload: JSON.parse(outcome.payload) as unknown };
    return { ...result, error: toFunctionError(outcome, requestId, limitSeconds) };
  };

  const close = async (): Promise<void> => {
    await Promise.all([...processes].map((sandbox) => sandbox.kill()));
    processes.clear();
    idle.length = 0;
  };
  return { functionName, functionArn, invoke, close };
}

/** The texts are Lambda's. */
function toFunctionError(
  outcome: Exclude<AnswerMessage | Ending, { type: 'result' }>,
  requestId: string,
  limitSeconds: number,
): FunctionError {
  if (outcome.type === 'error') return outcome.error;
  const [errorType, cause] =
    outcome.type === 'timed-out'
      ? ['Sandbox.Timedout', `Task timed out after ${limitSeconds.toFixed(2)} seconds`]
      : ['Runtime.ExitError', `Runtime exited with error: ${outcome.reason}`];
  return { errorType, errorMessage: `RequestId: ${requestId} Error: ${cause}` };
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Sampled=0`;
}
