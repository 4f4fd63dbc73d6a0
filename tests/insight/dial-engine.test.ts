/** The dial: each point is the community under that setting, today is what is in force. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventInput, type PolicyInput, TrustEngine } from '../../src/index.ts';
import { cases } from '../witness/arbitraries.ts';
import { replay } from '../witness/record.ts';

function engineOf(events: EventInput[], policy: PolicyInput = {}): TrustEngine {
  const engine = new TrustEngine({ tolerance: 1e-9, policy });
  engine.apply(events);
  return engine;
}

/** Sixty members who endorse five others each; three of them, and a newcomer, hold what a group may get. */
const community: EventInput[] = [
  { type: 'grant', target: 'm0' },
  { type: 'grant', target: 'm1' },
  ...Array.from({ length: 300 }, (_, k) => ({
    type: 'endorse' as const,
    source: `m${k % 60}`,
    target: `m${(k * 17 + Math.floor(k / 60) * 7 + 1) % 60}`,
  })),
  { type: 'object', source: 'm4', target: 'm9' },
];
const groups: [string, string][] = ['m7', 'm8', 'm9'].map((id) => [id, 'team']);

describe('the dial', () => {
  it('shows each setting as an engine under that policy is audited', () => {
    const dial = engineOf(community, { damping: 0.7 }).dial({
      balances: [1, 0.5, 0.1],
      caps: [null, 3],
      groups,
      tolerance: 1e-9,
      walks: 20_000,
    });
    expect(dial.points.map(({ balance, cap }) => [balance, cap])).toEqual([
      [1, null],
      [0.5, null],
      [0.1, null],
      [1, 3],
      [0.5, 3],
      [0.1, 3],
    ]);
    for (const point of dial.points) {
      const { balance, cap } = point;
      const engine = engineOf(community, { damping: 0.7, balance, cap });
      const { waist, survival, groups: measured, held } = engine.audit({ groups, through: [] });
      // A walk may turn where the two states differ by less than their bounds; here none does by much.
      expect(Math.abs(point.waist50! - waist.all.w50!)).toBeLessThanOrEqual(1);
      expect(point.survive10).toBeCloseTo(survival['10']!, 2);
      expect(point.top1).toBeCloseTo(held.top1, 7);
      expect(point.groups[0]!.bound).toBeCloseTo(measured.named[0]!.bound, 6);
      expect(point.bound).toBeLessThanOrEqual(1e-9);
      expect(point.exposure).toBeCloseTo(0.7 / (0.3 * balance), 12);
    }
  });

  it('does so on a graph that is large enough for kernels in WebAssembly, one setting after another', () => {
    // 4,000 contributors who endorse ten others each, some with objections, and forty credentials.
    const order = 4000;
    const large: EventInput[] = Array.from({ length: 10 * order }, (_, k) => ({
      type: k % 97 === 0 ? 'object' : 'endorse',
      source: `m${k % order}`,
      target: `m${(((k * 7919) % order) + 13 * (k % 11) + Math.floor(k / order)) % 1500}`,
    }));
    for (let k = 0; k < 40; k++) large.push({ type: 'grant', target: `m${k * 31}`, weight: 1 + k });
    const { points } = engineOf(large).dial({
      balances: [1, 0.4, 0.1],
      caps: [null, 2],
      tolerance: 1e-8,
      walks: 100,
    });
    for (const { balance, cap, top1, bound } of points) {
      const trust = engineOf(large, { balance, cap }).canonical().trust();
      const wanted = trust.subarray(0, order / 100).reduce((sum, share) => sum + share, 0);
      expect(Math.abs(top1 - wanted)).toBeLessThanOrEqual(bound + 1e-9);
      expect(bound).toBeLessThanOrEqual(1e-8);
    }
  });

  it('measures today in the same way as its setting, and changes nothing', () => {
    const engine = engineOf(community, { balance: 0.5 });
    const before = engine.scores();
    const { today, points } = engine.dial({ balances: [0.5], tolerance: 1e-9 });
    expect(points[0]!.agreement).toBeCloseTo(1, 6);
    expect({ ...points[0], bound: 0, agreement: 1, top1: 0 }).toEqual({
      ...today,
      bound: 0,
      agreement: 1,
      top1: 0,
    });
    expect(engine.scores()).toBe(before);
    expect(engine.dial({ seed: 3 })).toEqual(engine.dial({ seed: 3 }));
    expect(engine.dial().points.length).toBe(11);
  });

  it('keeps its certified bound, and every group within the region bound, on random communities', () => {
    fc.assert(
      fc.property(cases({ moderate: true, amend: false }), (ledger) => {
        const { ids } = replay(ledger);
        fc.pre(ids.length > 0);
        const engine = new TrustEngine({ policy: ledger.initial as never });
        engine.apply(ledger.events as never);
        const half: [string, string][] = ids.slice(0, Math.ceil(ids.length / 2)).map((id) => [id, 'half']);
        const { points } = engine.dial({
          balances: [1, 0.3],
          caps: [null, 1],
          groups: half,
          walks: 100,
          tolerance: 1e-6,
        });
        for (const {
          bound,
          groups: [group],
        } of points) {
          expect(bound).toBeLessThanOrEqual(1e-6);
          // Mass may be off by half the bound times what is voiced, and what flows in by as much over a balance.
          expect(group!.mass).toBeLessThanOrEqual(group!.bound + 1e-4);
        }
      }),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('answers for nobody, and refuses what is no setting', () => {
    expect(new TrustEngine().dial().points).toHaveLength(11);
    const engine = engineOf(community);
    for (const [options, text] of [
      [{ balances: [0] }, 'balances: 0 is refused'],
      [{ balances: [] }, 'balances: "nothing" is refused'],
      [{ dampings: [1] }, 'dampings'],
      [{ caps: [-1] }, 'caps'],
      [{ walks: 1 }, 'walks'],
      [{ groups: [['nobody', 'team']] as [string, string][] }, 'names nobody'],
    ] as const) {
      expect(() => engine.dial(options)).toThrow(text);
    }
  });
});
