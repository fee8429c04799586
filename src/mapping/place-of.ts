import type { JsonObject } from './audit-event.ts';
import { objectOf, textOf } from './json-value.ts';

/** Where the caller was, as Entra tells it: city, and country in two letters (`country` where the place has none). */
export function placeOf(
  properties: JsonObject,
  country?: string,
): { readonly city: string | undefined; readonly country: string | undefined } {
  const location = objectOf(properties['location']);
  return { city: textOf(location?.['city']), country: textOf(location?.['countryOrRegion']) ?? country };
}
