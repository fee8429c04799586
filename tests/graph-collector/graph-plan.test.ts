import { GRAPH_LOG_TYPES, type GraphLogType } from '#graph-collector/graph-log-types.ts';
import { graphPlan } from '#graph-collector/graph-plan.ts';
import { initialState, nextStep } from '#shared/collection/plan.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-20T12:20:00Z');
const [SIGN_INS] = GRAPH_LOG_TYPES as readonly [GraphLogType];

describe('the days back that are asked for', () => {
  it('are read from their first hour on', () => {
    const plan = graphPlan(SIGN_INS, 'tenant', { daysBack: 29, retentionDays: 30 });

    const step = nextStep(plan, initialState(plan, NOW), NOW);

    const from = Date.parse('2026-10-22T12:00:00Z');
    expect(step).toEqual({ kind: 'collect', window: { pass: 'first', from, to: from + HOUR_MS } });
  });

  it('that end while they are read are a gap, and never shortened without a word', () => {
    const plan = graphPlan(SIGN_INS, 'tenant', { daysBack: 30, retentionDays: 30 });

    const step = nextStep(plan, initialState(plan, NOW), NOW);

    const from = Date.parse('2026-10-21T12:00:00Z');
    expect(step).toEqual({ kind: 'gap', pass: 'first', gap: { from, to: from + 2 * HOUR_MS } });
  });

  it('are refused beyond what the tenant keeps', () => {
    expect(() => graphPlan(SIGN_INS, 'tenant', { daysBack: 8, retentionDays: 7 })).toThrow(
      '8 days back are asked for, and the tenant keeps its logs for 7',
    );
  });

  it('are two hours at least, so that a first run has something to show', () => {
    const plan = graphPlan(SIGN_INS, 'tenant', { daysBack: 0, retentionDays: 30 });

    const step = nextStep(plan, initialState(plan, NOW), NOW);

    const from = Date.parse('2026-11-20T10:00:00Z');
    expect(step).toEqual({ kind: 'collect', window: { pass: 'first', from, to: from + HOUR_MS } });
  });
});
