/**
 * An answer of an AWS service that the local cloud stands in for, other than success.
 * https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/CommonErrors.html
 */
export class ServiceError extends Error {
  /** Name on the wire: `x-amzn-errortype` (PutAuditEvents) or `__type` (control plane). */
  readonly type: string;
  /** HTTP status, 4xx or 5xx. */
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = 'ServiceError';
    this.type = type;
    this.status = status;
  }
}

/** The statement is not a SELECT that Lake and Athena take: wrong syntax, an unknown function or column, another verb. */
export class QueryStatementError extends ServiceError {
  constructor(message: string) {
    super('InvalidQueryStatementException', message);
    this.name = 'QueryStatementError';
  }
}
