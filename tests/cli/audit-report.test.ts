import { jsonOf, textOf, type AuditReport } from '#cli/audit-report.ts';
import { EMPTY_ACCOUNT, type ByteAccount } from '#shared/audit/byte-account.ts';

const MIDNIGHT = Date.parse('2026-11-20T00:00:00Z');

/** The report of a container with one day of these figures. */
function reportOf(figures: Partial<ByteAccount>): AuditReport {
  const account = { ...EMPTY_ACCOUNT, ...figures };
  const container = {
    storageAccount: 'auditlogs',
    container: 'insights-activity-logs',
    watermark: MIDNIGHT,
    account,
    findings: 0,
    oldestUnsettledByteAge: 0,
    unrecognised: 0,
    unrecognisedExample: undefined,
    repairedRanges: 0,
    repairedBytes: 0,
    rows: [{ key: '2026-11-20', account, findings: 0 }],
    found: [],
  };
  return { from: MIDNIGHT, to: MIDNIGHT + 86_400_000, by: 'day', repair: false, containers: [container] };
}

const FILTERED = {
  logObjects: 1,
  listedBytes: 100,
  deliveredBytes: 60,
  excludedBytes: 40,
  deliveredRecords: 3,
  excludedRecords: 2,
};

describe('the report of an audit', () => {
  it('names what a filter rule left out, in bytes and records, as a part of the sum', () => {
    const text = textOf(reportOf(FILTERED));

    expect(text).toMatch(/\+ excluded.*\+ framing.*excluded records/);
    expect(text).toContain(
      '100 bytes listed = 60 delivered + 0 rejected + 40 excluded + 0 framing + 0 pending.',
    );
  });

  it('has no column for it when nothing was left out', () => {
    const text = textOf(reportOf({ logObjects: 1, listedBytes: 60, deliveredBytes: 60 }));

    expect(text).not.toContain('excluded');
  });

  it('tells machines the same figures', () => {
    expect(jsonOf(reportOf(FILTERED))).toMatchObject({
      addsUp: true,
      total: FILTERED,
      containers: [{ rows: [FILTERED] }],
    });
  });
});
