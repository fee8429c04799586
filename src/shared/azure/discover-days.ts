import { dayPrefixOf, isYearSegment } from '#shared/log-object-name.ts';
import type { LogObjectListing } from './log-object-listing.ts';

/** A day of a scope: what one listing covers. */
export interface ScopeDay {
  readonly scope: string;
  /** `<scope>y=YYYY/m=MM/d=DD/` */
  readonly prefix: string;
}

/** The days that a walk over a container covers. */
export interface DaySpan {
  /** Moment (epoch ms) in the first day; undefined for every day that the container has. */
  readonly since: number | undefined;
  /** Moment (epoch ms) in the last day. */
  readonly until: number;
  /** Day prefix up to which, in name order, nothing is wanted any more; empty for none. */
  readonly position: string;
}

/** What discovery tells beside the days. */
export interface DiscoveryNotes {
  scopeFound(): void;
  /** A name that lies where only prefixes are expected. */
  unrecognised(name: string): void;
}

const DAY_MS = 86_400_000;
/** Azure's clock may run before ours: the day that starts within this time is listed too. */
export const CLOCK_SKEW_MS = 3_600_000;

/** The UTC days from the one that holds `since` to the one that holds `until` (epoch ms), as prefixes of a scope. */
export function dayPrefixesBetween(scope: string, since: number, until: number): string[] {
  const prefixes: string[] = [];
  const first = Math.floor(since / DAY_MS) * DAY_MS;
  for (let day = first; day <= until; day += DAY_MS) prefixes.push(dayPrefixOf(scope, day));
  return prefixes;
}

/** Name order of the Blob service: by UTF-8 bytes. */
function precedes(left: string, right: string): boolean {
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0;
}

/** True when everything below `prefix` comes at or before `position` in name order. */
function isBehind(prefix: string, position: string): boolean {
  return position !== '' && !position.startsWith(prefix) && precedes(prefix, position);
}

function lastSegment(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf('/', prefix.length - 2) + 1);
}

/**
 * Yields every day of every scope of a span, in name order, starting after `span.position`. Scopes are found level by
 * level, whatever their depth and letter case; the days of a scope are computed from `span.since`, or listed when that
 * is undefined. Holds one page of names for each level.
 */
export async function* discoverDays(
  listing: LogObjectListing,
  container: string,
  span: DaySpan,
  notes: DiscoveryNotes,
): AsyncGenerator<ScopeDay> {
  const ahead = (prefix: string): boolean => span.position === '' || precedes(span.position, prefix);

  async function* below(prefix: string, depthInTime: number, scope: string): AsyncGenerator<ScopeDay> {
    for await (const { prefixes, names } of listing.level(container, prefix)) {
      for (const name of names) notes.unrecognised(name);
      for (const child of prefixes) {
        if (isBehind(child, span.position)) continue;
        // Levels below y=, m= and d=: the day is reached.
        if (depthInTime === 2) {
          if (ahead(child) && !precedes(dayPrefixOf(scope, span.until), child))
            yield { scope, prefix: child };
        } else {
          yield* below(child, depthInTime + 1, scope);
        }
      }
    }
  }

  async function* scopes(prefix: string): AsyncGenerator<ScopeDay> {
    let isScope = false;
    for await (const { prefixes, names } of listing.level(container, prefix)) {
      for (const name of names) notes.unrecognised(name);
      for (const child of prefixes) {
        if (!isYearSegment(lastSegment(child))) {
          if (!isBehind(child, span.position)) yield* scopes(child);
          continue;
        }
        if (!isScope) notes.scopeFound();
        if (span.since === undefined) {
          if (!isBehind(child, span.position)) yield* below(child, 1, prefix);
        } else if (!isScope) {
          for (const day of dayPrefixesBetween(prefix, span.since, span.until)) {
            if (ahead(day)) yield { scope: prefix, prefix: day };
          }
        }
        isScope = true;
      }
    }
  }

  yield* scopes('');
}
