import fc, { type Arbitrary } from 'fast-check';
import type { BucketFault } from '../in-process/bucket.ts';
import type { Change, Command, Conditions, Invocation, LineKind, Mishap } from './command.ts';

/** Longest age of an hour that still gets bytes: within the horizon, whatever the clocks say. */
export const OLDEST_APPEND_HOURS = 7;

/** Commands of one kind. */
function command<Do extends string, Fields extends object>(
  name: Do,
  fields: { [Name in keyof Fields]: Arbitrary<Fields[Name]> },
): Arbitrary<{ do: Do } & Fields> {
  return fc.record(fields, { noNullPrototype: true }).map((values) => ({ do: name, ...values }));
}

/** One of `choices`, each as often as its weight says. */
function weighted<Choice>(choices: readonly (readonly [weight: number, arbitrary: Arbitrary<Choice>])[]) {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

const number = (min: number, max: number): Arbitrary<number> => fc.integer({ min, max });

const mishap: Arbitrary<Mishap> = fc.record(
  { at: number(1, 30), when: fc.constantFrom('before', 'after'), crash: fc.boolean() },
  { noNullPrototype: true },
);
const conditions: { [Name in keyof Conditions]: Arbitrary<Conditions[Name]> } = {
  mishap: fc.option(mishap, { nil: undefined, freq: 2 }),
  looks: weighted([
    [3, fc.constant(1_000)],
    [1, number(0, 4)],
  ]),
};
const line = weighted<LineKind>([
  [6, fc.constant('good')],
  [1, fc.constantFrom('same', 'broken', 'refused', 'blank')],
]);
const where = fc.record(
  {
    subscription: fc.constantFrom('A' as const, 'B' as const),
    hoursAgo: weighted([
      [3, fc.constant(0)],
      [1, number(1, OLDEST_APPEND_HOURS)],
    ]),
  },
  { noNullPrototype: true },
);

const append: Arbitrary<Change> = command('append', {
  where,
  lines: fc.array(line, { minLength: 1, maxLength: 8 }),
  cut: weighted([
    [2, fc.constant(0)],
    [1, number(1, 280)],
  ]),
});
const growDocument: Arbitrary<Change> = command('grow-document', {
  hoursAgo: number(0, 2),
  records: number(1, 12),
});
const remove: Arbitrary<Change> = command('delete', { logObject: fc.nat(10) });
const recreate: Arbitrary<Change> = command('recreate', { logObject: fc.nat(10), records: number(0, 3) });
const rotateSecret: Arbitrary<Change> = fc.constant({ do: 'rotate-secret' });
const aggregate: Arbitrary<Invocation> = command('aggregate', {
  container: fc.constantFrom('activity' as const, 'flows' as const),
  ...conditions,
});
const process: Arbitrary<Invocation> = command('process', {
  lane: weighted<'new' | 'history'>([
    [4, fc.constant('new')],
    [1, fc.constant('history')],
  ]),
  ...conditions,
});
const repeat: Arbitrary<Invocation> = command('repeat', { message: fc.nat(30), ...conditions });
const allConditions = fc.record(conditions, { noNullPrototype: true });

const any: Arbitrary<Command> = weighted<Command>([
  [6, append],
  [2, growDocument],
  [1, remove],
  [1, recreate],
  [1, rotateSecret],
  [5, aggregate],
  [6, process],
  [1, repeat],
  [
    4,
    command('together', {
      works: fc.array(
        weighted<Change | Invocation>([
          [3, append],
          [1, fc.oneof(growDocument, remove, recreate, rotateSecret)],
          [3, aggregate],
          [3, process],
          [2, repeat],
        ]),
        { minLength: 2, maxLength: 4 },
      ),
    }),
  ],
  [
    2,
    command('two-processors', {
      message: fc.nat(30),
      other: fc.nat(5),
      first: allConditions,
      second: allConditions,
    }),
  ],
  [3, command('advance', { minutes: number(1, 90) })],
  [1, command('skew', { minutes: number(-60, 60) })],
  [1, command('lose-message', { message: fc.nat(10) })],
  [1, command('throttle', { requests: number(1, 8) })],
  [2, command('throttle-entries', { oneOf: number(1, 5), requests: number(1, 20) })],
  [1, fc.constant<Command>({ do: 'lose-answer' })],
  [1, command('refuse-messages', { messages: number(1, 6) })],
]);

/** Any history of a deployment: up to forty commands. */
export const anyHistory: Arbitrary<Command[]> = fc.array(any, { minLength: 1, maxLength: 40, size: 'max' });

/** What goes wrong with each put of a history, in their order. */
export const anyBucketFaults: Arbitrary<(BucketFault | undefined)[]> = fc.array(
  weighted<BucketFault | undefined>([
    [4, fc.constant(undefined)],
    [1, fc.constantFrom('slow-down', 'lose-answer', 'access-denied')],
  ]),
  { maxLength: 60, size: 'max' },
);
