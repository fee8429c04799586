import { randomUUID } from 'node:crypto';
import tls from 'node:tls';
import { ENTRA_AUDIENCE } from '#shared/aws/web-identity-token.ts';
import { createLoopbackCertificate, type LoopbackCertificate } from './loopback-certificate.ts';
import { startEntra, type LocalEntra } from './microsoft/entra-server.ts';
import { startSts, type LocalSts } from './sts/sts-server.ts';

/** What signing in without a secret needs: AWS STS, Entra ID, and an application that trusts the account's roles. */
export interface LocalWorkloadIdentity {
  readonly certificate: LoopbackCertificate;
  readonly sts: LocalSts;
  readonly entra: LocalEntra;
  readonly clientId: string;
  /** Gives the application a federated credential for a role. */
  federate(roleArn: string): void;
  /** What a function needs to reach the two and to trust their certificate. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Lets this process trust the authority too, until the function that it gives is called: Node reads NODE_EXTRA_CA_CERTS
 * only when it starts.
 */
function trustHere(authority: string): () => void {
  const before = new Set(tls.getCACertificates('default'));
  tls.setDefaultCACertificates([...before, authority]);
  const added = new Set(tls.getCACertificates('default').filter((each) => !before.has(each)));
  return () => {
    tls.setDefaultCACertificates(tls.getCACertificates('default').filter((each) => !added.has(each)));
  };
}

/** Starts both over TLS, with an application that trusts the role of the local STS. */
export async function startWorkloadIdentity(): Promise<LocalWorkloadIdentity> {
  const certificate = await createLoopbackCertificate();
  const distrust = trustHere(certificate.authority);
  const closers = [() => certificate.close(), async () => distrust()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  let sts: LocalSts;
  let entra: LocalEntra;
  try {
    sts = await startSts({ certificate });
    closers.push(() => sts.close());
    entra = await startEntra({ certificate });
    closers.push(() => entra.close());
  } catch (error) {
    await close();
    throw error;
  }
  const clientId = randomUUID();
  const federate = (subject: string): void => {
    const credential = { issuer: sts.issuer, subject, audience: ENTRA_AUDIENCE };
    entra.applications.set(clientId, [...(entra.applications.get(clientId) ?? []), credential]);
  };
  federate(sts.roleArn);
  return {
    certificate,
    sts,
    entra,
    clientId,
    federate,
    environment: {
      AWS_ENDPOINT_URL_STS: sts.endpoint,
      NODE_EXTRA_CA_CERTS: certificate.authorityFile,
      AZURE_AUTHENTICATION: 'WorkloadIdentity',
      AZURE_STORAGE_CONNECTION_STRING_SECRET: '',
      AZURE_TENANT_ID: entra.tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_AUTHORITY_HOST: entra.authorityHost,
    },
    close,
  };
}
