import { recordsOf } from '../corpus-records.ts';
import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

describe('Kubernetes audit', () => {
  const kube = (log: unknown): ReturnType<typeof eventDataOf> =>
    eventDataOf({ time: TIME, category: 'kube-audit', properties: { log } });

  it('looks into the audit event of the API server', () => {
    const [record] = recordsOf('resource/datadog_aks_logs.json');

    expect(eventDataOf(record!.bytes)).toMatchObject({
      eventSource: 'MICROSOFT.CONTAINERSERVICE',
      sourceIPAddress: '10.200.0.38',
      userAgent: 'kube-probe/1.29',
      userIdentity: { type: 'Kubernetes', principalId: 'readinessChecker' },
      requestParameters: { action: 'get', resource: '/readyz' },
      responseElements: { outcome: 'Success', httpStatus: '200' },
    });
  });

  it('fails by the status of the response', () => {
    const log = JSON.stringify({ responseStatus: { code: 403, reason: 'Forbidden', message: 'no' } });

    expect(kube(log)).toMatchObject({ errorCode: 'Forbidden', errorMessage: 'no' });
  });

  it.each(['plain text', '{broken', null, 7])('takes a log of %p as it is', (log) => {
    expect(kube(log)).toMatchObject({
      userIdentity: { type: 'Unknown' },
      requestParameters: { properties: { log } },
    });
  });
});
