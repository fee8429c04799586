import type { AuditEvent } from '#mapping/audit-event.ts';
import type { Rejection } from '#mapping/reject-reason.ts';
import type { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** What became of one audit event. */
export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Neither: it has to be delivered again. */
  | { readonly kind: 'unsettled'; readonly error: CrosstrailError };

/** Where audit events go. */
export interface Destination {
  /**
   * Delivers events and tells the outcome of each, in order. Never throws: a failure is an outcome. Once `deadline`
   * aborts nothing more is sent, and what was not delivered by then is unsettled.
   */
  deliver(events: readonly AuditEvent[], deadline?: AbortSignal): Promise<DeliveryOutcome[]>;
}
