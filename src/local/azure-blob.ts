import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import configuration from 'azurite/dist/src/blob/BlobConfiguration.js';
import server from 'azurite/dist/src/blob/BlobServer.js';
import memory from 'azurite/dist/src/common/persistence/MemoryExtentStore.js';
import telemetry from 'azurite/dist/src/common/Telemetry.js';
import type { LoopbackCertificate } from './loopback-certificate.ts';

/** Azurite's account and its key are public constants: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite */
const ACCOUNT_NAME = 'devstoreaccount1';
/** A second one, with the same key. */
export const SECOND_ACCOUNT_NAME = 'devstoreaccount2';
const ACCOUNT_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const KEEP_ALIVE_SECONDS = 5;
const WRITES_AT_ONCE = 50;

export interface AzureBlobOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** Where blobs live on; without it they are in memory and end with the server. */
  dataDirectory?: string;
  /** Speaks TLS, and takes tokens of Entra ID beside the accounts' keys, without checking their signatures and roles. */
  certificate?: LoopbackCertificate;
}

/** One storage account of the server. */
export interface LocalStorageAccount {
  readonly accountName: string;
  readonly connectionString: string;
  /** `http://127.0.0.1:<port>/<account>`, or https with a certificate. */
  readonly endpoint: string;
}

export interface LocalAzureBlob extends LocalStorageAccount {
  /** Another account of the same server. */
  readonly second: LocalStorageAccount;
  /** Ends connections, writes what is to be kept and frees the port. */
  readonly close: () => Promise<void>;
}

/** Azure Blob Storage on the laptop: Azurite in this process, on 127.0.0.1 only, without telemetry or logs. */
export async function startAzureBlob({
  port = 0,
  dataDirectory,
  certificate,
}: AzureBlobOptions = {}): Promise<LocalAzureBlob> {
  telemetry.AzuriteTelemetryClient.init(dataDirectory ?? '', false, undefined);
  if (dataDirectory !== undefined) await mkdir(dataDirectory, { recursive: true });
  const directory = dataDirectory ?? '';
  const azurite = new server.default(
    new configuration.default(
      '127.0.0.1',
      port,
      KEEP_ALIVE_SECONDS,
      join(directory, 'blob.json'),
      join(directory, 'blob-extents.json'),
      [{ locationId: 'Default', locationPath: join(directory, 'blobs'), maxConcurrency: WRITES_AT_ONCE }],
      false, // access log
      undefined,
      false, // debug log
      undefined,
      false, // loose: unsupported headers are errors, as in Azure
      false, // skipApiVersionCheck: a service version that Azurite does not know is an error
      certificate?.certFile ?? '',
      certificate?.keyFile ?? '',
      '',
      certificate === undefined ? undefined : 'basic',
      false,
      dataDirectory === undefined,
      // Azurite's default store is shared by all servers of a process; each of ours has its own.
      new memory.MemoryExtentChunkStore(),
    ),
  );
  const key1 = Buffer.from(ACCOUNT_KEY, 'base64');
  azurite.accountDataStore.refresh = () => {
    azurite.accountDataStore.accounts = Object.fromEntries(
      [ACCOUNT_NAME, SECOND_ACCOUNT_NAME].map((name) => [name, { name, key1 }]),
    );
  };
  await azurite.start();
  const { port: actualPort } = azurite.httpServer.address() as AddressInfo;
  const protocol = certificate === undefined ? 'http' : 'https';
  const accountOf = (accountName: string): LocalStorageAccount => {
    const endpoint = `${protocol}://127.0.0.1:${actualPort}/${accountName}`;
    const connectionString = `DefaultEndpointsProtocol=${protocol};AccountName=${accountName};AccountKey=${ACCOUNT_KEY};BlobEndpoint=${endpoint};`;
    return { accountName, connectionString, endpoint };
  };
  return {
    ...accountOf(ACCOUNT_NAME),
    second: accountOf(SECOND_ACCOUNT_NAME),
    close: async () => {
      const closed = once(azurite.httpServer, 'close');
      await azurite.close();
      azurite.httpServer.closeAllConnections();
      await closed;
    },
  };
}
