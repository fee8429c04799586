import { createHmac } from 'node:crypto';
import type { JsonObject, JsonValue } from '#mapping/audit-event.ts';
import { parseExactly } from '#mapping/exact-number.ts';
import { hideMembers } from '#mapping/rules/redaction.ts';
import { KEY, rulesOf } from './rules.ts';

function hash(text: string): string {
  return `hmac-sha256:${createHmac('sha256', KEY).update(text).digest('hex')}`;
}

/** The record as JSON after hiding, and what was hidden. */
function hide(record: JsonObject | string, lists: { redact?: string; hash?: string }) {
  const copy = parseExactly(typeof record === 'string' ? record : JSON.stringify(record)) as JsonObject;
  const hidden = hideMembers(copy, rulesOf(lists).redaction!);
  const pathsOf = (members: readonly { path: string }[] = []): string[] => members.map(({ path }) => path);
  return {
    record: JSON.parse(JSON.stringify(copy)) as JsonObject,
    json: JSON.stringify(copy),
    redacted: pathsOf(hidden?.redacted),
    hashed: pathsOf(hidden?.hashed),
    repeated: hidden?.repeated ?? [],
  };
}

const R = 'REDACTED';

describe('redacting replaces', () => {
  it.each<[string, JsonObject, string, JsonObject, string[]]>([
    ['a text', { a: 'x', b: 'x' }, 'a', { a: R, b: 'x' }, ['/a']],
    [
      'a number, a truth and an object',
      { a: 1, b: true, c: { d: 1 } },
      '*',
      { a: R, b: R, c: R },
      ['/a', '/b', '/c'],
    ],
    ['each element of an array', { a: ['x', ['y'], { z: 1 }] }, 'a', { a: [R, [R], R] }, ['/a']],
    [
      'in each element of an array',
      { a: [{ b: 'x' }, 7, { b: 'y' }] },
      'a.b',
      { a: [{ b: R }, 7, { b: R }] },
      ['/a/0/b', '/a/2/b'],
    ],
    [
      'at any depth',
      { m: 'x', a: { m: 'y', b: [{ m: 'z' }] } },
      '**.m',
      { m: R, a: { m: R, b: [{ m: R }] } },
      ['/m', '/a/m', '/a/b/0/m'],
    ],
    [
      'whatever the letter case of the name',
      { CallerIpAddress: 'x' },
      'callerIPAddress',
      { CallerIpAddress: R },
      ['/CallerIpAddress'],
    ],
    [
      'a name that holds a dot, a slash and a tilde',
      { c: { 'a.b/c~d': 'x' } },
      'c."a.b/c~d"',
      { c: { 'a.b/c~d': R } },
      ['/c/a.b~1c~0d'],
    ],
  ])('%s', (_, record, redact, expected, paths) => {
    const hidden = hide(record, { redact });

    expect([hidden.record, hidden.redacted, hidden.hashed]).toEqual([expected, paths, []]);
  });

  it.each<[string, JsonValue]>([
    ['null', null],
    ['a blank text', '  '],
    ['the id that says that there is none', '00000000-0000-0000-0000-000000000000'],
    ['an array of such', [null, '']],
  ])('nothing by something: %s stays', (_, value) => {
    const hidden = hide({ a: value }, { redact: '*', hash: '**.a' });

    expect([hidden.record, hidden.redacted, hidden.hashed]).toEqual([{ a: value }, [], []]);
  });

  it('a member called __proto__ like any other', () => {
    expect(hide('{"__proto__":{"a":"x"}}', { redact: '__proto__.a' }).json).toBe(
      '{"__proto__":{"a":"REDACTED"}}',
    );
  });
});

describe('hashing replaces', () => {
  it('a text and a number by the keyed hash of how they are written, so that equal ones stay equal', () => {
    const { record, hashed } = hide('{"a":"403","b":403,"c":638799492563154034,"d":" A@b.c "}', {
      hash: '*',
    });

    expect(record).toEqual({
      a: hash('403'),
      b: hash('403'),
      c: hash('638799492563154034'),
      d: hash(' A@b.c '),
    });
    expect(hashed).toEqual(['/a', '/b', '/c', '/d']);
  });

  it('elements one by one, and an object by its JSON', () => {
    const { record } = hide({ a: ['x', 'y'], b: { c: 1 } }, { hash: '*' });

    expect(record).toEqual({ a: [hash('x'), hash('y')], b: hash('{"c":1}') });
  });

  it('nothing that is redacted too', () => {
    const { record, redacted, hashed } = hide({ a: 'x', b: 'y' }, { redact: 'a', hash: '*' });

    expect([record, redacted, hashed]).toEqual([{ a: R, b: hash('y') }, ['/a'], ['/b']]);
  });
});

