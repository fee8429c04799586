import * as v from 'valibot';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** One environment variable: how its text is read, and what a person needs to know to set it. */
export interface Setting<Schema extends v.GenericSchema<string, unknown>> {
  readonly schema: Schema;
  /** What it is for, with its unit. */
  readonly description: string;
  /** A value that would be right, for the error message. */
  readonly example: string;
  /** Value when the variable is not set; without one the variable is required. */
  readonly fallback?: string;
  /** Another variable: where that one is set, this one may be empty. */
  readonly optionalWith?: string;
}

export type Settings = Readonly<Record<string, Setting<v.GenericSchema<string, unknown>>>>;

/** The configuration that settings describe. */
export type ConfigurationOf<S extends Settings> = {
  readonly [Name in keyof S]: v.InferOutput<S[Name]['schema']>;
};

/**
 * Reads every setting from `environment`. Throws CONFIGURATION_INVALID that names all problems together; it repeats no
 * value, because a connection string put in the wrong place would be one.
 */
export function readConfiguration<S extends Settings>(
  settings: S,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigurationOf<S> {
  const problems: string[] = [];
  const configuration: Record<string, unknown> = {};
  for (const [name, { schema, description, example, fallback, optionalWith = '' }] of Object.entries(
    settings,
  )) {
    const missing = environment[optionalWith]?.trim() ? '' : fallback;
    const text = environment[name]?.trim() || missing;
    if (text === undefined) {
      problems.push(`${name} is not set (${description}; for example ${example})`);
      continue;
    }
    const result = v.safeParse(schema, text);
    if (result.success) configuration[name] = result.output;
    else problems.push(`${name} ${result.issues[0].message} (${description}; for example ${example})`);
  }
  refuseProblems(problems);
  return configuration as ConfigurationOf<S>;
}

/**
 * Throws CONFIGURATION_INVALID that names all problems; does nothing when there are none. For settings that are right
 * one by one and wrong together.
 */
export function refuseProblems(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new CrosstrailError('CONFIGURATION_INVALID', problems.join('; '), { problems: problems.length });
}
