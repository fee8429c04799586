import { readFileSync } from 'node:fs';

/** A run that failed once. */
export interface KeptSeed {
  /** Which property: that of events in CloudTrail Lake, or of rows in S3. */
  readonly of: 'events' | 'rows';
  readonly seed: number;
  readonly path: string;
  /** What was wrong then. */
  readonly found: string;
}

/** Runs that failed once, from `tests/reliability/seeds.json`: they are run first, every time. */
export function keptSeeds(): KeptSeed[] {
  return JSON.parse(readFileSync(new URL('../seeds.json', import.meta.url), 'utf8')) as KeptSeed[];
}

/** What to do with a run that failed. */
export function howToKeep(of: KeptSeed['of'], seed: number, path: string | null): string {
  return (
    `Keep it: add {"of": "${of}", "seed": ${seed}, "path": ${JSON.stringify(path ?? '')}, "found": "<what was wrong>"} ` +
    'to tests/reliability/seeds.json; it is run first from then on.'
  );
}
