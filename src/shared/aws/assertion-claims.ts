/** The claims of a web identity token that tell who it is for. None of them is a secret; the token is. */
export interface AssertionClaims {
  /** Issuer: the account's own, `https://<uuid>.tokens.sts.global.api.aws`. */
  readonly issuer: string;
  /** Subject: ARN of the IAM role, not of its session. */
  readonly subject: string;
  readonly audience: string;
}

const UNREADABLE: AssertionClaims = { issuer: 'unknown', subject: 'unknown', audience: 'unknown' };
/** Longer than any ARN of a role (path 512, name 64); more is not put into a message. */
const MAX_CLAIM_LENGTH = 700;

function textOf(claim: unknown): string {
  const first: unknown = Array.isArray(claim) ? claim[0] : claim;
  return typeof first === 'string' ? first.slice(0, MAX_CLAIM_LENGTH) : 'unknown';
}

/** Reads three claims of a JWT without checking its signature, for messages. Never throws. */
export function claimsOf(token: string): AssertionClaims {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const { iss, sub, aud } = JSON.parse(payload) as Record<string, unknown>;
    return { issuer: textOf(iss), subject: textOf(sub), audience: textOf(aud) };
  } catch {
    return UNREADABLE;
  }
}
