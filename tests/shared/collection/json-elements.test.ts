import fc from 'fast-check';
import { elementTexts } from '#shared/collection/json-elements.ts';

describe('the records of an answer', () => {
  it('keep every digit, every repeated member and every letter as they were written', () => {
    const page =
      '{"@odata.context":"x","value":[{"n":1.0,"big":12345678901234567890,"a":1,"a":2},{"t":"\\u00e9 \\"]}"}]}';

    const texts = elementTexts(page, 'value');

    expect(texts).toEqual(['{"n":1.0,"big":12345678901234567890,"a":1,"a":2}', '{"t":"\\u00e9 \\"]}"}']);
  });

  it('stand on one line each, whatever the layout of the answer', () => {
    const pretty = JSON.stringify([{ a: { b: [1, { c: 'x' }] } }, { d: 'line\nbreak' }], null, 2);

    const texts = elementTexts(pretty);

    expect(texts.every((text) => !text.includes('\n'))).toBe(true);
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([
      { a: { b: [1, { c: 'x' }] } },
      { d: 'line\nbreak' },
    ]);
  });

  it('are those of the named member of the outermost object only', () => {
    const page = '{"other":[{"x":1}],"inner":{"value":[{"y":2}]},"value":[{"z":3}],"after":[{"w":4}]}';

    const texts = elementTexts(page, 'value');

    expect(texts).toEqual(['{"z":3}']);
  });

  it('are the same values for any records, in any layout', () => {
    const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }), { maxLength: 5 });

    fc.assert(
      fc.property(records, fc.constantFrom(0, 1, 2), fc.boolean(), (values, indent, isPage) => {
        const json = JSON.stringify(isPage ? { context: '"value":[{', value: values } : values, null, indent);
        const texts = isPage ? elementTexts(json, 'value') : elementTexts(json);
        expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });
});
