import type { AccessToken, ClientAssertionCredentialOptions, TokenCredential } from '@azure/identity';
import { AZURE_PATIENCE, type AzurePatience } from './azure-tries.ts';
import { noteFailures } from './entra-answer.ts';

/**
 * Three tries of 5 s: signing in precedes reading, and must not use up the time that an invocation keeps for settling.
 */
export const ENTRA_PATIENCE: AzurePatience = {
  ...AZURE_PATIENCE,
  tries: 3,
  tryTimeoutMs: 5_000,
  longestRetryAfterMs: 5_000,
};

/**
 * One request to Entra ID for a token. `credentialWith` makes a credential that is used once: MSAL's own cache would give
 * a token again that was refused. Throws what Entra answered where it did, else the SDK's error.
 */
export async function exchangeOnce(
  {
    scope,
    authorityHost,
    timeoutMs,
  }: {
    readonly scope: string;
    readonly authorityHost: string;
    readonly timeoutMs: number;
  },
  credentialWith: (options: ClientAssertionCredentialOptions) => TokenCredential,
): Promise<AccessToken> {
  const failures: unknown[] = [];
  const note = noteFailures(timeoutMs, (failure) => failures.push(failure));
  const credential = credentialWith({
    authorityHost,
    // Whether the host is one of Microsoft's is for the setting to say; nothing else is asked.
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: 'crosstrail' },
    additionalPolicies: [{ policy: note, position: 'perCall' }],
  });
  try {
    const token = await credential.getToken(scope);
    if (token === null) throw new Error('the credential gave no token');
    return token;
  } catch (error) {
    throw failures.at(-1) ?? error;
  }
}
