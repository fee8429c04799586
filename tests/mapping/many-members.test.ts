import { findViolations } from '#mapping/target-schema.ts';
import { ACCOUNT, eventOf } from './map-one.ts';

const START = '"time":"2026-11-20T10:00:12Z","category":"Administrative","operationName":"A.B/C/WRITE"';

function members(count: number, member: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => member(index)).join(',');
}

const numbered = (index: number): string => `"k${index}":${index}`;

/** Shapes whose cost could grow with the square of their members; each has far more than any real record. */
const SHAPES: readonly (readonly [string, string])[] = [
  ['members of the record', `{${START},${members(100_000, numbered)}}`],
  ['members of properties', `{${START},"properties":{${members(100_000, numbered)}}}`],
  ['members that all find room somewhere', `{${START},"properties":{${members(16_000, numbered)}}}`],
  ['claims', `{${START},"identity":{"claims":{${members(100_000, numbered)}}}}`],
  ['elements', `{${START},"properties":{"a":[${members(100_000, (index) => `{"k":${index}}`)}]}}`],
  ['names that repeat', `{${START},${members(100_000, (index) => `"k${index % 50_000}":1`)}}`],
  [
    'members of a body that is text',
    `{${START},"properties":{"requestbody":${JSON.stringify(`{${members(100_000, numbered)}}`)}}}`,
  ],
];

// 300 s before sizes were kept instead of measured again for each member; now below 1 s.
it.each(SHAPES)(
  'a record with tens of thousands of %s is mapped at once, within the limits',
  (_what, text) => {
    const { event } = eventOf(text);

    expect(findViolations(event.eventData, ACCOUNT)).toEqual([]);
  },
  10_000,
);
