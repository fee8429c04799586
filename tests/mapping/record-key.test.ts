import { LOG_TYPES, isLogType, logTypeOf, type LogTypeName } from '#mapping/log-types.ts';
import { recordKey } from '#mapping/record-key.ts';

const RISK_TYPES = new Set(['entra-risk-detections', 'entra-risky-users']);
const GRAPH = Object.keys(LOG_TYPES).filter(
  (name) => name.startsWith('entra-') && !RISK_TYPES.has(name),
) as LogTypeName[];
const OFFICE365 = Object.keys(LOG_TYPES).filter((name) => name.startsWith('office365-')) as LogTypeName[];

it.each(GRAPH)('is the id for %s, as it was written', (logType) => {
  expect(recordKey(logType, { id: 'Directory_1_A B', createdDateTime: '2026-11-20T10:00:00Z' })).toBe(
    'Directory_1_A B',
  );
});

it.each(OFFICE365)('is the Id for %s', (logType) => {
  expect(recordKey(logType, { Id: '80c76bd2-9d81-4c57-a97a-accfc3443dca', id: 'x' })).toBe(
    '80c76bd2-9d81-4c57-a97a-accfc3443dca',
  );
});

it('is another one after an update of a risk detection, and the same however the time is written', () => {
  const key = (lastUpdatedDateTime: string): string | undefined =>
    recordKey('entra-risk-detections', { id: 'd', lastUpdatedDateTime });

  expect(key('2026-11-20T10:00:00.5Z')).toBe('d:2026-11-20T10:00:00.5Z');
  expect(key('2026-11-20T10:00:00.5000000Z')).toBe(key('2026-11-20T10:00:00.5Z'));
  expect(key('2026-11-20T12:00:00.50+02:00')).toBe(key('2026-11-20T10:00:00.5Z'));
  expect(key('2026-11-20T10:00:00.5000001Z')).not.toBe(key('2026-11-20T10:00:00.5Z'));
});

it('is the id of a risk detection that has no time of its update, or one that nobody can read', () => {
  expect(recordKey('entra-risk-detections', { id: 'd' })).toBe('d');
  expect(recordKey('entra-risk-detections', { id: 'd', lastUpdatedDateTime: null })).toBe('d');
  expect(recordKey('entra-risk-detections', { id: 'd', lastUpdatedDateTime: 'soon' })).toBe('d:soon');
});

it('is account and change for a risky user, and nothing without the change', () => {
  const riskLastUpdatedDateTime = '2026-11-20T10:00:00Z';

  expect(recordKey('entra-risky-users', { id: 'u', riskLastUpdatedDateTime })).toBe('u:2026-11-20T10:00:00Z');
  expect(recordKey('entra-risky-users', { id: 'u' })).toBeUndefined();
});

it.each([[{}], [{ id: '' }], [{ id: ' ' }], [{ id: 7 }], [{ id: null }]])('is nothing for %p', (record) => {
  expect(recordKey('entra-signins', record)).toBeUndefined();
});

it('gives each log type a folder of its own', () => {
  const prefixes = Object.values(LOG_TYPES).map(({ prefix }) => prefix);

  expect(new Set(prefixes).size).toBe(prefixes.length);
  expect(prefixes.every((prefix) => /^raw\/(?:entra|office365)\/[\w.-]+\/$/.test(prefix))).toBe(true);
});

it('tells the containers of collectors from those in Azure', () => {
  expect(isLogType('entra-signins')).toBe(true);
  expect(isLogType('insights-logs-signinlogs')).toBe(false);
  expect(logTypeOf('constructor')).toBeUndefined();
  expect(logTypeOf('office365-dlp')).toMatchObject({ form: 'office365', contentType: 'DLP.All' });
});
