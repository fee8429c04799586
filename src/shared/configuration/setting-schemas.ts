import * as v from 'valibot';

/** A whole number within bounds, both included. */
export function wholeNumber(minimum: number, maximum: number) {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, message),
    v.transform(Number),
    v.minValue(minimum, message),
    v.maxValue(maximum, message),
  );
}

/** Any URL of the web. */
export const httpUrl = v.pipe(v.string(), v.regex(/^https?:\/\/\S+$/, 'must be a URL'));
