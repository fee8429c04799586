import fc from 'fast-check';
import { addAccounts, EMPTY_ACCOUNT, type ByteAccount } from '#shared/audit/byte-account.ts';
import { circumstancesOf, type Circumstances } from '#shared/audit/circumstances.ts';
import { judgeLogObject, type Judgement } from '#shared/audit/judge-log-object.ts';
import { initialCheckpoint, type Checkpoint } from '#shared/checkpoints/checkpoint.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-20T12:30:00Z');
const GRACE_MS = 3 * HOUR_MS;
const LOG_OBJECT = {
  account: 'a',
  container: 'insights-activity-logs',
  name: 'scope/y=2026/m=11/d=20/h=10/m=00/PT1H.json',
  generation: '2026-11-20T10:00:12Z',
};

const bytes = fc.nat({ max: 5_000 });

/** Checkpoints that commits lead to: counters add up, and what was examined is committed, torn or enclosing. */
const sound = fc
  .record({
    delivered: bytes,
    rejected: bytes,
    excluded: bytes,
    framing: bytes,
    rest: bytes,
    torn: fc.boolean(),
    ahead: bytes,
  })
  .map(({ delivered, rejected, excluded, framing, rest, torn, ahead }): Checkpoint => {
    const committed = delivered + rejected + excluded + framing;
    const examined = committed + (torn ? rest : Math.min(rest, 3));
    return {
      ...initialCheckpoint(LOG_OBJECT),
      committed,
      examined,
      knownEnd: examined + ahead,
      torn: torn && rest > 0,
      deliveredBytes: delivered,
      rejectedBytes: rejected,
      excludedBytes: excluded,
      framingBytes: framing,
    };
  });

const anyCheckpoint = fc.record({
  committed: bytes,
  examined: bytes,
  knownEnd: bytes,
  torn: fc.boolean(),
  deliveredBytes: bytes,
  rejectedBytes: bytes,
  excludedBytes: bytes,
  framingBytes: bytes,
});

/** Circumstances with a listing that is complete up to a moment ago. */
function circumstances(change: Partial<Circumstances> = {}): Circumstances {
  const listing = { watermark: NOW - HOUR_MS, walk: undefined, history: undefined, version: 1 };
  const audit = { now: NOW, horizonHours: 48, graceMs: GRACE_MS, historyEnqueued: false };
  return { ...circumstancesOf(listing, audit), ...change };
}

interface Situation {
  /** Hours since the end of the log object's hour. */
  readonly hoursAgo?: number;
  /** Milliseconds since the last append; by default since the end of the hour. */
  readonly writtenAgo?: number;
  readonly given?: Circumstances;
}

function judge(
  length: number,
  checkpoint: Partial<Checkpoint> | undefined,
  { hoursAgo = 10, writtenAgo, given = circumstances() }: Situation = {},
): Judgement {
  const { name, generation } = LOG_OBJECT;
  const listed = { name, generation, length, lastModified: NOW - (writtenAgo ?? hoursAgo * HOUR_MS) };
  const stored = checkpoint === undefined ? undefined : { ...initialCheckpoint(LOG_OBJECT), ...checkpoint };
  return judgeLogObject(LOG_OBJECT, listed, NOW - (hoursAgo + 1) * HOUR_MS, stored, given);
}

function kindsOf({ findings }: Judgement): string[] {
  return findings.map(({ kind }) => kind);
}

function sumOf(account: ByteAccount): number {
  const { deliveredBytes, rejectedBytes, excludedBytes, framingBytes } = account;
  const settled = deliveredBytes + rejectedBytes + excludedBytes + framingBytes;
  return settled + account.pendingBytes + account.unexplainedBytes;
}

