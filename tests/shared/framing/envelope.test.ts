import { matchEnvelope } from '#shared/framing/envelope.ts';

describe('the first bytes of a log object', () => {
  it.each([
    ['', 'undecided'],
    ['{"reco', 'undecided'],
    ['{"records":[', 'envelope'],
    ['\uFEFF { "records" :\r\n\t[ {"a":1}', 'envelope'],
    ['{"records":{', 'other'],
    ['{"time":"2026-11-20T10:00:00Z"}', 'other'],
    ['[{"records":[', 'other'],
  ])('%j: %s', (text, expected) => {
    expect(matchEnvelope(Buffer.from(text))).toBe(expected);
  });

  it('may be a byte order mark as long as they are a part of one', () => {
    expect(matchEnvelope(Buffer.from([0xef, 0xbb]))).toBe('undecided');
    expect(matchEnvelope(Buffer.from([0xef, 0xbc, 0x80]))).toBe('other');
  });

  it('may be blanks, but not without end: memory would grow with them', () => {
    expect(matchEnvelope(Buffer.alloc(4_095, ' '))).toBe('undecided');
    expect(matchEnvelope(Buffer.alloc(4_096, ' '))).toBe('other');
    expect(matchEnvelope(Buffer.from(`${' '.repeat(4_096 - 12)}{"records":[`))).toBe('envelope');
    expect(matchEnvelope(Buffer.from(`${' '.repeat(4_096 - 11)}{"records":[`))).toBe('other');
  });
});
