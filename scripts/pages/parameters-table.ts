import type { Template, TemplateParameter } from '#local/read-template.ts';
import { code, table } from './markdown.ts';

function defaultOf({ Default: value }: TemplateParameter): string {
  if (value === undefined) return 'none: it is asked for';
  return value === '' ? 'empty' : code(String(value));
}

/** What a parameter takes, as far as its description does not say it. */
function allowedBy({
  AllowedValues,
  MinValue,
  MaxValue,
  MaxLength,
  ConstraintDescription,
}: TemplateParameter): string {
  if (AllowedValues !== undefined) return AllowedValues.map((value) => code(String(value))).join(', ');
  if (MinValue !== undefined && MaxValue !== undefined) return `${MinValue} to ${MaxValue}`;
  const constraint = (ConstraintDescription ?? '').replace(/^must be /, '').replace(/\.$/, '');
  return MaxLength === undefined ? constraint : `${constraint}; at most ${MaxLength} characters`;
}

/** Every parameter of the template with its group, in the order in which `sam deploy --guided` asks. */
export function parametersTable(template: Template): string {
  return template.Metadata['AWS::CloudFormation::Interface'].ParameterGroups.map(
    ({ Label, Parameters: names }) =>
      `### ${Label.default}\n\n${table(
        ['parameter', 'default', 'takes', 'what it is'],
        names.map((name) => {
          const parameter = template.Parameters[name];
          if (parameter === undefined) throw new Error(`no parameter ${name}`);
          const description = (parameter.Description ?? '').replace(/^\[Optional\] /, '');
          return [code(name), defaultOf(parameter), allowedBy(parameter), escaped(description)];
        }),
      )}`,
  ).join('\n\n');
}

/** Asterisks and angle brackets of a description as they are, not as Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/[*<>_]/g, (character) => `\\${character}`);
}
