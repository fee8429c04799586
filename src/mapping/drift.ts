import type { JsonKind } from './json-value.ts';

/** What was met: a kind of JSON value where another was expected, or a name that the mapping does not know. */
export type DriftObservation = JsonKind | 'unknown value' | 'unknown member' | 'repeated member';

/**
 * A record that differs from what the mapping knows of its log type: counted, never dropped and never blocking, so
 * that a change at Microsoft is noticed. Holds names and kinds, never a value of the record.
 */
export interface Drift {
  readonly family: string;
  /** JSON Pointer of the member. */
  readonly path: string;
  readonly observed: DriftObservation;
}
