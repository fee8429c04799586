import { readFile } from 'node:fs/promises';
import { parseDocument, type CollectionTag, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';

/** The deployment, as `sam build` and `sam deploy` read it. */
export const TEMPLATE_FILE = new URL('../../template.yaml', import.meta.url);

/** A resource of the template. Intrinsic functions stand in their long form (`{ Ref: … }`, `{ 'Fn::Sub': … }`). */
export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A parameter of the template. */
export interface TemplateParameter {
  readonly Type: string;
  readonly Description?: string;
  readonly Default?: string | number;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly MaxLength?: number;
  readonly AllowedValues?: readonly (string | number)[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
}

/** An output of the template. */
export interface TemplateOutput {
  readonly Condition?: string;
  readonly Description?: string;
  readonly Value: unknown;
}

/** A rule: parameters that contradict each other, and what CloudFormation then says. */
export interface TemplateRule {
  readonly RuleCondition?: unknown;
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription: string }[];
}

/** How the console shows the parameters. */
export interface ParameterInterface {
  readonly ParameterGroups: readonly {
    readonly Label: { readonly default: string };
    readonly Parameters: readonly string[];
  }[];
  readonly ParameterLabels: Readonly<Record<string, { readonly default: string }>>;
}

/** The parts of a SAM template that the build and the checks look at. */
export interface Template {
  readonly Description: string;
  readonly Metadata: { readonly 'AWS::CloudFormation::Interface': ParameterInterface };
  readonly Rules: Readonly<Record<string, TemplateRule>>;
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly Globals: { readonly Function: Readonly<Record<string, unknown>> };
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, TemplateOutput>>;
}

/**
 * CloudFormation's short forms.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
const FUNCTIONS = [
  'Ref',
  'Condition',
  'Sub',
  'GetAtt',
  'If',
  'Equals',
  'Not',
  'And',
  'Or',
  'Select',
  'Split',
  'FindInMap',
  'Join',
  'Contains',
];

function longName(name: string): string {
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

const TAGS: (ScalarTag | CollectionTag)[] = FUNCTIONS.flatMap((name) => {
  const key = longName(name);
  return [
    {
      tag: `!${name}`,
      resolve: (text: string) => ({ [key]: name === 'GetAtt' ? text.split('.', 2) : text }),
    },
    {
      tag: `!${name}`,
      collection: 'seq' as const,
      resolve: (list: YAMLMap.Parsed | YAMLSeq.Parsed) => ({ [key]: list.toJSON() as unknown }),
    },
  ];
});

/** Parses a CloudFormation template; throws when it is not YAML or uses a short form that is not listed above. */
export function parseTemplate(text: string): Template {
  const document = parseDocument(text, { customTags: TAGS });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw problem;
  return document.toJS() as Template;
}

/** Reads `template.yaml`. */
export async function readTemplate(): Promise<Template> {
  return parseTemplate(await readFile(TEMPLATE_FILE, 'utf8'));
}
