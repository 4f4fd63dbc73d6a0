/** Both waists of a chain, survival, and the names that figures have. */
import { describe, expect, it } from 'vitest';
import { holderOf, settledChain } from '../../src/insight/chain.ts';
import type { Waist } from '../../src/insight/waist.ts';
import { figuresOfWaists, survivalOf, waistsOf } from '../../src/insight/waists.ts';
import { settlementOf } from './community.ts';

const waistsIn = (events: string[], policy = {}) => {
  const settlement = settlementOf(events, policy);
  const chain = settledChain(settlement);
  const told = waistsOf(chain, holderOf(chain, 0), { walks: 2000, seed: 1 });
  const names = ({ carriers }: Waist) => carriers.map(({ row }) => settlement.id(row));
  return { ...told, names };
};

describe('both waists', () => {
  it('count holders of credentials as carriers, and leave them out', () => {
    const { all, peers, drawn, names } = waistsIn(['+a', 'a>b', 'b>c', 'b>d']);
    expect(names(all)).toEqual(['a']);
    expect(names(peers)).toEqual(['b']);
    expect([all.w90, peers.w90]).toEqual([1, 1]);
    expect(drawn.count).toBe(2000);
    // Every second walk is measured on: all that leave a, and of these all that leave b.
    expect(all.deliveries / 1000).toBeCloseTo(0.85, 1);
    expect(peers.deliveries / 1000).toBeCloseTo(0.85 ** 2, 1);
  });

  it('do not count what a holder receives as delivered', () => {
    const { all, peers } = waistsIn(['+a', '+b', 'a>b', 'b>a']);
    expect([all.deliveries, peers.deliveries]).toEqual([0, 0]);
    expect([all.w50, peers.w50]).toEqual([null, null]);
  });

  it('are one where no credential is in force', () => {
    const { all, peers } = waistsIn(['a>b', 'b>a']);
    expect(peers).toBe(all);
    expect(all.deliveries).toBeGreaterThan(0);
  });

  it('go on beyond the chosen by who has a voice and somebody to pass it on to', () => {
    // 300 pairs of whom the first endorses the second, and the second, with more voice, nobody.
    const events = Array.from({ length: 300 }, (_, k) => `a${k}>b${k}`);
    const chain = settledChain(settlementOf(events));
    const { all } = waistsOf(chain, holderOf(chain, 0), { walks: 100, seed: 1 });
    expect(all.carriers.length).toBeLessThan(50);
    expect(all.w90).toBe(300);
  });
});

describe('survival', () => {
  const waist = (curve: number[], deliveries = 10) =>
    ({ curve: Float64Array.from(curve), deliveries }) as Waist;

  it('is what the first 1, 10 and 100 leave, or all of them where there are fewer', () => {
    expect(survivalOf(waist([0, 0.25, 0.75]))).toEqual({ '1': 0.75, '10': 0.25, '100': 0.25 });
    const curve = Array.from({ length: 201 }, (_, k) => k / 256);
    expect(survivalOf(waist(curve))).toEqual({ '1': 255 / 256, '10': 246 / 256, '100': 156 / 256 });
    expect(survivalOf(waist([0]))).toEqual({ '1': 1, '10': 1, '100': 1 });
  });

  it('is nothing where nothing is delivered', () => {
    expect(survivalOf(waist([0], 0))).toEqual({ '1': 0, '10': 0, '100': 0 });
  });
});

describe('the figures of waists', () => {
  const peers = { w50: 3, w90: 4 };
  const survival = { '1': 0.5, '10': 0.25, '100': 0 };

  it('have the names that conditions use', () => {
    expect(figuresOfWaists({ w50: 1, w90: 2, deliveries: 1 }, peers, survival)).toEqual({
      waist50: 1,
      waist90: 2,
      peers50: 3,
      peers90: 4,
      survive1: 0.5,
      survive10: 0.25,
      survive100: 0,
    });
  });

  it('are null where nothing is delivered', () => {
    expect(
      figuresOfWaists({ w50: null, w90: null, deliveries: 0 }, { w50: null, w90: null }, survival),
    ).toEqual({
      waist50: null,
      waist90: null,
      peers50: null,
      peers90: null,
      survive1: null,
      survive10: null,
      survive100: null,
    });
  });
});
