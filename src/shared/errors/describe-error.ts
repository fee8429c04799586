import { CrosstrailError } from './crosstrail-error.ts';

/** The parts of an error that may reach a log. */
export interface ErrorDescription {
  name: string;
  code?: string;
  message?: string;
  fix?: string;
  fields?: Readonly<Record<string, unknown>>;
  httpStatusCode?: number;
  requestId?: string;
  /** Stack frames only: the head of a stack repeats the message, which may quote what was parsed. */
  frames?: string[];
  cause?: ErrorDescription;
}

const MAX_CAUSES = 4;
const MAX_FRAMES = 12;
/** Codes and request ids are single tokens; anything else in those fields is not logged. */
const TOKEN = /^[\w.-]{1,80}$/;

function tokenOf(value: unknown): string | undefined {
  return typeof value === 'string' && TOKEN.test(value) ? value : undefined;
}

function describe(error: unknown, depth: number): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const description: ErrorDescription = { name: tokenOf(error.name) ?? 'Error' };
  const foreign = error as Error & {
    code?: unknown;
    statusCode?: unknown;
    $metadata?: { httpStatusCode?: unknown; requestId?: unknown };
    details?: { requestId?: unknown };
    response?: { headers?: { get?: (name: string) => string | undefined } };
  };

  if (error instanceof CrosstrailError) {
    description.code = error.code;
    description.message = error.message;
    description.fix = error.fix;
    description.fields = error.fields;
  } else {
    const code = tokenOf(foreign.code);
    if (code !== undefined) description.code = code;
    const status = foreign.statusCode ?? foreign.$metadata?.httpStatusCode;
    if (typeof status === 'number') description.httpStatusCode = status;
    const requestId = tokenOf(
      foreign.$metadata?.requestId ?? foreign.response?.headers?.get?.('x-ms-request-id'),
    );
    if (requestId !== undefined) description.requestId = requestId;
  }

  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim());
  if (frames !== undefined && frames.length > 0) description.frames = frames;
  if (error.cause !== undefined && depth < MAX_CAUSES) description.cause = describe(error.cause, depth + 1);
  return description;
}

/**
 * The only way in which an error reaches a log. Messages of foreign errors are left out, because parsers quote their
 * input and Azure quotes the string it signed; their name, code, status and request id remain.
 */
export function describeError(error: unknown): ErrorDescription {
  return describe(error, 0);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * An error that a Lambda may throw to its runtime, which logs message and stack by itself: the described parts of
 * `error` and nothing else.
 */
export function toInvocationError(error: unknown): Error {
  const { name, code, message, fix, httpStatusCode, requestId, cause } = describeError(error);
  const what =
    message ?? [name, code, httpStatusCode, requestId].filter((part) => part !== undefined).join(' ');
  const becauseOf =
    cause?.message ?? [cause?.name, cause?.code].filter((part) => part !== undefined).join(' ');
  const thrown = new Error(
    [
      sentence(what),
      becauseOf === '' ? '' : sentence(`Cause: ${becauseOf}`),
      fix === undefined ? '' : `What to do: ${fix}`,
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
  thrown.name = code ?? name;
  // The message of a CrosstrailError starts with its code already.
  thrown.stack = thrown.message.startsWith(thrown.name)
    ? thrown.message
    : `${thrown.name}: ${thrown.message}`;
  return thrown;
}
