import { LOG_TYPES, type LogTypeName } from '#mapping/log-types.ts';
import { COLLECTION_TABLE } from '../local-cloud.ts';
import { RAW_BUCKET } from '../s3.ts';
import type { CollectedSamples } from '../sample-collected-records.ts';
import { startWorkloadIdentity, type LocalWorkloadIdentity } from '../workload-identity.ts';
import { startGraphServer, type GraphServer } from './graph-server.ts';
import { startOffice365Server, type Office365Server } from './office365-server.ts';

/** Log types that the samples have records of. */
export const SAMPLE_GRAPH_LOG_TYPES: readonly LogTypeName[] = [
  'entra-signins',
  'entra-audits',
  'entra-risk-detections',
];
export const SAMPLE_OFFICE365_LOG_TYPES: readonly LogTypeName[] = [
  'office365-azureactivedirectory',
  'office365-exchange',
  'office365-general',
];

/** Microsoft Graph and the Office 365 Management Activity API on 127.0.0.1, with Entra ID and AWS STS to sign in by. */
export interface LocalMicrosoft {
  readonly graph: GraphServer;
  readonly office365: Office365Server;
  readonly identity: LocalWorkloadIdentity;
  /** What the collectors need beside the environment of the others. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gives both their records; those of Office 365 become available now. */
  fill(samples: CollectedSamples): void;
  close(): Promise<void>;
}

/** Starts all four. A token is good when this Entra ID gave it out. */
export async function startMicrosoft(): Promise<LocalMicrosoft> {
  const identity = await startWorkloadIdentity();
  const { entra, clientId } = identity;
  const isToken = (token: string): boolean => entra.tokens.includes(token);
  const graph = await startGraphServer({ isToken });
  // Started before, because content takes minutes to become available, and hours after the first start.
  const enabled = SAMPLE_OFFICE365_LOG_TYPES.map((logType) => contentTypeOf(logType));
  const office365 = await startOffice365Server({ tenant: entra.tenantId, isToken, enabled });
  for (const { endpoint } of [graph, office365]) entra.resources.add(endpoint);
  const { AWS_ENDPOINT_URL_STS = '', NODE_EXTRA_CA_CERTS = '' } = identity.environment;
  return {
    graph,
    office365,
    identity,
    environment: {
      AWS_ENDPOINT_URL_STS,
      NODE_EXTRA_CA_CERTS,
      AZURE_AUTHORITY_HOST: entra.authorityHost,
      ENTRA_TENANTS: entra.tenantId,
      ENTRA_CLIENT_ID: clientId,
      COLLECTION_TABLE_NAME: COLLECTION_TABLE,
      RAW_BUCKET_NAME: RAW_BUCKET,
      GRAPH_ENDPOINT: graph.endpoint,
      GRAPH_LOG_TYPES: SAMPLE_GRAPH_LOG_TYPES.join(','),
      GRAPH_DAYS_BACK: '0',
      OFFICE365_ENDPOINT: office365.endpoint,
      OFFICE365_LOG_TYPES: SAMPLE_OFFICE365_LOG_TYPES.join(','),
      OFFICE365_DAYS_BACK: '0',
    },
    fill(samples) {
      for (const { path, records } of samples.graph)
        graph.add(
          path,
          records.map((json) => ({ json, visibleFrom: 0 })),
        );
      for (const { contentType, records } of samples.office365)
        office365.add(contentType, [{ contentId: contentType, created: Date.now() - AVAILABLE_MS, records }]);
    },
    async close() {
      await graph.close();
      await office365.close();
      await identity.close();
    },
  };
}

function contentTypeOf(logType: LogTypeName): string {
  const facts = LOG_TYPES[logType];
  return 'contentType' in facts ? facts.contentType : '';
}

/** Content is read two minutes after it became available, in whole minutes. */
const AVAILABLE_MS = 4 * 60_000;
