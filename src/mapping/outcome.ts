import type { JsonObject, JsonValue } from './audit-event.ts';
import type { Envelope } from './envelope.ts';
import { firstText, scalarText, textOf } from './json-value.ts';

/** How it ended, as far as the record tells. */
export interface Outcome {
  /** Absent for what has no end yet (`Start`, `Accept`) or no success and failure (`Active`, `Updated`). */
  readonly result?: 'Success' | 'Failure' | undefined;
  /** HTTP status, three digits. */
  readonly httpStatus?: string | undefined;
  /** Only on failure: what goes into `errorCode`. */
  readonly code?: string | undefined;
  /** Only on failure: text for a person. */
  readonly message?: string | undefined;
}

const FAILED = new Set([
  'fail',
  'failed',
  'failure',
  'error',
  'canceled',
  'cancelled',
  'timeout',
  'timedout',
  'denied',
  'clienterror',
  'servererror',
]);
const SUCCEEDED = new Set(['success', 'succeeded', 'ok', 'completed']);

/** Statuses of 400 and more as .NET names them, which is how Azure Resource Manager writes `properties.statusCode`. */
const STATUS_NAMES: ReadonlyMap<string, number> = new Map([
  ['badrequest', 400],
  ['unauthorized', 401],
  ['paymentrequired', 402],
  ['forbidden', 403],
  ['notfound', 404],
  ['methodnotallowed', 405],
  ['notacceptable', 406],
  ['requesttimeout', 408],
  ['conflict', 409],
  ['gone', 410],
  ['lengthrequired', 411],
  ['preconditionfailed', 412],
  ['requestentitytoolarge', 413],
  ['unsupportedmediatype', 415],
  ['unprocessableentity', 422],
  ['faileddependency', 424],
  ['toomanyrequests', 429],
  ['internalservererror', 500],
  ['notimplemented', 501],
  ['badgateway', 502],
  ['serviceunavailable', 503],
  ['gatewaytimeout', 504],
]);

/** True for a word that says failure. */
export function saysFailure(word: string | undefined): boolean {
  return word !== undefined && FAILED.has(word.toLowerCase());
}

/** True for a word that says success. */
export function saysSuccess(word: string | undefined): boolean {
  return word !== undefined && SUCCEEDED.has(word.toLowerCase());
}

/** The first value that is an HTTP status, as a number, three digits or .NET's name for a failing one. */
export function httpStatusOf(...values: readonly (JsonValue | undefined)[]): number | undefined {
  for (const value of values) {
    const text = scalarText(value);
    if (text === undefined) continue;
    if (/^[1-5]\d\d$/.test(text)) return Number(text);
    const named = STATUS_NAMES.get(text.toLowerCase());
    if (named !== undefined) return named;
  }
  return undefined;
}

/** What follows the point in `Failed.Conflict`, or the signature itself when it is one word. */
function signatureCode(signature: string | undefined): string | undefined {
  if (signature === undefined || /^(?:succeeded|accepted|started)\b/i.test(signature)) return undefined;
  const suffix = signature.slice(signature.indexOf('.') + 1).trim();
  return suffix === '' || /^none$/i.test(suffix) || saysSuccess(suffix) ? undefined : suffix;
}

/** What a log type adds to the members that all share. */
export interface OutcomeHints {
  /** Where the log type writes the HTTP status, most telling first. */
  readonly status?: readonly (JsonValue | undefined)[];
  /** Its own code for the failure, when it has one. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** Its own word for the result, used when `resultType` says neither success nor failure. */
  readonly word?: string | undefined;
}

/** The outcome of Resource Manager operations and resource logs: an HTTP status of 400 or more beats `Success`. */
export function outcomeOf(envelope: Envelope, hints: OutcomeHints = {}): Outcome {
  const { resultType, resultSignature } = envelope;
  const signed = signatureCode(resultSignature);
  const status = httpStatusOf(...(hints.status ?? []), signed);
  const httpStatus = status === undefined ? undefined : String(status);
  const isRefused = status !== undefined && status >= 400;
  const isFailure =
    isRefused ||
    saysFailure(resultType) ||
    /^failed\b/i.test(resultSignature ?? '') ||
    saysFailure(resultSignature) ||
    (!saysSuccess(resultType) && saysFailure(hints.word));
  if (isFailure) {
    const word = saysFailure(resultType) ? resultType : (hints.word ?? resultSignature);
    const code = hints.code ?? (saysFailure(signed) ? undefined : signed) ?? httpStatus ?? word;
    return { result: 'Failure', httpStatus, code, message: hints.message ?? envelope.resultDescription };
  }
  const isSuccess =
    saysSuccess(resultType) || saysSuccess(hints.word) || (resultType === undefined && status !== undefined);
  return { result: isSuccess ? 'Success' : undefined, httpStatus };
}

/** Code and message inside an ARM error: `{error: {code, message}}` or `{code, message}`. */
export function armError(body: JsonObject | undefined): {
  code: string | undefined;
  message: string | undefined;
} {
  const inner = body?.['error'];
  const error = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : body;
  return { code: scalarText(error?.['code']), message: firstText(error?.['message'], textOf(inner)) };
}
