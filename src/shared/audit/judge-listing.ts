import type { Circumstances } from './circumstances.ts';
import type { Finding } from './finding.ts';

/**
 * What the audit says of the listing of a container: a finding when a part of the audited time, older than the grace
 * time, was not listed yet. `to`: end of the audited time; `unsettled`: since when bytes are unsettled; both epoch ms.
 */
export function judgeListing(
  { container, to }: { readonly container: string; readonly to: number },
  { now, watermark, graceMs }: Circumstances,
  unsettled: number | undefined,
): Finding[] {
  // Before the first listing there is no watermark: what Azure holds waits since it was written.
  const listedUntil = watermark ?? unsettled;
  if (listedUntil === undefined) return [];
  const behindMs = Math.min(to, now) - listedUntil;
  if (behindMs <= graceMs) return [];
  const hours = (behindMs / 3_600_000).toFixed(1);
  const detail =
    watermark === undefined
      ? `no listing was completed yet, and bytes wait for ${hours} hours`
      : `the last complete listing began at ${new Date(watermark).toISOString()}, ${hours} hours before the end of what is audited`;
  return [{ kind: 'listing-behind', container, logObject: undefined, bytes: 0, detail, repair: [] }];
}
