import type { JsonValue } from './audit-event.ts';
import { textOf } from './json-value.ts';
import { isIpAddress } from './target-schema.ts';

const IPV4_WITH_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/;
/** An IPv4 address in the form of IPv6 (RFC 4291, 2.5.5.2), as dual-stack servers write it. */
const IPV4_IN_IPV6 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const BRACKETED = /^\[([^\]]*)\](?::\d{1,5})?$/;

/** Longest text that can still be an address with port, brackets, zone and blanks. */
const MAX_RAW_LENGTH = 200;

/**
 * The plain IPv4 or IPv6 address in what Azure wrote: without blanks, port, brackets and zone, an IPv4 address as such
 * (not as `::ffff:10.0.0.1`), so that SQL finds it whichever way it was written. Nothing when no valid address is left
 * (`<null>`, `127.0.0.0/8`, nine groups): an address is never invented.
 */
export function sourceIp(raw: string): string | undefined {
  if (raw.length > MAX_RAW_LENGTH) return undefined;
  let text = raw.trim();
  text = IPV4_WITH_PORT.exec(text)?.[1] ?? BRACKETED.exec(text)?.[1]?.trim() ?? text;
  const zone = text.indexOf('%');
  if (zone > 0 && text.includes(':')) text = text.slice(0, zone);
  text = IPV4_IN_IPV6.exec(text)?.[1] ?? text;
  return isIpAddress(text) ? text : undefined;
}

/** Index of the first value that holds a valid address, -1 when none does. */
export function placeOfAddress(values: readonly (JsonValue | undefined)[]): number {
  return values.findIndex((value) => {
    const text = textOf(value);
    return text !== undefined && sourceIp(text) !== undefined;
  });
}