describe('JSON texts are looked into', () => {
  it('and are written again with nothing else changed', () => {
    const body = '{ "n": 638799492563154034, "user": { "mail": "a@b.c" }, "s": "\\u00e9" }';

    const { record, redacted } = hide(
      { properties: { requestbody: body } },
      { redact: 'properties.requestbody.user.mail' },
    );

    const written = '{"n":638799492563154034,"user":{"mail":"REDACTED"},"s":"é"}';
    expect(record).toEqual({ properties: { requestbody: written } });
    expect(redacted).toEqual(['/properties/requestbody/user/mail']);
  });

  it('and stay as they are, white space and all, when nothing in them is hidden', () => {
    const record = { properties: { requestbody: '{ "n": 1.0, "mails": [] }' } };

    expect(hide(record, { redact: '**.mail' }).record).toEqual(record);
  });

  it('in texts in texts, and in a record whose properties are one', () => {
    const inner = JSON.stringify({ mail: 'x' });
    const properties = JSON.stringify({ body: JSON.stringify([inner]) });

    const { record, redacted } = hide({ properties }, { redact: '**.mail' });

    const hidden = JSON.stringify({ mail: R });
    expect(record).toEqual({ properties: JSON.stringify({ body: JSON.stringify([hidden]) }) });
    expect(redacted).toEqual(['/properties/body/0/mail']);
  });

  it('whose repeated names, of which one is left, are told', () => {
    const { record, repeated } = hide({ b: '{"mail":"x","mail":"y","n":1,"n":2}' }, { redact: 'b.mail' });

    expect(record).toEqual({ b: '{"mail":"REDACTED","n":2}' });
    expect(repeated).toEqual(['/b/mail', '/b/n']);
  });

  it.each([
    ['one that was cut off', '{"mail":"a@b.c","other":"cu'],
    ['one with single quotes', "{'mail':'a@b.c'}"],
    ['a cut-off list of objects', '[{"mail":"a@b.c"},{'],
    ['a cut-off text of a text', String.raw`"{\"mail\":\"a@b.c`],
    ['one nested too deep', `${'['.repeat(60)}{"mail":"a@b.c"}${']'.repeat(60)}`],
    ['one behind a byte order mark', '\uFEFF{"mail":"a@b.c"}'],
  ])('and hidden whole where that is not possible: %s', (_, text) => {
    expect(hide({ b: text }, { redact: '**.mail' })).toMatchObject({ record: { b: R }, redacted: ['/b'] });
    expect(hide({ b: text }, { hash: 'b.mail' })).toMatchObject({
      record: { b: hash(text) },
      hashed: ['/b'],
    });
    expect(hide({ b: text }, { redact: 'c.mail' }).record).toEqual({ b: text });
  });

  it.each(['[INFO] mail sent', 'mail: {"mail":"x"}', '"mail"', '[]', '{}', '{"other":{}}', '"quoted" text'])(
    'but texts that are something else stay: %s',
    (text) => {
      expect(hide({ b: text }, { redact: '**.mail' }).record).toEqual({ b: text });
    },
  );
});

describe('what an event needs stays', () => {
  const RECORD = {
    time: 't',
    operationName: { value: 'o', localizedValue: 'l' },
    category: 'c',
    resultType: 'r',
    properties: { createdDateTime: 't', time: 't', id: 'i', user: { createdDateTime: 't' } },
  };

  it('when a wildcard names everything', () => {
    const { record } = hide(RECORD, { redact: '*' });

    expect(record).toEqual({
      ...RECORD,
      resultType: R,
      properties: { createdDateTime: 't', time: 't', id: R, user: R },
    });
  });

  it('when properties are named as a whole, or are a JSON text', () => {
    const properties = { createdDateTime: 't', time: 't', id: R, user: R };

    expect(hide(RECORD, { redact: 'properties' }).record).toEqual({ ...RECORD, properties });
    const text = { ...RECORD, properties: JSON.stringify(RECORD.properties) };
    expect(hide(text, { redact: 'properties' }).record).toEqual({
      ...RECORD,
      properties: JSON.stringify(properties),
    });
  });

  it('and properties that are no object are hidden as they are', () => {
    expect(hide({ properties: 'text' }, { redact: '*' }).record).toEqual({ properties: R });
    expect(hide({ properties: ['text'] }, { redact: '*' }).record).toEqual({ properties: [R] });
  });

  it('while redacting wins over hashing inside of properties too', () => {
    const { record } = hide({ properties: { a: 'x', b: 'y' } }, { redact: 'properties.a', hash: '*' });

    expect(record).toEqual({ properties: { a: R, b: hash('y') } });
  });
});
