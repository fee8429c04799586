import type { RecordFilter } from './exclusion.ts';
import type { Redaction } from './redaction.ts';

/** What a deployment leaves out and hides; nothing unless it says so. */
export interface RecordRules {
  readonly filter?: RecordFilter | undefined;
  readonly redaction?: Redaction | undefined;
}

/** Every record is delivered as it is. */
export const NO_RULES: RecordRules = {};
