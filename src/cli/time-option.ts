import { InvalidArgumentError } from 'commander';

const FORM = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/;

/** Epoch ms of an option's value: a UTC day (its start) or a UTC time. */
export function moment(text: string): number {
  const epochMs = FORM.test(text) ? Date.parse(text) : Number.NaN;
  // JavaScript takes the 31st of February for the 3rd of March.
  if (Number.isNaN(epochMs) || !new Date(epochMs).toISOString().startsWith(text.slice(0, 10))) {
    throw new InvalidArgumentError('must be a UTC day (2026-11-20) or time (2026-11-20T10:00Z).');
  }
  return epochMs;
}

const DAY_MS = 86_400_000;

/** Epoch ms at which what an option's value names is over: the end of a UTC day, or a UTC time itself. */
export function endMoment(text: string): number {
  const start = moment(text);
  return text.includes('T') ? start : start + DAY_MS;
}
