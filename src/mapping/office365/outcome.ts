import type { JsonObject } from '../audit-event.ts';
import { firstText, scalarText, textOf } from '../json-value.ts';
import { httpStatusOf, saysFailure, saysSuccess, type Outcome } from '../outcome.ts';
import { memberOf } from './member-of.ts';

/** The first error number that is there and says failure: `0` is success. */
function errorNumber(record: JsonObject): string | undefined {
  const number = scalarText(record['ErrorCode']) ?? scalarText(record['ErrorNumber']);
  return number === '0' ? undefined : number;
}

/**
 * How a sign-in ended. Its `ResultStatus` tells only how the HTTP request did, so the operation and the error decide.
 * Nothing for a record that is no sign-in. `loginError`: the error in words among the extended properties.
 * https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#azure-active-directory-secure-token-service-sts-logon-schema
 */
export function logonOutcomeOf(record: JsonObject, loginError: string | undefined): Outcome | undefined {
  const operation = textOf(memberOf(record, 'Operation'))?.toLowerCase() ?? '';
  const logonError = textOf(record['LogonError']);
  const loginStatus = scalarText(record['LoginStatus']);
  const code = errorNumber(record) ?? logonError ?? (loginStatus === '0' ? undefined : loginStatus);
  if (operation === 'userloginfailed' || code !== undefined) {
    const word = textOf(memberOf(record, 'ResultStatus'));
    const isWord = code === undefined && saysFailure(word);
    return {
      result: 'Failure',
      code: code ?? (isWord ? word : 'UserLoginFailed'),
      message: firstText(loginError, logonError === code ? undefined : logonError),
    };
  }
  return operation === 'userloggedin' || loginStatus === '0' ? { result: 'Success' } : undefined;
}

/**
 * How it ended. `PartiallySucceeded` is neither success nor failure; records without a result (SharePoint, Teams) tell
 * of what was done and get none.
 */
export function outcomeOf365(record: JsonObject): Outcome {
  const word = scalarText(memberOf(record, 'ResultStatus'));
  const status = httpStatusOf(word);
  const httpStatus = status === undefined ? undefined : String(status);
  const isFailure = saysFailure(word) || word?.toLowerCase() === 'false' || (status ?? 0) >= 400;
  if (isFailure) return { result: 'Failure', httpStatus, code: word, message: undefined };
  const isSuccess = saysSuccess(word) || word?.toLowerCase() === 'true' || status !== undefined;
  return { result: isSuccess ? 'Success' : undefined, httpStatus };
}
