import type { Drift } from '#mapping/drift.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';

/** Counts the records that show each drift, so that a line is logged for each drift and not for each record. */
export class DriftCounts {
  readonly #counts = new Map<string, { readonly drift: Drift; records: number }>();

  add(drift: Drift): void {
    const key = JSON.stringify(drift);
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { drift, records: 1 });
    else known.records += 1;
  }

  emit(telemetry: Telemetry): void {
    for (const { drift, records } of this.#counts.values())
      telemetry.emit('mapping.drift', { ...drift, records });
  }
}
