import { ServiceError } from '../service-error.ts';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=[^,]+,\s*Signature=[0-9a-f]{64}$/;

/**
 * Checks that a request is signed (SigV4) for this service. The signature itself is not verified: the local cloud
 * knows no secret. https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html
 * @throws {ServiceError} 403, as AWS does.
 */
export function checkSignatureScope(authorization: string | undefined, service: string): void {
  if (authorization === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const scope = AUTHORIZATION.exec(authorization);
  if (scope === null) {
    throw new ServiceError('IncompleteSignatureException', 'Authorization is not a SigV4 header', 403);
  }
  if (scope[3] !== service) {
    throw new ServiceError(
      'InvalidSignatureException',
      `Credential should be scoped to correct service: '${service}'.`,
      403,
    );
  }
}
