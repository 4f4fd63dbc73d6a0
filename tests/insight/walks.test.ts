/** Walks drawn from the trust equations visit everybody in proportion to their mass. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chain } from '../../src/insight/chain.ts';
import { drawWalks, type Walks, Weighed } from '../../src/insight/walks.ts';
import { Xoshiro } from '../../src/insight/xoshiro.ts';
import { chainOfWitness, ledgers, walkingOf } from './chains.ts';
import { exactChainOf } from './community.ts';

/** Mean visits of each row by a walk. */
function visits(chain: Chain, walks: number, seed: number): Float64Array {
  const drawn = drawWalks(chain, { walks, seed });
  const mean = new Float64Array(chain.order);
  for (const row of drawn.rows) mean[row]! += 1 / drawn.count;
  return mean;
}

describe('rows that walks come by', () => {
  it('find the entry in which a weight lies, and none beyond the last', () => {
    const { out } = exactChainOf(['a>b*2', 'a!c*5', 'a>d', 'a>e*3', 'b>c*2', 'b>d*2', 'c!d', 'c>e*4']);
    const weighed = new Weighed(out);
    const targets = (u: number, ...wanted: number[]) =>
      wanted.map((weight) => {
        const entry = weighed.entry(u, weight);
        return entry < 0 ? null : out.others[entry]! >>> 1;
      });
    for (let time = 0; time < 2; time++) {
      expect(targets(0, 0, 1.999, 2, 2.999, 3, 5.999, 6, 100)).toEqual([1, 1, 3, 3, 4, 4, null, null]);
      expect(targets(1, 0, 1.999, 2, 3.999, 4, 100)).toEqual([2, 2, 3, 3, null, null]);
      expect(targets(2, 0, 3.999, 4)).toEqual([4, 4, null]);
    }
  });

  it('go by weights that came and went', () => {
    const { out } = exactChainOf(['a>b', 'a>c', 'a>d', 'b>c', 'b>d']);
    // The first of a, the last of b.
    out.weigh(out.starts[0]!, 0);
    out.weigh(out.starts[1]! + 1, 0);
    const weighed = new Weighed(out);
    const target = (u: number, wanted: number) => {
      const entry = weighed.entry(u, wanted);
      return entry < 0 ? null : out.others[entry]! >>> 1;
    };
    expect([0, 0.5, 1, 1.5, 2].map((wanted) => target(0, wanted))).toEqual([2, 2, 3, 3, null]);
    expect([0, 0.5, 1].map((wanted) => target(1, wanted))).toEqual([2, 2, null]);
  });
});

describe('a walk', () => {
  const pathsOf = ({ count, ends, rows }: Walks) =>
    Array.from({ length: count }, (_, walk) => [...rows.subarray(ends[walk - 1] ?? 0, ends[walk])]);
  /** How often walks begin with a path, as a share of all. */
  const share = (paths: number[][], ...begin: number[]) =>
    paths.filter((path) => begin.every((row, at) => path[at] === row)).length / paths.length;
  const drawn = (events: string[], policy = {}, walks = 4000) =>
    pathsOf(drawWalks(exactChainOf(events, policy), { walks, seed: 1 }));
  // Five standard deviations of a share of 4,000 are at most this.
  const near = (value: number) => (told: number) => Math.abs(told - value) < 0.04;

  it('starts by restart, and goes on with the chance of damping, along weights', () => {
    const paths = drawn(['+a*3', '+b', 'a>c*3', 'a>d', 'b>d'], { damping: 0.5 });
    expect(paths).toHaveLength(4000);
    // Rows are a, b, c, d.
    expect(share(paths, 0)).toSatisfy(near(0.75));
    expect(share(paths, 1)).toSatisfy(near(0.25));
    expect(share(paths, 0, 2)).toSatisfy(near(0.75 * 0.5 * 0.75));
    expect(share(paths, 0, 3)).toSatisfy(near(0.75 * 0.5 * 0.25));
    expect(share(paths, 1, 3)).toSatisfy(near(0.25 * 0.5));
    expect(Math.max(...paths.map(({ length }) => length))).toBe(2);
  });

  it('spends on objections and what is withheld what it could go on with', () => {
    const even = drawn(['+a', 'a>b', 'a!c', 'a>d'], { damping: 0.6, objectionWeight: 0 });
    expect(share(even, 0, 1)).toSatisfy(near(0.2));
    expect(share(even, 0, 3)).toSatisfy(near(0.2));
    expect(share(even, 0, 2)).toBe(0);
    const first = drawn(['+a', 'a!c', 'a>b', 'a>d*2'], { damping: 0.8, reserve: 4, objectionWeight: 0 });
    expect(share(first, 0, 2)).toSatisfy(near(0.1));
    expect(share(first, 0, 3)).toSatisfy(near(0.2));
    expect(share(first, 0, 1)).toBe(0);
    const withheld = drawn(['+a', 'a>b', 'a>c'], { damping: 0.8, reserve: 2 });
    expect(share(withheld, 0, 1)).toSatisfy(near(0.2));
    expect(share(withheld, 0, 2)).toSatisfy(near(0.2));
  });

  it('goes on as long as chance has it', () => {
    const paths = drawn(['+a', 'a>b', 'b>a'], { damping: 0.75 });
    for (const steps of [1, 2, 3, 8]) {
      const longer = paths.filter(({ length }) => length > steps).length / paths.length;
      expect(longer).toSatisfy(near(0.75 ** steps));
    }
    for (const path of paths) expect(path).toEqual(path.map((_, at) => at % 2));
  });

  it('never starts where no restart is, whatever the draw', () => {
    const chain = exactChainOf(['b>a', '+b', 'c>d', '+c', 'c>e']);
    const starts = new Set(pathsOf(drawWalks(chain, { walks: 5000, seed: 3 })).map(([row]) => row));
    expect([...starts].sort()).toEqual([0, 2]);
  });

  it('of nobody there is none', () => {
    const none = { count: 0, ends: new Uint32Array(0), rows: new Uint32Array(0) };
    const chain = { ...exactChainOf(['a>b']), started: 0 };
    expect(drawWalks(chain, { walks: 100, seed: 1 })).toEqual(none);
    expect(drawWalks({ ...chain, started: Number.NaN }, { walks: 100, seed: 1 })).toEqual(none);
  });

  it('of such length that memory would not do are fewer, but a hundred', () => {
    const chain = exactChainOf(['a>b', 'b>a'], { damping: 0.999 });
    // 1,000 rows each: 16 million rows are 16,000 walks.
    expect(drawWalks(chain, { walks: 20_000, seed: 1 }).count).toBe(16_000);
    const endless = { ...chain, total: chain.started * 1e9 };
    expect(drawWalks({ ...endless, gain: chain.gain.map(() => 0) }, { walks: 20_000, seed: 1 }).count).toBe(
      160,
    );
  });

  it('that never ends is ended after 100,000 steps', () => {
    const chain = exactChainOf(['a>b', 'b>a']);
    const endless = { ...chain, gain: chain.gain.map(() => 1), total: chain.started };
    const { count, ends, rows } = drawWalks(endless, { walks: 2, seed: 1 });
    expect([count, ...ends]).toEqual([2, 100_001, 200_002]);
    expect(rows).toHaveLength(200_002);
  });
});

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
