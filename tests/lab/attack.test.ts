/**
 * The lab as a host uses it: determinism, the bound on every scenario and any community, scores under attack
 * against the witness of the equations, what theorems say of single scenarios, other scorers, and bad options.
 */
import fc from 'fast-check';
import { DirectedGraph } from 'graphology';
import pagerank from 'graphology-metrics/centrality/pagerank.js';
import { describe, expect, it } from 'vitest';
import type { Event, EventInput } from '../../src/event.ts';
import { type AttackReport, attackCommunity, type Scorer } from '../../src/lab/lab.ts';
import { families } from '../../src/lab/suite.ts';
import { presets } from '../../src/policy.ts';
import { cases } from '../witness/arbitraries.ts';
import { fixedPoint, region } from '../witness/fixed-point.ts';
import { type LedgerEvent, replay } from '../witness/record.ts';
import '../seed.ts';
import { community } from './communities.ts';

const OURS = ['classic', 'guarded', 'resilient'];
const EVERY = families.flatMap(({ scenarios }) => scenarios.map(({ name }) => name));
const outcome = (report: AttackReport, scenario: string, scorer = report.scorers[0]) =>
  report.scenarios.find(({ name }) => name === scenario)!.outcomes.find((each) => each.scorer === scorer)!;

describe('the same record, options and seed', () => {
  const events = community(120, 8);
  const options = { suite: ['random-100', 'infiltrator', 'deceit', 'eigentrust', 'brightid'], compare: OURS };

  it('give the same report, and another seed another one', () => {
    const report = attackCommunity(events, { ...options, seed: 7 });
    expect(attackCommunity(events, { ...options, seed: 7 })).toEqual(report);
    const other = attackCommunity(events, { ...options, seed: 8 });
    const shares = ({ scenarios }: AttackReport) => scenarios.map(({ outcomes }) => outcomes[0]!.share);
    expect(shares(other)).not.toEqual(shares(report));
    expect(attackCommunity(events, { ...options, seed: 7 + 2 ** 32 }).scenarios).not.toEqual(
      report.scenarios,
    );
  });

  it('give a scenario the same figures whatever is run beside it, and by whatever it is judged too', () => {
    const report = attackCommunity(events, options);
    const { scenarios } = attackCommunity(events, { suite: ['star'], compare: ['pagerank', 'guarded'] });
    const star = report.scenarios.find(({ name }) => name === 'star')!;
    expect(scenarios[0]!.cost).toEqual(star.cost);
    expect(scenarios[0]!.outcomes[1]).toEqual(star.outcomes[1]);
  });

  it('leave what they are given as it was', () => {
    const given = structuredClone(events);
    attackCommunity(given, { suite: ['slander'] });
    expect(given).toEqual(events);
  });
});