describe('the account of a log object', () => {
  it('adds up to what is listed, whatever stands in the table', () => {
    fc.assert(
      fc.property(bytes, fc.option(anyCheckpoint, { nil: undefined }), (length, checkpoint) => {
        const { account } = judge(length, checkpoint);

        expect(sumOf(account)).toBe(length);
        expect(account.pendingBytes).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('leaves nothing unexplained without a finding', () => {
    fc.assert(
      fc.property(bytes, fc.option(anyCheckpoint, { nil: undefined }), (length, checkpoint) => {
        const { account, findings } = judge(length, checkpoint);

        expect(account.unexplainedBytes === 0 || findings.length > 0).toBe(true);
      }),
    );
  });

  it('of a sound checkpoint explains every byte', () => {
    fc.assert(
      fc.property(sound, bytes, (checkpoint, more) => {
        const { account, findings } = judge(checkpoint.knownEnd + more, checkpoint);

        expect(account.unexplainedBytes).toBe(0);
        expect(findings.map(({ kind }) => kind)).not.toContain('checkpoint-broken');
        expect(findings.map(({ kind }) => kind)).not.toContain('shrunk');
      }),
    );
  });

  it('is added figure by figure, in any order', () => {
    const account = fc.record(
      Object.fromEntries(Object.keys(EMPTY_ACCOUNT).map((figure) => [figure, fc.integer()])),
    ) as unknown as fc.Arbitrary<ByteAccount>;
    fc.assert(
      fc.property(account, account, (left, right) => {
        expect(addAccounts(left, right)).toEqual(addAccounts(right, left));
        expect(addAccounts(left, EMPTY_ACCOUNT)).toEqual(left);
      }),
    );
  });
});

describe('bytes that should be settled by now', () => {
  it('are never silent: older than the grace time and listed, they are a finding', () => {
    fc.assert(
      fc.property(
        sound,
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 4, max: 40 }),
        (checkpoint, more, hours) => {
          const { findings } = judge(checkpoint.knownEnd + more, checkpoint, { hoursAgo: hours });

          expect(findings).toHaveLength(1);
          expect(findings[0]?.bytes).toBeGreaterThanOrEqual(more);
        },
      ),
    );
  });

  it('are enqueued by a repair up to the last byte', () => {
    fc.assert(
      fc.property(
        fc.option(sound, { nil: undefined }),
        fc.integer({ min: 1, max: 5_000 }),
        (checkpoint, more) => {
          const length = (checkpoint?.knownEnd ?? 0) + more;

          const { findings } = judge(length, checkpoint);

          expect(findings[0]?.repair.at(-1)).toMatchObject({ logObject: LOG_OBJECT, end: length });
        },
      ),
    );
  });

  it.each([
    ['without a checkpoint', undefined, 10, 'never-enqueued'],
    ['behind the end', { committed: 60, examined: 60, deliveredBytes: 60 }, 10, 'stuck-range'],
    [
      'left behind by listing',
      { committed: 60, examined: 60, deliveredBytes: 60 },
      90,
      'grown-after-horizon',
    ],
    ['left behind without a checkpoint', undefined, 90, 'never-enqueued'],
  ] as const)('%s are %j %d hours ago: %s', (_, checkpoint, hoursAgo, kind) => {
    expect(kindsOf(judge(100, checkpoint, { hoursAgo }))).toEqual([kind]);
  });
});

describe('bytes on their way are no finding', () => {
  it.each([
    ['within the grace time', { writtenAgo: GRACE_MS }],
    ['written after the last listing', { given: circumstances({ watermark: NOW - 20 * HOUR_MS }) }],
    ['before the first listing is complete', { given: circumstances({ watermark: undefined }) }],
    ['history that waits in its lane', { hoursAgo: 90, given: circumstances({ historyWaits: true }) }],
  ])('%s', (_, options) => {
    expect(kindsOf(judge(100, undefined, options))).toEqual([]);
  });

  it('a torn tail, until its hour is settled and the grace time is over', () => {
    const torn = { committed: 60, examined: 100, knownEnd: 100, deliveredBytes: 60, torn: true };

    const kinds = [1, 2, 4, 5].map((hoursAgo) => kindsOf(judge(100, torn, { hoursAgo })));

    expect(kinds).toEqual([[], [], [], ['torn-tail']]);
  });

  it('the closing brackets of a document, however old', () => {
    const document = { committed: 97, examined: 100, knownEnd: 100, deliveredBytes: 97 };

    const { account, findings } = judge(100, document, { hoursAgo: 90 });

    expect(findings).toEqual([]);
    expect(account).toMatchObject({ framingBytes: 3, pendingBytes: 0 });
  });

  it('an empty log object', () => {
    expect(kindsOf(judge(0, undefined, { hoursAgo: 90 }))).toEqual([]);
  });
});

describe('since when bytes are unsettled', () => {
  it('is the last append, where there is more than was examined', () => {
    expect(judge(100, { examined: 99 }, { writtenAgo: 7_000 }).unsettledSince).toBe(NOW - 7_000);
  });

  it.each([
    ['all was examined', { examined: 100, committed: 60, torn: true }, {}],
    [
      'history waits in its lane',
      { examined: 0 },
      { hoursAgo: 90, given: circumstances({ historyWaits: true }) },
    ],
  ])('is nothing where %s', (_, checkpoint, options) => {
    expect(judge(100, checkpoint, options).unsettledSince).toBeUndefined();
  });
});
