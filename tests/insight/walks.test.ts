/** Walks drawn from the trust equations visit everybody in proportion to their mass. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chain } from '../../src/insight/chain.ts';
import { drawWalks } from '../../src/insight/walks.ts';
import { Xoshiro } from '../../src/insight/xoshiro.ts';
import { chainOfWitness, ledgers, walkingOf } from './chains.ts';

/** Mean visits of each row by a walk. */
function visits(chain: Chain, walks: number, seed: number): Float64Array {
  const drawn = drawWalks(chain, { walks, seed });
  const mean = new Float64Array(chain.order);
  for (const row of drawn.rows) mean[row]! += 1 / drawn.count;
  return mean;
}

describe('walks', () => {
  it('starts and endorsements followed make up the mass: x = s + P x, at the exact state', () => {
    fc.assert(
      fc.property(ledgers(), (ledger) => {
        const { x, starts, follow } = walkingOf(ledger);
        x.forEach((mass, v) => {
          const received = follow.reduce((sum, row, u) => sum + row[v]! * x[u]!, starts[v]!);
          expect(Math.abs(received - mass)).toBeLessThanOrEqual(1e-12 * Math.max(...x));
        });
      }),
    );
  });

  it('visit each contributor as often as its mass says, within 6 standard deviations', () => {
    fc.assert(
      fc.property(ledgers({ fixed: { damping: 0.85 } }), fc.integer({ min: 1, max: 1e6 }), (ledger, seed) => {
        const walking = walkingOf(ledger);
        const chain = chainOfWitness(walking);
        const walks = 4000;
        const mean = visits(chain, walks, seed);
        const all = walking.starts.reduce((a, b) => a + b);
        // A row is visited m times, and once reached at most 1 / (1 - damping) times: a variance of 2 m / (1 - damping).
        walking.x.forEach((mass, v) => {
          const m = mass / all;
          const deviation = Math.sqrt((2 * m) / 0.15 / walks);
          // The second term is Bernstein's, for rows that are seldom visited.
          expect(Math.abs(mean[v]! - m)).toBeLessThanOrEqual(6 * deviation + 36 / 0.15 / walks);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('do so to a fraction of a percent where many are drawn, with objections, cap, reserve and balance', () => {
    const ledger = {
      initial: { damping: 0.8, balance: 0.3, cap: 1.5, reserve: 0.5 },
      events: [
        { type: 'grant', target: 'a' },
        { type: 'grant', target: 'b', weight: 0.5 },
        ...(['ab', 'bc', 'ca', 'cd', 'da', 'ad'] as const).map((pair, k) => ({
          type: 'endorse' as const,
          source: pair[0]!,
          target: pair[1]!,
          weight: 1 + k,
        })),
        { type: 'object', source: 'b', target: 'd', weight: 2 },
        { type: 'object', source: 'a', target: 'c', weight: 1 },
      ],
    } as const;
    const walking = walkingOf(ledger as never);
    const mean = visits(chainOfWitness(walking), 400_000, 1);
    const all = walking.starts.reduce((a, b) => a + b);
    walking.x.forEach((mass, v) => {
      expect(Math.abs(mean[v]! / (mass / all) - 1)).toBeLessThan(0.01);
    });
  });

  it('are the same for the same seed, and others for another', () => {
    const chain = chainOfWitness(
      walkingOf({
        initial: {},
        events: ['ab', 'bc', 'ca', 'cb'].map((pair) => ({
          type: 'endorse' as const,
          source: pair[0]!,
          target: pair[1]!,
        })),
      } as never),
    );
    expect(drawWalks(chain, { walks: 500, seed: 7 })).toEqual(drawWalks(chain, { walks: 500, seed: 7 }));
    expect(drawWalks(chain, { walks: 500, seed: 8 }).rows).not.toEqual(
      drawWalks(chain, { walks: 500, seed: 7 }).rows,
    );
  });
});

describe('chance', () => {
  it('is xoshiro128** of a state that splitmix32 fills: its first draws from seed 1 never change', () => {
    const random = new Xoshiro(1);
    expect([random.next(), random.next(), random.next()]).toEqual([393288148, 2174103013, 3814759091]);
    for (let k = 0; k < 1000; k++) {
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
    }
  });
});
