import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import type { RecordsAndBytes } from './settle.ts';

/** What filter rules left out, by the name of the rule. */
export class ExcludedCounts {
  readonly #byRule = new Map<string, RecordsAndBytes>();

  add(counts: Iterable<readonly [string, RecordsAndBytes]>): void {
    for (const [rule, { records, bytes }] of counts) {
      const known = this.#byRule.get(rule) ?? { records: 0, bytes: 0 };
      this.#byRule.set(rule, { records: known.records + records, bytes: known.bytes + bytes });
    }
  }

  [Symbol.iterator](): Iterator<readonly [string, RecordsAndBytes]> {
    return this.#byRule.entries();
  }

  /** Of all rules; nothing when nothing was left out, so that a deployment without a filter has no metric of it. */
  get total(): { readonly excluded?: number; readonly excludedBytes?: number } {
    if (this.#byRule.size === 0) return {};
    const counts = [...this.#byRule.values()];
    return {
      excluded: counts.reduce((sum, { records }) => sum + records, 0),
      excludedBytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** A line for each rule, and not for each record. */
  emit(telemetry: Telemetry): void {
    for (const [rule, { records, bytes }] of this.#byRule)
      telemetry.emit('records.excluded', { rule, excluded: records, excludedBytes: bytes });
  }
}