describe('on a community of 300 with 25 credentials', () => {
  const events = community(300, 25);
  const report = attackCommunity(events, { compare: [...OURS, 'mean-rating', 'pagerank'] });

  it('every scenario is run, or the reason is told', () => {
    expect([...report.scenarios, ...report.skipped].map(({ name }) => name).sort()).toEqual(
      [...EVERY].sort(),
    );
    expect(Object.fromEntries(report.skipped.map(({ name, reason }) => [name, reason]))).toEqual({
      'near-50000': 'there is room for 27840 such endorsements',
      'gullible-5000': 'there is room for 4800 such endorsements',
      'gullible-20000': 'there is room for 4800 such endorsements',
      'gullible-50000': 'there is room for 4800 such endorsements',
    });
  });

  it('names are unique, and a family has a sentence and its scenarios', () => {
    expect(new Set(EVERY).size).toBe(EVERY.length);
    for (const { statement, scenarios } of families) {
      expect(statement.length).toBeGreaterThan(40);
      expect(scenarios.length).toBeGreaterThan(0);
    }
  });

  it('costs are what was bought: k endorsements into a copy, ten into an infiltrator, holders that were turned', () => {
    const cost = (name: string) => report.scenarios.find((each) => each.name === name)!.cost;
    expect(cost('random-1000')).toEqual({
      accounts: 300,
      endorsements: 1000,
      contributors: 0,
      credentials: 0,
      days: 1,
    });
    expect(cost('near-1000')).toEqual({
      accounts: 300,
      endorsements: 1000,
      contributors: 0,
      credentials: 0,
      days: 1,
    });
    expect(cost('star')).toEqual({
      accounts: 101,
      endorsements: 10,
      contributors: 0,
      credentials: 0,
      days: 1,
    });
    expect(cost('holder-corrupt')).toEqual({
      accounts: 50,
      endorsements: 20,
      contributors: 1,
      credentials: 1,
      days: 1,
    });
    expect(cost('holders-collude')).toEqual({
      accounts: 50,
      endorsements: 60,
      contributors: 3,
      credentials: 3,
      days: 1,
    });
    expect(cost('camouflage')).toMatchObject({ accounts: 220, endorsements: 100, days: 90 });
    expect(cost('whitewash')).toMatchObject({ accounts: 40, endorsements: 60 });
    expect(cost('turned-3-seeds')).toMatchObject({ credentials: 3 });
    expect(cost('turned-3-top')).toMatchObject({ contributors: 3, credentials: 0 });
    expect(cost('brigade')).toMatchObject({ accounts: 0, endorsements: 0, contributors: 100 });
  });

  it('accounts that nobody honest endorses have nothing: farms, slanderers, who credentials themselves, newborn', () => {
    for (const name of ['free-farm-1000', 'free-farm-10000', 'slander', 'self-credential', 'whitewash']) {
      for (const scorer of OURS) {
        expect(outcome(report, name, scorer)).toMatchObject({ share: 0, bound: 0, bestRank: null, auc: 1 });
      }
    }
  });

  it('slander by those who have no trust changes nothing; but more accounts lower a cap, which is in mean restarts', () => {
    for (const scorer of ['classic', 'guarded']) {
      expect(outcome(report, 'slander', scorer).targetsLost).toBeCloseTo(0, 8);
    }
    const lost = outcome(report, 'slander', 'resilient').targetsLost!;
    expect(lost).toBeGreaterThan(0.001);
    expect(lost).toBeLessThan(0.01);
    const policy = { ...presets.resilient, cap: null };
    const uncapped = attackCommunity(events, { suite: ['slander'], policy });
    expect(outcome(uncapped, 'slander').targetsLost).toBeCloseTo(0, 8);
    expect(outcome(report, 'slander', 'mean-rating').targetsLost).toBe(1);
  });

  it('whitewashing gains nothing beside staying', () => {
    for (const scorer of OURS) {
      expect(outcome(report, 'whitewash', scorer).share).toBeLessThanOrEqual(
        outcome(report, 'caught', scorer).share,
      );
    }
  });

  it('more bought endorsements of a copy never give it less, and shorter reach never more', () => {
    for (const placed of ['random', 'near']) {
      for (const scorer of OURS) {
        const shares = [100, 1000, 5000].map((k) => outcome(report, `${placed}-${k}`, scorer).share);
        expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      }
      const of = (scorer: string) => outcome(report, `${placed}-5000`, scorer).share;
      expect(of('guarded')).toBeLessThan(of('classic'));
    }
  });

  it('fakes reach the bound where they pass nothing on, and nothing is proven of other scorers', () => {
    const { share, bound } = outcome(report, 'random-5000', 'classic');
    expect(share / bound!).toBeGreaterThan(0.999999);
    expect(outcome(report, 'random-5000', 'pagerank').bound).toBe(null);
    expect(outcome(report, 'random-5000', 'mean-rating').bound).toBe(null);
  });
});

