import { STSClient } from '@aws-sdk/client-sts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { startWorkloadIdentity, type LocalWorkloadIdentity } from '#local/workload-identity.ts';
import { StsWebIdentityTokens, type WebIdentityTokens } from '#shared/aws/web-identity-token.ts';
import type { AzurePatience } from '#shared/azure/azure-tries.ts';
import { WorkloadIdentity, type EntraApplication } from '#shared/azure/workload-identity.ts';

/** The shipped sign-in on the local STS and Entra ID, with a clock that a test moves. */
export class IdentityStage {
  readonly cloud: LocalWorkloadIdentity;
  /** Milliseconds by which this process's clock runs ahead of the services'. */
  aheadMs = 0;
  /** Pauses between tries, milliseconds. */
  readonly pauses: number[] = [];
  readonly #sts: STSClient;

  private constructor(cloud: LocalWorkloadIdentity) {
    this.cloud = cloud;
    this.#sts = new STSClient({
      endpoint: cloud.sts.endpoint,
      region: 'us-east-1',
      credentials: DUMMY_CREDENTIALS,
      maxAttempts: 1,
    });
  }

  static async start(): Promise<IdentityStage> {
    return new IdentityStage(await startWorkloadIdentity());
  }

  async close(): Promise<void> {
    this.#sts.destroy();
    await this.cloud.close();
  }

  now = (): number => Date.now() + this.aheadMs;

  /** A sign-in of a new process. */
  identity(change: Partial<EntraApplication> = {}, patience: Partial<AzurePatience> = {}): WorkloadIdentity {
    return this.identityWith(new StsWebIdentityTokens(this.#sts, this.now), change, patience);
  }

  /** A sign-in with other proofs of the role than those of STS. */
  identityWith(
    proofs: WebIdentityTokens,
    change: Partial<EntraApplication> = {},
    patience: Partial<AzurePatience> = {},
  ): WorkloadIdentity {
    const { entra, clientId } = this.cloud;
    const { tenantId, authorityHost } = entra;
    const sleep = async (ms: number): Promise<void> => void this.pauses.push(ms);
    return new WorkloadIdentity({ tenantId, clientId, authorityHost, ...change }, proofs, {
      now: this.now,
      sleep,
      ...patience,
    });
  }

  /** Requests for tokens so far: of AWS, and of Entra. */
  asked(): { sts: number; entra: number } {
    return { sts: this.cloud.sts.requests.length, entra: this.cloud.entra.requests.length };
  }

  /** Every token that was given out, and its parts: none of them may be found in an error. */
  secrets(): string[] {
    const tokens = [...this.cloud.sts.tokens, ...this.cloud.entra.tokens];
    return tokens.flatMap((token) => [token, ...token.split('.').slice(1)]);
  }
}
