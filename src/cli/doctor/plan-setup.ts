import { AZURE_SETTINGS } from '#shared/configuration/azure-settings.ts';
import { entryText } from '#shared/azure/place.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { LOG_TYPES } from '#mapping/log-types.ts';
import type { SettingTexts } from './check-azure.ts';
import { readLogTypes } from './collector-permissions.ts';

/** What a person gives beside the stack. */
export interface SetupOptions {
  readonly stack?: string;
  readonly authentication?: 'WorkloadIdentity' | 'ConnectionString';
  /** Names of storage accounts. */
  readonly storageAccounts?: readonly string[];
  /** Containers that the application may read; without them the whole accounts. */
  readonly onlyContainers?: boolean;
  readonly client?: string;
  readonly secret?: string;
  /** Log types that collectors are to collect. */
  readonly logs?: readonly string[];
}

/** What the commands for the collectors are filled with. */
export interface CollectorPlan {
  /** Client id of their application; undefined when it is to be made. */
  readonly clientId: string | undefined;
  readonly graphLogTypes: readonly string[];
  readonly office365LogTypes: readonly string[];
  /** Tenants; empty for the one that is signed in to. */
  readonly tenants: readonly string[];
  /** ARNs of their roles; empty when they are not deployed yet. */
  readonly roles: readonly string[];
  /** False: they sign in with a secret. */
  readonly isByRole: boolean;
}

/** What the commands are filled with. */
export interface SetupPlan {
  readonly authentication: 'WorkloadIdentity' | 'ConnectionString';
  readonly stack: string;
  /** Names of storage accounts; empty when only collectors are read. */
  readonly accounts: readonly string[];
  /** `container` or `account/container`. */
  readonly containers: readonly string[];
  /** Whether the application may read the containers only. */
  readonly onlyContainers: boolean;
  /** Client id; undefined when the application is to be made. */
  readonly clientId: string | undefined;
  /** ARNs of the stack's roles; empty when it is not deployed in this way yet. */
  readonly roles: readonly string[];
  /** Undefined without collectors. */
  readonly collectors: CollectorPlan | undefined;
  readonly secretId: string;
  /** UTC day after which a shared access signature is no longer taken. */
  readonly expiry: string;
}

const DAY_MS = 86_400_000;
/** How long a shared access signature is good for. */
const SAS_DAYS = 180;
const STACK = 'crosstrail';
const SECRET = 'crosstrail/azure-storage';
const CONTAINERS = 'insights-activity-logs';
const ACCOUNT = /^[a-z0-9]{3,24}$/;

/** The ARNs in an output of the stack. */
function wordsIn(output = ''): string[] {
  return output.split(' ').filter((role) => role !== '');
}

/** What the stack collects, or what is asked for. Throws LOG_TYPE_UNKNOWN. */
function planCollectors({ logs }: SetupOptions, texts: SettingTexts): CollectorPlan | undefined {
  const ofStack = [texts['GRAPH_LOG_TYPES'] ?? '', texts['OFFICE365_LOG_TYPES'] ?? ''].join(',');
  const logTypes = readLogTypes(logs?.join(',') ?? ofStack);
  const roles = wordsIn(texts['ENTRA_FEDERATION_SUBJECTS']);
  if (logTypes.length === 0 && roles.length === 0) return undefined;
  return {
    clientId: texts['ENTRA_CLIENT_ID'] || undefined,
    graphLogTypes: logTypes.filter((logType) => LOG_TYPES[logType].form === 'graph'),
    office365LogTypes: logTypes.filter((logType) => LOG_TYPES[logType].form === 'office365'),
    tenants: (texts['ENTRA_TENANTS'] ?? '').split(',').filter((tenant) => tenant !== ''),
    roles,
    isByRole: (texts['ENTRA_CREDENTIAL_SECRET'] ?? '') === '',
  };
}

/**
 * What the commands of a set-up are filled with: what a person gave, else what the stack says, else names that do as well.
 * Logs to collect without a storage account are set up by themselves. Throws CONFIGURATION_INVALID, also when nobody
 * named a storage account or logs to collect.
 */
export function planSetup(options: SetupOptions, texts: SettingTexts, now: number): SetupPlan {
  const settings = readConfiguration(AZURE_SETTINGS, {
    ...texts,
    AZURE_STORAGE_CONTAINER_NAME: texts['AZURE_STORAGE_CONTAINER_NAME'] || CONTAINERS,
  });
  const entries = settings.AZURE_STORAGE_CONTAINER_NAME;
  const accounts = options.storageAccounts ?? [
    ...new Set([
      ...settings.AZURE_STORAGE_ACCOUNT_URLS.map(({ account }) => account),
      ...entries.flatMap(({ account }) => (account === undefined ? [] : [account])),
    ]),
  ];
  const collectors = planCollectors(options, texts);
  // A stack that has containers reads a storage account, though its name may be in a secret only.
  const isCollectedOnly =
    accounts.length === 0 && collectors !== undefined && !texts['AZURE_STORAGE_CONTAINER_NAME'];
  if (!isCollectedOnly && (accounts.length === 0 || !accounts.every((account) => ACCOUNT.test(account)))) {
    throw new CrosstrailError(
      'CONFIGURATION_INVALID',
      'the storage account is not known; give its name with --storage-accounts, 3 to 24 lower-case letters and digits, or only logs to collect with --logs',
    );
  }
  return {
    // Who asks how to set the sign-in up, and has not deployed, is shown the way that is recommended.
    authentication:
      options.authentication ??
      (texts['AZURE_AUTHENTICATION'] === 'ConnectionString' ? 'ConnectionString' : 'WorkloadIdentity'),
    stack: options.stack ?? STACK,
    accounts,
    containers: isCollectedOnly ? [] : entries.map(entryText),
    onlyContainers: options.onlyContainers ?? false,
    clientId: options.client ?? (settings.AZURE_CLIENT_ID || undefined),
    roles: wordsIn(texts['AZURE_FEDERATION_SUBJECTS']),
    collectors,
    secretId: options.secret ?? (settings.AZURE_STORAGE_CONNECTION_STRING_SECRET || SECRET),
    expiry: new Date(now + SAS_DAYS * DAY_MS).toISOString().slice(0, 10),
  };
}
