/** The parts of Azurite that the local cloud starts in process. Its dist folder has no types. */

declare module 'azurite/dist/src/blob/BlobConfiguration.js' {
  import type { MemoryExtentChunkStore } from 'azurite/dist/src/common/persistence/MemoryExtentStore.js';
  type BlobConfiguration = new (
    host: string,
    port: number,
    /** Seconds. */
    keepAliveTimeout: number,
    metadataDBPath: string,
    extentDBPath: string,
    persistencePathArray: { locationId: string; locationPath: string; maxConcurrency: number }[],
    enableAccessLog: boolean,
    accessLogWriteStream: NodeJS.WritableStream | undefined,
    enableDebugLog: boolean,
    debugLogFilePath: string | undefined,
    loose: boolean,
    skipApiVersionCheck: boolean,
    cert: string,
    key: string,
    pwd: string,
    oauth: string | undefined,
    disableProductStyleUrl: boolean,
    isMemoryPersistence: boolean,
    memoryStore: MemoryExtentChunkStore | undefined,
  ) => object;
  const exports: { default: BlobConfiguration };
  export default exports;
}

declare module 'azurite/dist/src/blob/BlobServer.js' {
  import type { Server } from 'node:http';
  class BlobServer {
    constructor(configuration: object);
    readonly httpServer: Server;
    /** Reads the environment variable AZURITE_ACCOUNTS once a minute, for every server of the process. */
    readonly accountDataStore: {
      accounts: Readonly<Record<string, { readonly name: string; readonly key1: Buffer }>>;
      refresh(): void;
    };
    start(): Promise<void>;
    /** Stops taking requests and writes the databases; the port is free when `httpServer` emits `close`. */
    close(): Promise<void>;
  }
  const exports: { default: typeof BlobServer };
  export default exports;
}

declare module 'azurite/dist/src/common/persistence/MemoryExtentStore.js' {
  export interface MemoryExtentChunkStore {
    sizeLimit(): number | undefined;
  }
  const exports: { MemoryExtentChunkStore: new (sizeLimitBytes?: number) => MemoryExtentChunkStore };
  export default exports;
}

declare module 'azurite/dist/src/common/Telemetry.js' {
  const exports: {
    AzuriteTelemetryClient: {
      init(location: string, enableTelemetry: boolean, environment: undefined): void;
    };
  };
  export default exports;
}
