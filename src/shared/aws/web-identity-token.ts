import { GetWebIdentityTokenCommand, type STSClient } from '@aws-sdk/client-sts';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';

/** Where a token comes from that says which IAM role this is, for a service outside of AWS. */
export interface WebIdentityTokens {
  /** A token that is valid for a minute at least. Throws AWS_FEDERATION_DISABLED or an AWS_IDENTITY_… error. */
  current(): Promise<string>;
  /** The next one is asked for anew. */
  forget(): void;
}

/** The only audience that Entra takes: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations */
export const ENTRA_AUDIENCE = 'api://AzureADTokenExchange';

/**
 * Seconds that a token is valid for, and the most that the roles' policies allow. AWS takes 60 to 3,600.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
const DURATION_SECONDS = 300;
/** What is left of a token's time when it is still handed out, milliseconds: enough to exchange it. */
const SPARE_MS = 60_000;

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html; those that are not listed may pass. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  OutboundWebIdentityFederationDisabledException: 'AWS_FEDERATION_DISABLED',
  AccessDenied: 'AWS_IDENTITY_DENIED',
  AccessDeniedException: 'AWS_IDENTITY_DENIED',
  SessionDurationEscalationException: 'AWS_SESSION_ENDING',
  ExpiredToken: 'AWS_SESSION_ENDING',
  ExpiredTokenException: 'AWS_SESSION_ENDING',
  CredentialsProviderError: 'AWS_CREDENTIALS_MISSING',
  InvalidClientTokenId: 'AWS_CREDENTIALS_MISSING',
  SignatureDoesNotMatch: 'AWS_CREDENTIALS_MISSING',
};

interface Held {
  readonly token: string;
  /** Epoch ms. */
  readonly until: number;
}

/**
 * Tokens of AWS outbound identity federation, signed with RS256, which is what Entra takes. One is kept until a minute
 * before its end, and callers side by side wait for the same one.
 */
export class StsWebIdentityTokens implements WebIdentityTokens {
  readonly #client: STSClient;
  readonly #now: () => number;
  #held: Held | undefined;
  #asking: Promise<Held> | undefined;

  /** `client` asks the Region's own endpoint: the global one does not have this operation. */
  constructor(client: STSClient, now: () => number = Date.now) {
    this.#client = client;
    this.#now = now;
  }

  async current(): Promise<string> {
    if (this.#held !== undefined && this.#now() < this.#held.until) return this.#held.token;
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    this.#held = await this.#asking;
    return this.#held.token;
  }

  forget(): void {
    this.#held = undefined;
  }

  async #ask(): Promise<Held> {
    try {
      const { WebIdentityToken: token, Expiration: end } = await this.#client.send(
        new GetWebIdentityTokenCommand({
          Audience: [ENTRA_AUDIENCE],
          SigningAlgorithm: 'RS256',
          DurationSeconds: DURATION_SECONDS,
        }),
      );
      if (token === undefined || end === undefined) {
        throw new CrosstrailError(
          'AWS_IDENTITY_UNAVAILABLE',
          'AWS STS answered without a web identity token',
        );
      }
      return { token, until: end.getTime() - SPARE_MS };
    } catch (error) {
      if (error instanceof CrosstrailError) throw error;
      const { name } = error as Error;
      const code = CODES[name] ?? 'AWS_IDENTITY_UNAVAILABLE';
      const what = `AWS STS gave no web identity token (GetWebIdentityToken: ${name})`;
      throw new CrosstrailError(code, what, { audience: ENTRA_AUDIENCE }, error);
    }
  }
}
