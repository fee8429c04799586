import { CrosstrailError, type ErrorCode, type ErrorFields } from '#shared/errors/crosstrail-error.ts';

interface RestErrorLike {
  readonly statusCode?: number;
  readonly code?: string;
}

/** Error codes of the Blob service: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ContainerNotFound: 'CONTAINER_NOT_FOUND',
  ContainerBeingDeleted: 'CONTAINER_NOT_FOUND',
  BlobNotFound: 'LOG_OBJECT_NOT_FOUND',
  BlobArchived: 'LOG_OBJECT_ARCHIVED',
  BlobBeingRehydrated: 'LOG_OBJECT_ARCHIVED',
  ENOTFOUND: 'AZURE_UNREACHABLE',
  EAI_AGAIN: 'AZURE_UNREACHABLE',
  ECONNREFUSED: 'AZURE_UNREACHABLE',
  ECONNRESET: 'AZURE_UNREACHABLE',
  ETIMEDOUT: 'AZURE_UNREACHABLE',
  EHOSTUNREACH: 'AZURE_UNREACHABLE',
  ENETUNREACH: 'AZURE_UNREACHABLE',
  REQUEST_SEND_ERROR: 'AZURE_UNREACHABLE',
};

function codeOf({ code, statusCode }: RestErrorLike, reading: boolean): ErrorCode {
  const known = code === undefined ? undefined : CODES[code];
  if (known !== undefined) return known;
  if (statusCode === 401 || statusCode === 403) return 'AZURE_ACCESS_DENIED';
  if (statusCode === 404) return reading ? 'LOG_OBJECT_NOT_FOUND' : 'CONTAINER_NOT_FOUND';
  if (statusCode === 416) return 'LOG_OBJECT_SHRUNK';
  return statusCode === undefined ? 'AZURE_UNREACHABLE' : 'AZURE_REQUEST_FAILED';
}

/** True when Azure refused the credential, so that a rotated secret may help. */
export function isAccessDenied(error: unknown): boolean {
  const { statusCode } = error as RestErrorLike;
  return statusCode === 401 || statusCode === 403;
}

/**
 * The {@link CrosstrailError} for what the Azure SDK threw. `doing` says what was tried; `fields` says where: account,
 * container, logObject, and the endpoint, which is what one looks at when nobody answers. The service's own message
 * stays out: on a failed signature it quotes the string that was signed.
 */
export function toAzureError(error: unknown, doing: string, fields: ErrorFields): CrosstrailError {
  if (error instanceof CrosstrailError) return error;
  const rest = error as RestErrorLike;
  const answer = [rest.statusCode, rest.code].filter((part) => part !== undefined).join(' ');
  const code = codeOf(rest, fields['logObject'] !== undefined);
  const where = [fields['account'], fields['container'], fields['logObject']]
    .filter((part) => part !== undefined)
    .join('/');
  const at =
    code === 'AZURE_UNREACHABLE' && fields['endpoint'] !== undefined ? ` at ${fields['endpoint']}` : '';
  return new CrosstrailError(code, `${doing} ${where}${at} failed (${answer || 'no answer'})`, fields, error);
}
