import * as fc from 'fast-check';
import { flattenPairs, MAX_FLAT_LIST_BYTES, NAME_NEW_VALUE, NAME_VALUE } from '#mapping/flatten-pairs.ts';
import { utf8Length } from '#mapping/target-schema.ts';

it('makes one object of lists of named values', () => {
  const parameters = [
    { Name: 'Identity', Value: 'user001' },
    { Name: 'ForwardingSmtpAddress', Value: 'smtp:x@example.org' },
  ];
  const others = [{ key: 'User-Agent', value: 'curl/8' }];

  expect(flattenPairs(NAME_VALUE, parameters, undefined, others)).toEqual({
    Identity: 'user001',
    ForwardingSmtpAddress: 'smtp:x@example.org',
    'User-Agent': 'curl/8',
  });
});

it.each([
  ['a JSON text that is a string', '"Global Administrator"', 'Global Administrator'],
  ['a list of one string', '[\r\n  "a@b.example"\r\n]', 'a@b.example'],
  ['a list of two', '["a","b"]', '["a","b"]'],
  ['a list of one object', '[{"MethodType":7}]', '[{"MethodType":7}]'],
  ['text that only looks like JSON', '"half', '"half'],
  ['a number', 7, '7'],
  ['a boolean', false, 'false'],
  ['an object', { a: 1 }, '{"a":1}'],
  ['a list', ['a', 'b'], '["a","b"]'],
])('takes the new value of a change: %s', (_case, NewValue, expected) => {
  expect(flattenPairs(NAME_NEW_VALUE, [{ Name: 'x', NewValue, OldValue: 'old' }])).toEqual({ x: expected });
});

it.each([
  ['no list', [undefined, null, 'text', 7, { Name: 'a', Value: 'b' }]],
  ['entries without name or value', [[{ Name: 'a' }, { Value: 'b' }, { Name: '', Value: 'b' }, 7, null, []]]],
  [
    'values that hold nothing',
    [
      [
        { Name: 'a', Value: null },
        { Name: 'b', Value: '' },
        { Name: 'c', Value: [] },
      ],
    ],
  ],
])('is nothing for %s', (_case, lists) => {
  expect(flattenPairs(NAME_VALUE, ...lists)).toBeUndefined();
});

it('keeps the first value of a name, and takes any name for one', () => {
  const list = [
    { Name: 'a', Value: '1' },
    { Name: 'a', Value: '2' },
    { Name: '__proto__', Value: '3' },
  ];

  expect(JSON.stringify(flattenPairs(NAME_VALUE, list))).toBe('{"a":"1","__proto__":"3"}');
});

it('never takes more room than it may, whatever the list', () => {
  const pairs = fc.array(
    fc.record({ Name: fc.string({ unit: 'binary', maxLength: 300 }), Value: fc.string({ maxLength: 2000 }) }),
    { maxLength: 20 },
  );

  fc.assert(
    fc.property(pairs, (list) => {
      const flat = flattenPairs(NAME_VALUE, list) ?? {};

      expect(utf8Length(JSON.stringify(flat))).toBeLessThanOrEqual(MAX_FLAT_LIST_BYTES);
    }),
  );
});
