import type { Template } from '#local/read-template.ts';
import { code, listed, table } from './markdown.ts';
import { choiceOf, namesIn, otherChoiceOf, resourcesOfType } from './template-words.ts';

interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Choice = Statement | { readonly Ref: string } | { readonly 'Fn::If': readonly [string, Choice, Choice] };

/** Every statement of a policy with the choices that it depends on, in words. */
function statements(
  choice: Choice,
  when: readonly string[] = [],
): { statement: Statement; when: readonly string[] }[] {
  if ('Ref' in choice) return [];
  if (!('Fn::If' in choice)) return [{ statement: choice, when }];
  const [condition, yes, no] = choice['Fn::If'];
  return [
    ...statements(yes, [...when, choiceOf(condition)]),
    ...statements(no, [...when, otherChoiceOf(condition)]),
  ];
}

/** Conditions of a statement: `kms:ViaService` is `sqs.REGION.amazonaws.com`. */
function restrictions({ Condition = {} }: Statement): string {
  return Object.entries(Condition)
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => {
        const values = namesIn(value).map(plain).map(code);
        return `${code(key)} ${operator === 'NumericLessThanEquals' ? 'at most' : 'is'} ${listed(values, 'or')}`;
      }),
    )
    .join('; ');
}

/** Pseudo parameters as what they stand for. */
function plain(name: string): string {
  return name
    .replaceAll('AWS::Partition', 'aws')
    .replaceAll('AWS::Region', 'REGION')
    .replaceAll('AWS::AccountId', 'ACCOUNT')
    .replaceAll('AWS::URLSuffix', 'amazonaws.com');
}

/** What a statement is about; a secret is named once, however its ARN is written. */
function targetsOf({ Resource }: Statement): string[] {
  const names = [...new Set(namesIn(Resource))];
  return names.filter((name) => !names.some((shorter) => shorter !== name && name.includes(shorter)));
}

/** Who takes a role on, by its trust policy. */
function principalOf(role: Readonly<Record<string, unknown>>): string {
  const { Statement: trusted } = role['AssumeRolePolicyDocument'] as {
    Statement: readonly { readonly Principal: { readonly Service: string } }[];
  };
  return trusted.map(({ Principal }) => code(Principal.Service)).join(', ');
}

/** What each role of the template may do, statement by statement, and who takes it on. */
export function rolesTable(template: Template): string {
  return resourcesOfType(template, 'AWS::IAM::Role')
    .map((id) => {
      const role = template.Resources[id]?.Properties ?? {};
      const policies = role['Policies'] as readonly { PolicyDocument: { Statement: readonly Choice[] } }[];
      const rows = policies
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap((choice) => statements(choice)))
        .map(({ statement, when }) => [
          statement.Sid,
          [statement.Action].flat().map(code).join(', '),
          targetsOf(statement).map(plain).map(code).join(', '),
          [restrictions(statement), ...when.map((words) => `only when ${words}`)].filter(Boolean).join('; '),
        ]);
      return `### ${id}\n\nTaken on by ${principalOf(role)}.\n\n${table(['what for', 'may', 'on', 'bounds'], rows)}`;
    })
    .join('\n\n');
}
