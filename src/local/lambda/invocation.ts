/** One line that the function wrote, without its line ending. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** A failed invocation, as Lambda's Invoke API gives it in the payload of a function error. */
export interface FunctionError {
  /**
   * The error's own name, or one of the runtime's: `Sandbox.Timedout`, `Runtime.ExitError`,
   * `Runtime.ImportModuleError`, `Runtime.HandlerNotFound`, `Runtime.MarshalError`.
   */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace?: readonly string[];
}

/** What came of one invocation. */
export interface InvocationResult {
  readonly requestId: string;
  /** True when a new process was started for it. */
  readonly coldStart: boolean;
  /** Milliseconds in the handler, the start of the process not counted. */
  readonly durationMs: number;
  /** What the handler returned, through JSON; null when it returned nothing or failed. */
  readonly payload: unknown;
  /** Absent on success. */
  readonly error?: FunctionError;
  /** Everything that was written during the invocation, the start of the process included. */
  readonly logLines: readonly LogLine[];
}

/** Parent to process: handle this event. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly traceId: string;
  readonly functionArn: string;
  /** JSON text. */
  readonly event: string;
  /** Milliseconds since 1970 at which the process is killed. */
  readonly deadline: number;
}

/** Process to parent, once: the bundle is loaded. */
export interface ReadyMessage {
  readonly type: 'ready';
}

/** Process to parent: what came of an event, or of loading the bundle. Comes after the end marks of both streams. */
export type AnswerMessage =
  | { readonly type: 'result'; readonly payload: string }
  | { readonly type: 'error'; readonly error: FunctionError };

/**
 * Ends what an invocation wrote: output and answer travel on different channels, and without it the
 * last lines could arrive after the answer.
 */
export const END_MARK = '\u0000crosstrail-end-of-invocation';
