import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isLogType } from '#mapping/log-types.ts';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import { tokensOfTenants } from '#shared/collection/connect-collector.ts';
import {
  GRAPH_COLLECTOR_SETTINGS,
  OFFICE365_COLLECTOR_SETTINGS,
} from '#shared/configuration/collector-settings.ts';
import { readConfiguration, type ConfigurationOf } from '#shared/configuration/read-configuration.ts';
import { isCrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { SettingTexts } from './check-azure.ts';
import { checkThat, NotChecked, NotWell, type Check } from './check.ts';
import { permissionsFor, type CollectedApi } from './collector-permissions.ts';

const {
  GRAPH_LOG_TYPES: _graph,
  GRAPH_DAYS_BACK: _back,
  ENTRA_LOG_RETENTION_DAYS: _kept,
  ...OF_GRAPH
} = GRAPH_COLLECTOR_SETTINGS;
const { OFFICE365_ENDPOINT } = OFFICE365_COLLECTOR_SETTINGS;
const SETTINGS = { ...OF_GRAPH, OFFICE365_ENDPOINT };

/** Behind by more than this is late, as the alarm of the stack has it, milliseconds. */
const LATE_MS = 6 * 3_600_000;

const OWN_ROLE =
  'The collectors sign in with their own roles. To look from here too, give the application a federated credential with this subject.';

/** The application permissions in an access token: those that an administrator consented to. */
function rolesIn(token: string): string[] {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const { roles } = JSON.parse(payload) as { roles?: unknown };
    return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
  } catch {
    return [];
  }
}

/** Whether the application has the permissions of the logs in a tenant, by what a token says. */
async function checkPermissions(
  tenant: string,
  logTypes: readonly string[],
  settings: ConfigurationOf<typeof SETTINGS>,
): Promise<Check[]> {
  const tokens = tokensOfTenants(settings)(tenant);
  const endpoints: Readonly<Record<CollectedApi, string>> = {
    graph: settings.GRAPH_ENDPOINT,
    office365: settings.OFFICE365_ENDPOINT,
  };
  const needed = permissionsFor(logTypes);
  const checks: Check[] = [];
  for (const api of new Set(needed.map((need) => need.api))) {
    const own = needed.filter((need) => need.api === api);
    const name = `permissions of ${api === 'graph' ? 'Microsoft Graph' : 'Office 365'} in ${tenant}`;
    checks.push(
      await checkThat(name, async () => {
        let granted: readonly string[];
        try {
          granted = rolesIn(await tokens.tokenFor(`${endpoints[api]}/.default`));
        } catch (error) {
          const isOther =
            isCrosstrailError(error, 'ENTRA_CREDENTIAL_PENDING') ||
            isCrosstrailError(error, 'ENTRA_CREDENTIAL_MISSING');
          if (isOther) throw new NotChecked(`Entra ID does not let you in: ${error.message}`, OWN_ROLE);
          throw error;
        }
        const missing = own.filter(({ permission }) => !granted.includes(permission));
        if (missing.length === 0) return own.map(({ permission }) => permission).join(', ');
        throw new NotWell(
          missing
            .map(({ permission, logTypes: logs }) => `${permission} is missing (${logs.join(', ')})`)
            .join('; '),
          'Add the permission to the application and let an administrator consent: docs/collect.md has the commands.',
        );
      }),
    );
  }
  return checks;
}

/** How far each log was collected, and what of it is lost. */
async function checkPositions(
  tenants: readonly string[],
  logTypes: readonly string[],
  table: string,
): Promise<Check[]> {
  const client = new DynamoDBClient(clientOptions(AWS_PATIENCE));
  const states = new DynamoCollectionStateStore(client, table);
  const checks: Check[] = [];
  for (const tenant of tenants) {
    for (const logType of logTypes) {
      checks.push(
        await checkThat(`${logType} of ${tenant}`, async () => {
          const state = await states.read(tenant, logType);
          const first = state?.positions['first'];
          if (state === undefined || first === undefined) throw new NotChecked('not collected yet');
          const gaps = state.gaps.length === 0 ? '' : `; lost before: ${state.gaps.length} spans of time`;
          const told = `collected up to ${new Date(first).toISOString()}${gaps}`;
          if (Date.now() - first <= LATE_MS) return told;
          throw new NotWell(
            told,
            'See what the log of the collector says: docs/operations.md has the command.',
          );
        }),
      );
    }
  }
  client.destroy();
  return checks;
}

/** Whether the collectors may read what they collect, and do. None when nothing is collected. */
export async function checkCollectors(texts: SettingTexts): Promise<Check[]> {
  const logTypes = [texts['GRAPH_LOG_TYPES'], texts['OFFICE365_LOG_TYPES']]
    .flatMap((names) => (names ?? '').split(','))
    .filter(isLogType);
  if (logTypes.length === 0) return [];
  let settings: ConfigurationOf<typeof SETTINGS>;
  try {
    settings = readConfiguration(SETTINGS, texts);
  } catch (error) {
    return [
      await checkThat('settings of the collectors', async () => {
        throw error;
      }),
    ];
  }
  const tenants = settings.ENTRA_TENANTS;
  const permissions: Check[] = [];
  for (const tenant of tenants) permissions.push(...(await checkPermissions(tenant, logTypes, settings)));
  return [...permissions, ...(await checkPositions(tenants, logTypes, settings.COLLECTION_TABLE_NAME))];
}
