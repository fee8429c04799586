import { InvalidArgumentError } from 'commander';

const FORM = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/;

/** Epoch ms of an option's value: a UTC day (its start) or a UTC time. */
export function moment(text: string): number {
  const epochMs = FORM.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(epochMs)) {
    throw new InvalidArgumentError('must be a UTC day (2026-11-20) or time (2026-11-20T10:00Z).');
  }
  return epochMs;
}
