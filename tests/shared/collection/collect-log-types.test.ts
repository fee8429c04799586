import { collectLogTypes, outcomeOf, type LogTypesPorts } from '#shared/collection/collect-log-types.ts';
import type { CollectionPlan, CollectionState } from '#shared/collection/plan.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.parse('2026-11-20T12:00:00Z');
const TENANT = '11111111-2222-4333-8444-555555555555';

function planOf(logType: string): CollectionPlan {
  return {
    tenant: TENANT,
    logType,
    windowMs: HOUR_MS,
    stepMs: HOUR_MS,
    passes: [{ name: 'first', lagMs: 0 }],
    startBackMs: 2 * HOUR_MS,
    reachMs: 7 * 24 * HOUR_MS,
  };
}

interface States {
  get(logType: string): CollectionState | undefined;
  set(logType: string, state: CollectionState): unknown;
}

/** Runs some log types of which those in `refused` are refused by the API, and gives what was told of each. */
async function collected(
  logTypes: readonly string[],
  refused: readonly string[],
  states: States = new Map<string, CollectionState>(),
) {
  const told: Record<string, unknown>[] = [];
  const nothing = async (): Promise<undefined> => undefined;
  const ports: LogTypesPorts = {
    bucket: 'bucket',
    now: () => NOON,
    remainingMs: () => 900_000,
    telemetry: { emit: (event, fields) => void told.push({ event, ...fields }) },
    objects: { list: async () => [], read: async () => Buffer.alloc(0), create: nothing },
    states: {
      read: async (_, logType) => states.get(logType),
      replace: async (_, logType, after) => Boolean(states.set(logType, after)),
    },
    ranges: { send: nothing },
  };
  const refuse = (): never => {
    throw new CrosstrailError('GRAPH_PERMISSION_MISSING', 'it was refused');
  };
  const outcomes = await collectLogTypes(
    logTypes.map((logType) => ({
      plan: planOf(logType),
      prefix: `raw/${logType}/`,
      source: {
        keyOf: (text) => text,
        async *read() {
          yield refused.includes(logType) ? refuse() : [];
        },
      },
      seen: { unseen: async (keys) => new Set(keys), remember: nothing },
    })),
    ports,
  );
  return { told, outcomes };
}

describe('log types side by side', () => {
  it('are collected though one of them fails, and the failure is what comes out', async () => {
    const { told, outcomes } = await collected(['one', 'two', 'three'], ['two']);

    expect(told.map(({ event, logType }) => [logType, event])).toEqual(
      expect.arrayContaining([
        ['one', 'collection.finished'],
        ['two', 'collection.failed'],
        ['three', 'collection.finished'],
      ]),
    );
    expect(() => outcomeOf(outcomes)).toThrow('it was refused');
  });

  it('tell how far behind they are, those that fail too: their API forgets meanwhile', async () => {
    const states = new Map([
      [
        'old',
        {
          version: 3,
          positions: { first: NOON - 50 * HOUR_MS },
          outbox: [],
          gaps: [],
          leasedUntil: 0,
          narrowedMs: 0,
        },
      ],
    ]);

    const { told } = await collected(['new', 'old'], ['old'], states);

    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ logType: 'new', lagSeconds: 0 }),
        expect.objectContaining({ logType: 'old', event: 'collection.failed', lagSeconds: 180_000 }),
      ]),
    );
  });

  it('do not guess how far behind they are when the table fails', async () => {
    const away = {
      get: (): never => {
        throw new CrosstrailError('STATE_TABLE_FAILED', 'the table is away');
      },
      set: () => false,
    };

    const { told } = await collected(['one'], [], away);

    expect(told).toEqual([expect.objectContaining({ event: 'collection.failed', lagSeconds: undefined })]);
  });
});
