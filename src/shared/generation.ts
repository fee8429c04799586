/**
 * A log object's generation from its creation time: ISO 8601 UTC with seconds, because Azure gives it as an HTTP date, and
 * S3 the same of an object that is never written again.
 * A service that gives none (older stamps) has one generation only: the epoch.
 */
export function generationOf(createdOn: Date | undefined): string {
  return `${(createdOn ?? new Date(0)).toISOString().slice(0, 19)}Z`;
}