describe('a measured share', () => {
  const quick = EVERY.filter((name) => !/^free-farm|^slander$|^clique$|0000$/.test(name));

  it('is within its proven bound, whatever the community, the policy and the attack', () => {
    fc.assert(
      fc.property(
        cases({ amend: false }),
        fc.integer(),
        fc.array(fc.constantFrom(...quick), { minLength: 1, maxLength: 3 }),
        ({ initial, events }, seed, suite) => {
          const report = attackCommunity(events as EventInput[], {
            policy: initial,
            suite,
            seed,
            compare: ['policy', ...OURS],
          });
          expect(report.breaches).toEqual([]);
          for (const { outcomes } of report.scenarios) {
            for (const { share, bound } of outcomes) {
              expect(share).toBeLessThanOrEqual(bound! + 1e-6);
              expect(bound).toBeLessThanOrEqual(1);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('and its bound are those of the witness, who is told the events alone', () => {
    const limits = { amend: false, advance: false, moderate: true, fixed: { reserve: 0 } };
    const small = ['random-100', 'lone-fake', 'caught', 'eigentrust', 'self-credential'];
    fc.assert(
      fc.property(
        cases(limits),
        fc.constantFrom(...small),
        fc.integer(),
        ({ initial, events }, name, seed) => {
          const honest = new Set(replay({ initial, events }).ids);
          const seen: { share: number; limit: number }[] = [];
          const witness: Scorer = (all) => {
            const record = replay({ initial, events: all as LedgerEvent[] });
            const { x, z, y } = fixedPoint(record);
            const inside = record.ids.map((id) => !honest.has(id));
            const outside = y.filter((_, v) => !inside[v]).reduce((sum, each) => sum + each, 0);
            const { limit } = region(record, { x, z }, inside);
            const whole = y.reduce((sum, each) => sum + each, 0);
            seen.push({ share: 1 - outside / whole, limit: limit > 0 ? limit / (limit + outside) : 0 });
            return new Map(record.ids.map((id, v) => [id, y[v]! / whole]));
          };
          const options = { policy: initial, suite: [name], seed, compare: ['policy', 'witness'] };
          const report = attackCommunity(events as EventInput[], {
            ...options,
            scorers: { witness },
            tolerance: 1e-12,
          });
          for (const [k, { outcomes }] of report.scenarios.entries()) {
            const [ours, theirs] = outcomes;
            expect(ours!.share).toBeCloseTo(theirs!.share, 9);
            expect(ours!.share).toBeCloseTo(seen[k + 1]!.share, 9);
            expect(ours!.bound).toBeCloseTo(seen[k + 1]!.limit, 9);
            expect(theirs!.bound).toBe(null);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** Somebody who only listens: what the lab would have scored. */
function overheard(events: EventInput[], suite: string[], own: Scorer) {
  const heard: Event[][] = [];
  const scorers = {
    own: ((all, policy) => {
      heard.push([...all]);
      return own(all, policy);
    }) satisfies Scorer,
  };
  return {
    report: attackCommunity(events, { suite, compare: ['own', 'mean-rating', 'pagerank'], scorers }),
    heard,
  };
}

describe('other scorers', () => {
  const events: EventInput[] = [
    ...community(60, 4, { seed: 3 }),
    { type: 'object', source: 'm1', target: 'm2', weight: 5 },
    { type: 'endorse', source: 'm1', target: 'm1', weight: 9 },
  ];

  it('mean-rating is the mean of what was said of somebody else, objections below zero', () => {
    const mean: Scorer = (all) => {
      const heard = new Map<string, number[]>();
      for (const event of all) {
        if (event.type !== 'endorse' && event.type !== 'object') continue;
        const { source, target, weight } = event;
        if (source !== target)
          heard.set(target, [...(heard.get(target) ?? []), event.type === 'endorse' ? weight : -weight]);
      }
      return new Map([...heard].map(([id, given]) => [id, given.reduce((p, q) => p + q) / given.length]));
    };
    const { report } = overheard(events, ['caught', 'lone-fake', 'slander-bought'], mean);
    for (const { outcomes } of report.scenarios) {
      const { scorer: _, ...own } = outcomes[0]!;
      const { scorer: __, ...named } = outcomes[1]!;
      for (const [figure, value] of Object.entries(own)) {
        if (value === null) expect(named).toHaveProperty(figure, null);
        else expect(named[figure as keyof typeof named]).toBeCloseTo(value, 9);
      }
    }
  });

  it('pagerank is that of graphology-metrics, endorsements of one pair added up', () => {
    const theirs: Scorer = (all) => {
      const graph = new DirectedGraph();
      for (const event of all) {
        if (event.type === 'grant') graph.mergeNode(event.target);
        if (event.type !== 'endorse' && event.type !== 'object') continue;
        const { source, target, weight } = event;
        graph.mergeNode(source);
        graph.mergeNode(target);
        if (event.type === 'object' || source === target) continue;
        graph.updateEdge(source, target, ({ weight: before = 0 }) => ({ weight: before + weight }));
      }
      const ranks = pagerank(graph, {
        tolerance: 1e-12 / graph.order,
        maxIterations: 2000,
        getEdgeWeight: 'weight',
      });
      return new Map(Object.entries(ranks));
    };
    const { report } = overheard(events, ['star', 'caught', 'spam-ring'], theirs);
    for (const { outcomes } of report.scenarios) {
      expect(outcomes[2]!.share).toBeCloseTo(outcomes[0]!.share, 9);
      expect(outcomes[2]!.auc).toBeCloseTo(outcomes[0]!.auc!, 2);
    }
  });

  it('of a host see every event, whole, and names that nobody else has', () => {
    const named = [...events, { type: 'endorse', source: 'account 1', target: 'm3' } as const];
    const { heard } = overheard(named, ['lone-fake'], () => new Map([['account 2', 1]]));
    expect(heard[0]).toHaveLength(named.length);
    expect(heard[1]).toHaveLength(named.length + 10);
    expect(heard[1]!.slice(0, 4)).toEqual(
      Array.from({ length: 4 }, (_, k) => ({ type: 'grant', target: `m${k}`, weight: 1, issuer: '' })),
    );
    const bought = heard[1]!.slice(named.length);
    expect(bought.every((event) => event.type === 'endorse' && event.target === 'account 2')).toBe(true);
  });

  it('a preset sets damping, balance and cap, and leaves the rest of the policy', () => {
    const policy = { ...presets.guarded, concavity: 'sqrt' as const };
    const suite = ['random-100'];
    const { scorers, scenarios } = attackCommunity(events, { policy, suite });
    expect(scorers).toEqual(['guarded']);
    expect(
      attackCommunity(events, { policy: { concavity: 'sqrt' }, suite, compare: ['guarded'] }).scenarios,
    ).toEqual(scenarios);
    expect(attackCommunity(events, { policy: { damping: 0.4 }, suite }).scorers).toEqual(['policy']);
  });
});

describe('where there is little to attack', () => {
  it('nobody, or one: everything is left out, with the reason', () => {
    for (const events of [[], [{ type: 'grant', target: 'ada' } as const]]) {
      const report = attackCommunity(events);
      expect(report.scenarios).toEqual([]);
      expect(report.skipped).toHaveLength(EVERY.length);
      expect(new Set(report.skipped.map(({ reason }) => reason))).toEqual(
        new Set(['it takes two contributors']),
      );
    }
  });

  it('no credential: what begins at credentials is left out, and fakes have restart of their own', () => {
    const report = attackCommunity(community(150, 0), {
      suite: ['near-100', 'random-100', 'holder-corrupt', 'free-farm-1000'],
    });
    expect(report.skipped).toEqual([
      { name: 'near-100', reason: 'no credential is in force' },
      { name: 'holder-corrupt', reason: 'no credential is in force' },
    ]);
    expect(outcome(report, 'free-farm-1000').share).toBeGreaterThan(0.5);
    expect(report.breaches).toEqual([]);
  });

  it('two who said nothing, under a policy that knows one kind and forgets', () => {
    const policy = { kinds: { review: { weight: 2 } }, halfLife: 30 };
    const report = attackCommunity(
      [
        { type: 'grant', target: 'ada' },
        { type: 'grant', target: 'linus' },
      ],
      { policy },
    );
    expect(report.breaches).toEqual([]);
    expect(outcome(report, 'lone-fake').share).toBeGreaterThan(0);
  });
});

describe('what is refused', () => {
  const events = community(20, 2);
  it.each([
    [
      { suite: ['copies'] },
      'suite: "copies" is no attack; expected all, a family (copy, infiltrator, spam, deceit, slander, credentials, eigentrust, brightid) or the name of a scenario',
    ],
    [{ suite: [] }, 'suite: names no attack; expected at least one, or all'],
    [{ compare: [] }, 'compare: names no scorer; expected at least one'],
    [
      { compare: ['clasic'] },
      'compare: "clasic" is no scorer; expected classic, guarded, resilient, policy, mean-rating, pagerank',
    ],
    [
      { compare: ['constructor'] },
      'compare: "constructor" is no scorer; expected classic, guarded, resilient, policy, mean-rating, pagerank',
    ],
    [{ seed: 0.5 }, 'seed: 0.5 is not a seed; expected a whole number'],
    [{ tolerance: 0 }, 'tolerance: 0 is refused; expected a number above 0, at most 2'],
    [
      { compare: ['own'], scorers: { own: () => new Map([['m1', Number.NaN]]) } },
      'scorers.own: gave NaN to "m1"; expected a finite number',
    ],
  ])('%j', (options, message) => {
    expect(() => attackCommunity(events, { suite: ['star'], ...options })).toThrow(
      expect.objectContaining({ code: 'bad-option', message }),
    );
  });

  it('an event, with its place', () => {
    const bad = [...events, { type: 'endorse', source: 'm1', target: '' } as const];
    expect(() => attackCommunity(bad)).toThrow(
      expect.objectContaining({ code: 'bad-id', index: events.length }),
    );
  });
});
