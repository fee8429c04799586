import { ServiceError } from '../service-error.ts';

/** The parameters of GetWebIdentityToken. */
export interface TokenRequest {
  readonly audiences: readonly string[];
  readonly algorithm: string;
  /** Seconds. */
  readonly durationSeconds: number;
}

const AUDIENCE = 'api://AzureADTokenExchange';
/** Seconds that the roles' policy allows. */
const ALLOWED_SECONDS = 300;

/**
 * Reads the parameters, within AWS's bounds and those of the policy that template.yaml gives each role.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 * @throws {ServiceError} ValidationError or AccessDenied.
 */
export function readTokenRequest(body: URLSearchParams): TokenRequest {
  const audiences = [...body]
    .filter(([name]) => /^Audience\.member\.\d+$/.test(name))
    .map(([, value]) => value);
  const algorithm = body.get('SigningAlgorithm') ?? '';
  const durationSeconds = Number(body.get('DurationSeconds') ?? '300');
  const isValid =
    audiences.length >= 1 &&
    audiences.length <= 10 &&
    audiences.every((audience) => audience.length >= 1 && audience.length <= 1000) &&
    ['RS256', 'ES384'].includes(algorithm) &&
    Number.isInteger(durationSeconds) &&
    durationSeconds >= 60 &&
    durationSeconds <= 3600;
  if (!isValid) throw new ServiceError('ValidationError', 'A parameter is out of its bounds');
  const isAllowed =
    audiences.every((audience) => audience === AUDIENCE) &&
    algorithm === 'RS256' &&
    durationSeconds <= ALLOWED_SECONDS;
  if (!isAllowed) {
    throw new ServiceError(
      'AccessDenied',
      'The role is not authorized to perform: sts:GetWebIdentityToken',
      403,
    );
  }
  return { audiences, algorithm, durationSeconds };
}
