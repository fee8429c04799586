import type { ApiAnswer } from '#shared/collection/api-client.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { ContentType } from './content-types.ts';

/** `AF20024` and its like in `{"error":{"code":…}}`, or in a text; empty when there is none. */
export function afCodeOf({ text }: Pick<ApiAnswer, 'text'>): string {
  return /\bAF\d{2,6}\b/.exec(text.slice(0, 2_000))?.[0] ?? '';
}

/** Documented as 403 with AF429; some gateways answer 429. */
export function isOffice365Throttle(answer: ApiAnswer): boolean {
  return answer.status >= 400 && afCodeOf(answer) === 'AF429';
}

/** True when the subscription that was to be started exists. The code is not documented. */
export function isAlreadyEnabled(answer: ApiAnswer): boolean {
  return afCodeOf(answer) === 'AF20024';
}

/** True for content that is gone (AF20051) or never was (AF20050). */
export function isContentGone(answer: ApiAnswer): boolean {
  return ['AF20050', 'AF20051'].includes(afCodeOf(answer)) || answer.status === 404 || answer.status === 410;
}

/** What an answer that refuses means. Only its code is repeated. */
export function refusalOf({ contentType, logType }: ContentType, answer: ApiAnswer): CrosstrailError {
  const code = afCodeOf(answer) || 'no code';
  const fields = { logType, status: answer.status, code };
  const said = `${contentType} was answered with ${answer.status} ${code}`;
  // AF10001: the permissions of the app. https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference#errors
  if (code === 'AF10001' || answer.status === 401 || answer.status === 403) {
    return new CrosstrailError('OFFICE365_PERMISSION_MISSING', said, fields);
  }
  if (/^AF2001[0-3]$/.test(code) || /tenant .* does not exist/i.test(answer.text.slice(0, 2_000))) {
    return new CrosstrailError('OFFICE365_AUDITING_OFF', said, fields);
  }
  if (code === 'AF20030' || code === 'AF20055') {
    return new CrosstrailError('OFFICE365_WINDOW_TOO_OLD', said, fields);
  }
  return new CrosstrailError('OFFICE365_REQUEST_REFUSED', said, fields);
}
