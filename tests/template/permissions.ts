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

/** Every combination of what the template can be asked for. */
export const MODES: readonly Parameters[] = CHOICES.reduce<Parameters[]>(
  (modes, name) =>
    modes.flatMap((mode) =>
      (template.Parameters[name]?.AllowedValues ?? []).map((value) => ({ ...mode, [name]: String(value) })),
    ),
  [{}],
);

/** The actions that a role has in any of some modes (`sqs:SendMessage`). */
export function actionsOf(roleId: string, modes = MODES): string[] {
  const actions = modes.flatMap((mode) => statementsOf(roleId, mode).flatMap(({ Action }) => Action));
  return [...new Set(actions)];
}
