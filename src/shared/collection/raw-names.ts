import type { CollectionPlan, Window } from './plan.ts';

/** `2026-11-20T10:00:00.000Z` as `20261120T100000.000Z`, so that names sort by time. */
function compact(moment: number): string {
  return new Date(moment).toISOString().replaceAll(/[-:]/g, '');
}

/**
 * Where the log objects of one reading stand: the day first, so that Athena can leave out others. The end of the window
 * is no part of it: a window that is read again after a crash, perhaps a shorter one, must find what it wrote before.
 */
export function rawNamePrefix(
  prefix: string,
  { tenant }: Pick<CollectionPlan, 'tenant'>,
  { pass, from }: Pick<Window, 'pass' | 'from'>,
): string {
  const day = new Date(from).toISOString().slice(0, 10);
  return `${prefix}day=${day}/tenant=${tenant}/${compact(from)}-${pass}-`;
}

/** Name of the part `number` (0, 1, …) of a window: parts are written one after the other. */
export function rawName(namePrefix: string, number: number): string {
  return `${namePrefix}${String(number).padStart(5, '0')}.jsonl`;
}
