import { properties, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';

/** Values of the parameters that differ from the defaults. */
export type Parameters = Readonly<Record<string, string>>;

/** A statement of a policy in the template. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

type Choice = Statement | { readonly 'Fn::If': readonly [string, Choice, Choice] } | { readonly Ref: string };

function chosen(statement: Choice, parameters: Parameters): Statement[] {
  if ('Ref' in statement) return [];
  if (!('Fn::If' in statement)) return [statement];
  const [condition, yes, no] = statement['Fn::If'];
  return chosen(evaluate({ Condition: condition }, parameters) === true ? yes : no, parameters);
}

/** What a role is allowed with these parameters, statement by statement, as the template writes it. */
export function statementsOf(roleId: string, parameters: Parameters = {}): Statement[] {
  const policies = properties(roleId)['Policies'] as { PolicyDocument: { Statement: Choice[] } }[];
  return policies.flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.flatMap((statement) => chosen(statement, parameters)),
  );
}

/** What a role may do with these parameters: `action on resource`, sorted. */
export function permissionsOf(roleId: string, parameters: Parameters = {}): string[] {
  return statementsOf(roleId, parameters)
    .flatMap((statement) =>
      [evaluate(statement.Resource, parameters)]
        .flat()
        .flatMap((target) => [statement.Action].flat().map((action) => `${action} on ${String(target)}`)),
    )
    .toSorted();
}

/** Parameters whose values decide what exists. Others change numbers and names. */
const CHOICES = ['Destination', 'Tracing', 'AzureAuthentication'] as const;

const APPLICATION: Parameters = {
  EntraTenants: 'aaaabbbb-0000-cccc-1111-dddd2222eeee,bbbbcccc-1111-dddd-2222-eeee3333ffff',
  EntraClientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
};
/** One collector, the other, or both. */
export const GRAPH_ONLY: Parameters = { ...APPLICATION, GraphLogTypes: 'entra-signins,entra-audits' };
export const OFFICE365_ONLY: Parameters = { ...APPLICATION, Office365LogTypes: 'office365-exchange' };
export const COLLECTING: Parameters = { ...GRAPH_ONLY, ...OFFICE365_ONLY };
/** Without a storage account. */
export const COLLECTORS_ONLY: Parameters = {
  ...COLLECTING,
  AzureStorageContainerName: '',
  AzureStorageConnectionStringSecret: '',
};
/** With a secret of the application in place of the roles. */
export const COLLECTING_BY_SECRET: Parameters = {
  ...COLLECTING,
  EntraCredentialSecret: 'crosstrail/entra-application',
};

/** Every combination of what the template can be asked for. */
export const MODES: readonly Parameters[] = CHOICES.reduce<Parameters[]>(
  (modes, name) =>
    modes.flatMap((mode) =>
      (template.Parameters[name]?.AllowedValues ?? []).map((value) => ({ ...mode, [name]: String(value) })),
    ),
  [{}, GRAPH_ONLY, OFFICE365_ONLY, COLLECTING, COLLECTING_BY_SECRET],
);

/** The actions that a role has in any of some modes (`sqs:SendMessage`). */
export function actionsOf(roleId: string, modes = MODES): string[] {
  const actions = modes.flatMap((mode) => statementsOf(roleId, mode).flatMap(({ Action }) => Action));
  return [...new Set(actions)];
}
