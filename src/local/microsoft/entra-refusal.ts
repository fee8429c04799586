import { randomUUID } from 'node:crypto';

/** A sign-in that Entra ID refuses, in the form in which it answers. */
export class EntraRefusal extends Error {
  readonly status: number;
  /** OAuth error. */
  readonly oauthError: string;
  readonly number: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    number: number,
    oauthError: string,
    description: string,
    status = 400,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(description);
    this.name = 'EntraRefusal';
    this.status = status;
    this.oauthError = oauthError;
    this.number = number;
    this.headers = headers;
  }
}

/** The body of a refusal. https://learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application */
export function refusalBody({ oauthError, number, message }: EntraRefusal, authorityHost: string): object {
  const [traceId, correlationId] = [randomUUID(), randomUUID()];
  const timestamp = `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error: oauthError,
    error_description: `AADSTS${number}: ${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${authorityHost}/error?code=${number}`,
  };
}
