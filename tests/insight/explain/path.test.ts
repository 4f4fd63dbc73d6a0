/**
 * The strongest chains, against all chains that a small community has, and how much is looked at to find them: the
 * best first, so nothing that promises less than the weakest chain that is told.
 */
import { describe, expect, it } from 'vitest';
import { chainsOf } from '../../../src/insight/explain/path.ts';
import type { Settlement } from '../../../src/insight/settlement.ts';
import { settlementOf } from '../community.ts';

const COUNT = 14;
/** Everybody endorses four others, by weights that differ; credentials at every third. */
const settlement = settlementOf([
  ...Array.from({ length: 5 }, (_, k) => `+m${3 * k}*${1 + k}`),
  ...Array.from({ length: 4 * COUNT }, (_, k) => {
    const source = k % COUNT;
    const target = (source + 1 + ((k * k + 3 * source) % (COUNT - 1))) % COUNT;
    return `m${source}>m${target}*${1 + ((7 * k) % 11)}`;
  }),
]);
const { solver, graph } = settlement;

/** All chains of at most `depth` endorsements that end at a target, nobody twice, with what arrives along each. */
function allChains(target: number, depth: number) {
  const { starts, ends, others, weights } = graph.endorsements;
  const chains: { path: number[]; mass: number; promise: number; sources: number }[] = [];
  const follow = (path: number[], worth: number) => {
    const v = path[0]!;
    const sources: [number, number][] = [];
    for (let k = starts[v]!; k < ends[v]!; k++)
      if (!path.includes(others[k]!)) sources.push([others[k]!, weights[k]!]);
    const mass = worth * solver.rate * solver.credential(v);
    chains.push({
      path,
      mass,
      promise: worth * solver.mass(v),
      sources: path.length <= depth ? sources.length : 0,
    });
    if (path.length > depth) return;
    for (const [u, weight] of sources)
      follow([u, ...path], (worth * 0.85 * weight * solver.flow(u)) / solver.mass(u));
  };
  follow([target], 1);
  return chains;
}

/** Searches, and counts the endorsements that were followed. */
function searched(target: number, limits: { depth: number; breadth: number; tolerance: number }) {
  let followed = 0;
  const counting = new Proxy(solver, {
    get(_, name) {
      if (name === 'flow') followed++;
      const value = Reflect.get(solver, name, solver);
      return typeof value === 'function' ? value.bind(solver) : value;
    },
  });
  return {
    ...chainsOf({ ...settlement, solver: counting } as Settlement, target, limits),
    followed: () => followed,
  };
}

describe('chains', () => {
  it('that are told are the strongest of all, the strongest first, and no others are as strong as the error', () => {
    for (let target = 0; target < COUNT; target++) {
      for (const [depth, breadth] of [
        [1, 100],
        [3, 1],
        [4, 3],
        [4, 40],
        [5, 10],
      ] as const) {
        const all = allChains(target, depth).filter(({ mass }) => mass > 0);
        all.sort((a, b) => b.mass - a.mass);
        const { found, error, followed } = searched(target, { depth, breadth, tolerance: 1e-9 });
        const told = found.map(({ mass }) => mass);
        const wanted = all.slice(0, breadth).map(({ mass }) => mass);
        expect(told).toEqual(wanted.map((mass) => expect.closeTo(mass, 13)));
        for (const { row, why, path, mass } of found) {
          expect([why, path![0], path!.at(-1)]).toEqual(['path', row, target]);
          const same = all.find(({ path: other }) => other.join() === path!.join())!;
          expect(mass).toBeCloseTo(same.mass, 13);
        }
        const weakest = told.length < breadth ? 0 : told.at(-1)!;
        expect(error).toBeGreaterThanOrEqual(weakest);
        expect(error).toBeLessThanOrEqual(Math.max(weakest, 1e-9 * solver.mass(target)) * (1 + 1e-12));
        // The best first: only beginnings that promise more than the weakest chain are gone on with.
        const needed = allChains(target, depth).filter(
          ({ promise }) => promise > Math.max(weakest, 1e-9 * solver.mass(target)),
        );
        expect(followed()).toBe(needed.reduce((sum, { sources }) => sum + sources, 0));
      }
    }
  });

  it('are left out where they promise less than the tolerance, which the error then says', () => {
    for (const tolerance of [0.3, 0.1, 0.01]) {
      const goal = tolerance * solver.mass(0);
      const { found, error, left } = searched(0, { depth: 4, breadth: 1000, tolerance });
      const told = new Set(found.map(({ path }) => path!.join()));
      const others = allChains(0, 4).filter(({ path, mass }) => mass > 0 && !told.has(path.join()));
      for (const { mass } of others) expect(mass).toBeLessThanOrEqual(error * (1 + 1e-12));
      for (const { path, mass } of allChains(0, 4)) if (mass > goal) expect(told.has(path.join())).toBe(true);
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThanOrEqual(goal);
      expect(left).toBe(0);
    }
  });

  it('beyond the breadth that were met are counted, once each', () => {
    // All that start at a source of the target itself are met, and nothing else has a credential.
    const star = settlementOf([
      ...Array.from({ length: 9 }, (_, k) => `+s${k}*${((5 * k) % 9) + 1}`),
      ...Array.from({ length: 9 }, (_, k) => `s${k}>t`),
      'n>t',
    ]);
    for (const breadth of [1, 2, 5, 9, 10]) {
      const limits = { depth: 2, breadth, tolerance: 1e-9 };
      const { found, left } = chainsOf(star, star.row('t'), limits);
      expect(found.map(({ row }) => star.solver.credential(row))).toEqual(
        [9, 8, 7, 6, 5, 4, 3, 2, 1].slice(0, breadth),
      );
      expect(left).toBe(9 - found.length);
    }
  });
});
