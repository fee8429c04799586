/** ISO 8601 with `T`, `t` or a space, any fraction, `Z`, an offset or nothing (Azure writes UTC); one-digit hours occur. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?(?: ?(Z|z|[+-]\d{2}:?\d{2}))?$/;

/** US style, as Entra risk logs (`4/14/2025 11:35:37 AM`) and Functions (`05/28/2025 01:15:14`) write it: UTC. */
const US = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?(?: ?([AaPp][Mm]))?$/;

/** Years that a log can speak of; `0001-01-01` is .NET's "no time". */
const FIRST_YEAR = 1970;
const LAST_YEAR = 9999;

/** Longest text that can still be a time. */
const MAX_TIME_LENGTH = 100;

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Minutes of `+02:00`, `-0330` or `Z`; nothing for an offset that no clock has. */
function offsetMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** Milliseconds since 1970, or nothing when there is no such moment (30 February, 25 o'clock). */
function momentOf(parts: readonly [number, number, number, number, number, number]): number | undefined {
  const [year, month, day, hour, minute, second] = parts;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const moment = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(moment);
  const isReal =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? moment : undefined;
}

function isoMoment(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const offset = offsetMinutes(match[7]);
  const moment = momentOf([
    Number(match[1]),
    Number(match[2]),
    Number(match[3]),
    Number(match[4]),
    Number(match[5]),
    Number(match[6]),
  ]);
  return offset === undefined || moment === undefined ? undefined : moment - offset * MINUTE;
}

function usMoment(text: string): number | undefined {
  const match = US.exec(text);
  if (match === null) return undefined;
  const half = match[7]?.toLowerCase();
  let hour = Number(match[4]);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half === 'pm' ? 12 : 0);
  }
  return momentOf([
    Number(match[3]),
    Number(match[1]),
    Number(match[2]),
    hour,
    Number(match[5]),
    Number(match[6]),
  ]);
}

/** The UTC second of a time that Azure wrote, without its zone: `YYYY-MM-DDTHH:MM:SS`. */
function secondOf(text: string): string | undefined {
  if (text.length > MAX_TIME_LENGTH) return undefined;
  const trimmed = text.trim();
  const moment = isoMoment(trimmed) ?? usMoment(trimmed);
  if (moment === undefined) return undefined;
  const date = new Date(moment);
  const year = date.getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? date.toISOString().slice(0, 19) : undefined;
}

/**
 * A time that Azure wrote, as UTC seconds `YYYY-MM-DDTHH:MM:SSZ`, fractions cut off and not rounded (an event must not
 * move to the next second). Nothing when the text is no moment from 1970 to 9999.
 */
export function eventTimeOf(text: string): string | undefined {
  const second = secondOf(text);
  return second === undefined ? undefined : `${second}Z`;
}

/**
 * A time that Azure wrote, in UTC with all its digits of a second but without zeros at their end: one form for
 * `10:00:12.5000000Z`, `10:00:12.5` and `12:00:12.50+02:00`. Nothing when the text is no moment from 1970 to 9999.
 */
export function exactTime(text: string): string | undefined {
  const second = secondOf(text);
  if (second === undefined) return undefined;
  const digits = /\.(\d+)/.exec(text)?.[1]?.replace(/0+$/, '') ?? '';
  return digits === '' ? `${second}Z` : `${second}.${digits}Z`;
}
