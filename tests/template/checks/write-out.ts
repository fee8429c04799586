import { evaluate, GIVEN } from '../evaluate.ts';
import type { Parameters } from '../permissions.ts';

/** A template in JSON, before or after AWS's transform of SAM. */
export interface Document {
  readonly Parameters?: Readonly<
    Record<string, { readonly Type: string; readonly Default?: string | number }>
  >;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, { readonly Condition?: string }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Condition?: string }>>;
  readonly [section: string]: unknown;
}

/** The values of a deployment, numbers as numbers. */
type Values = Readonly<Record<string, string | number>>;

function valuesOf({ Parameters = {} }: Document, parameters: Parameters): Values {
  return Object.fromEntries(
    Object.entries(Parameters).map(([name, { Type, Default }]) => {
      const value = String(parameters[name] ?? GIVEN[name] ?? Default);
      return [name, Type === 'Number' ? Number(value) : value];
    }),
  );
}

/** `AWS::NoValue` goes, of each `Fn::If` the branch that is taken stays, and parameters give way to their values. */
function decided(value: unknown, parameters: Parameters, values: Values): unknown {
  const go = (inner: unknown): unknown => decided(inner, parameters, values);
  if (Array.isArray(value)) return value.map(go).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::If': choice, Ref: ref } = value as { 'Fn::If'?: [string, unknown, unknown]; Ref?: string };
  if (ref === 'AWS::NoValue') return undefined;
  if (ref !== undefined && ref in values) return values[ref];
  if (choice !== undefined) {
    const [condition, yes, no] = choice;
    return go(evaluate({ Condition: condition }, parameters) === true ? yes : no);
  }
  const members = Object.entries(value).map(([name, inner]) => [name, go(inner)] as const);
  return Object.fromEntries(members.filter(([, inner]) => inner !== undefined));
}

function existing<Part extends { readonly Condition?: string }>(
  parts: Readonly<Record<string, Part>>,
  parameters: Parameters,
  values: Values,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parts)
      .filter(([, { Condition }]) => Condition === undefined || evaluate({ Condition }, parameters) === true)
      .map(([id, { Condition: _taken, ...part }]) => [id, decided(part, parameters, values)]),
  );
}

/** Members that something in `text` uses: `${Name}` in a `Fn::Sub`, or the first argument of `Fn::FindInMap`. */
function used<Part>(parts: Readonly<Record<string, Part>>, text: string): [string, Part][] {
  return Object.entries(parts).filter(
    ([name]) => text.includes(`\${${name}}`) || text.includes(`"Fn::FindInMap":["${name}"`),
  );
}

/**
 * The template as it would be if it were written for one deployment: without conditions, rules and what the deployment
 * does not make, and with its values in place of the parameters (those inside of a text stay, with these defaults).
 */
export function writeOut(document: Document, parameters: Parameters): Document {
  const {
    Rules: _rules,
    Conditions: _conditions,
    Metadata: _metadata,
    Parameters = {},
    Mappings = {},
    Resources,
    Outputs = {},
    ...rest
  } = document;
  const values = valuesOf(document, parameters);
  const made = {
    ...(decided(rest, parameters, values) as Record<string, unknown>),
    Resources: existing(Resources, parameters, values),
    Outputs: existing(Outputs, parameters, values),
  };
  const text = JSON.stringify(made);
  const left = used(Parameters, text).map(([name, parameter]) => [
    name,
    { ...parameter, Default: values[name] },
  ]);
  const maps = Object.fromEntries(used(Mappings, text));
  return {
    ...made,
    Parameters: Object.fromEntries(left) as Document['Parameters'] & object,
    ...(Object.keys(maps).length > 0 ? { Mappings: maps } : {}),
  } as Document;
}
