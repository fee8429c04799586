import type { ApiAnswer } from '#shared/collection/api-client.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { GraphLogType } from './graph-log-types.ts';

interface GraphError {
  readonly code: string;
  readonly message: string;
}

/** `{"error":{"code":…,"message":…}}`. https://learn.microsoft.com/graph/errors */
function errorIn(answer: ApiAnswer): GraphError {
  try {
    const { error } = JSON.parse(answer.text) as { error?: Readonly<Record<string, unknown>> };
    const text = (name: string): string => (typeof error?.[name] === 'string' ? error[name] : '');
    return { code: text('code'), message: text('message') };
  } catch {
    return { code: '', message: '' };
  }
}

/** Throttles that long chains of pages end in come with other statuses too, and say so in words only. */
export function isGraphThrottle(answer: ApiAnswer): boolean {
  return answer.status >= 400 && /request is throttled/i.test(errorIn(answer).message);
}

/** True when Graph no longer knows its own place in a window, so that only its start helps. */
export function isLostPage(answer: ApiAnswer): boolean {
  return answer.status === 400 && /skip ?token/i.test(errorIn(answer).message);
}

/** Answers about a window that the tenant's licence does not reach back to. */
function isTooOld({ message }: GraphError): boolean {
  return /retention|(only|last|past) \d+ days|out of range/i.test(message);
}

/** What an answer that is no page means. Its message is read and never repeated: it may quote the request. */
export function refusalOf({ logType, permission }: GraphLogType, answer: ApiAnswer): CrosstrailError {
  const error = errorIn(answer);
  const code = /^[\w.-]{1,80}$/.test(error.code) ? error.code : 'no code';
  const fields = {
    logType,
    status: answer.status,
    code,
    requestId: answer.headers.get('request-id') ?? undefined,
  };
  const said = `${logType} was answered with ${answer.status} ${code}`;
  if (/NonPremiumTenant|B2CTenant/i.test(error.code) || /premium licen[sc]e/i.test(error.message)) {
    return new CrosstrailError('GRAPH_LICENCE_MISSING', said, fields);
  }
  if (answer.status === 401 || answer.status === 403) {
    return new CrosstrailError('GRAPH_PERMISSION_MISSING', `${said}; it needs ${permission}`, fields);
  }
  if (answer.status === 400 && isTooOld(error)) {
    return new CrosstrailError('GRAPH_WINDOW_TOO_OLD', said, fields);
  }
  return new CrosstrailError('GRAPH_REQUEST_REFUSED', said, fields);
}
