/**
 * Weights and shapes at the ends of what is allowed: no NaN, no overflow, the bound true by the plain
 * witness, and the work linear, counted in edge visits. The shapes run at a size for every day here; at a
 * million by `npx tsx scripts/soak.ts --extremes`.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventInput, type PolicyInput, TrustEngine } from '../../src/index.ts';
import { l1 } from '../witness/fixed-point.ts';
import type { LedgerEvent, Policy } from '../witness/record.ts';
import { CLASSIC } from '../witness/record.ts';
import { live, plainVisits, SHAPES } from './extremes.ts';
import { solve } from './plain.ts';
import { newTally, World } from './world.ts';

const SIZE = 20_000;
const TERMS = [{ damping: 0.85 }, { damping: 0.85, balance: 0.5, cap: 8, reserve: 1 }];

describe.each(TERMS)('shapes under %o', (terms) => {
  it.each(SHAPES)('$title', (shape) => {
    const outcome = live(shape, SIZE, terms, 1e-6);
    expect(outcome.error).toBeLessThanOrEqual(outcome.bound + outcome.within);
    expect(outcome.bound).toBeLessThanOrEqual(1e-6);
    expect(outcome.edgeVisits).toBeLessThanOrEqual(plainVisits(outcome, terms, 1e-6));
  });
});

it('a cap that returns all but a hundred-millionth of the excess, which was once refreshed for minutes', () => {
  for (const damping of [0, 1e-302, 0.1]) {
    const engine = new TrustEngine({ policy: { damping, balance: 1e-8, cap: 0.005 } });
    const pairs = ['ada linus', 'ada grace', 'linus ada', 'grace bob'].map((pair) => pair.split(' '));
    engine.apply(pairs.map(([source, target]) => ({ type: 'endorse', source: source!, target: target! })));
    engine.apply({ type: 'object', source: 'linus', target: 'bob' });
    const { bound, edgeVisits } = engine.settle();
    // Doubles prove about 1e-14 / (a balance).
    expect(bound).toBeLessThanOrEqual(1e-5);
    expect(edgeVisits).toBeLessThanOrEqual(1_000 * engine.size);
    const exact = engine.canonical();
    const told = [...engine.scores({ settle: false })];
    const distance = told.reduce(
      (sum, row) => sum + Math.abs(row.trust - exact.of(row.contributor)!.trust),
      0,
    );
    expect(distance).toBeLessThanOrEqual(bound + exact.bound);
  }
}, 20_000);

it('a reserve beside a statement that is ten million half-lives old: nothing is passed on, and nothing overflows', () => {
  for (const concavity of ['linear', 'sqrt'] as const) {
    for (const reserve of [5e-324, 1, 1e6]) {
      const engine = new TrustEngine({ policy: { reserve, halfLife: 1e-6, concavity } });
      engine.apply({ type: 'endorse', source: 'ada', target: 'linus', at: 0 });
      engine.apply({ type: 'advance', at: 888_537_686.4 });
      for (const scores of [engine.scores(), engine.canonical()]) {
        const trust = ['ada', 'linus'].map((id) => scores.of(id)!.trust);
        expect(Math.abs(trust[0]! - trust[1]!)).toBeLessThanOrEqual(scores.bound + 1e-15);
        expect(trust[0]! + trust[1]!).toBeCloseTo(1, 14);
      }
    }
  }
});

it('who has withdrawn nearly all that was granted has the bound of a record that never had it', () => {
  const weight = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -9, max: 11 }));
  const grants = fc.array(weight, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      grants,
      weight,
      fc.constantFrom(1e-3, 1e-9),
      fc.boolean(),
      (large, small, tolerance, early) => {
        const grant = (id: string, [digit, power]: [number, number]): EventInput => {
          return { type: 'grant', id, target: 'ada', weight: digit * 10 ** power, issuer: id };
        };
        const rest = [grant('stays', small), { type: 'object', source: 'ada', target: 'linus' }] as const;
        const engine = new TrustEngine({ tolerance });
        engine.apply([...large.map((one, n) => grant(`g${n}`, one)), ...rest]);
        if (early) engine.settle();
        for (const n of large.keys()) engine.apply({ type: 'revoke', of: `g${n}` });
        const fresh = new TrustEngine({ tolerance });
        fresh.apply(rest);
        expect(engine.settle().bound).toBeLessThanOrEqual(Math.max(tolerance, 8 * fresh.settle().bound));
      },
    ),
  );
});

it('a batch many times the size of the record', () => {
  const say = (n: number): EventInput => ({
    type: n % 9 === 0 ? 'object' : 'endorse',
    source: `c${(n * n) % 977}`,
    target: `c${(7 * n + 1) % 983}`,
  });
  const engine = new TrustEngine({ tolerance: 1e-9 });
  engine.apply(Array.from({ length: 50 }, (_, n) => say(n)));
  engine.settle();
  engine.apply(Array.from({ length: 8000 }, (_, n) => say(n + 50)));
  const [standing, settled] = [engine.scores({ settle: false }), engine.scores()];
  const rows = new Map<string, number>();
  const row = (name: string) => rows.get(name) ?? rows.set(name, rows.size).size - 1;
  const events = Array.from(
    { length: 8050 },
    (_, n) => say(n) as { type: string; source: string; target: string },
  );
  const pairs = events
    .map(({ type, source, target }) => ({
      u: row(source),
      v: row(target),
      weight: type === 'endorse' ? 1 : -1,
    }))
    .filter(({ u, v }) => u !== v);
  const { trust, within } = solve(
    {
      order: rows.size,
      source: pairs.map(({ u }) => u),
      target: pairs.map(({ v }) => v),
      weight: pairs.map(({ weight }) => weight),
    },
    { damping: 0.85 },
  );
  for (const scores of [standing, settled]) {
    const error = l1(scores.trustByContributor(), trust);
    expect(error).toBeLessThanOrEqual(scores.bound + within);
  }
  expect(settled.bound).toBeLessThanOrEqual(1e-9);
});

const POLICIES: [string, Policy][] = [
  ['classic', CLASSIC],
  ['sqrt', { ...CLASSIC, concavity: 'sqrt' }],
  ['capped, with a reserve of 1e12', { ...CLASSIC, balance: 0.3, cap: 2, reserve: 1e12 }],
  [
    'capped, with a reserve of 1e-9',
    { ...CLASSIC, balance: 0.3, cap: 0.5, reserve: 1e-9, concavity: 'sqrt' },
  ],
  ['at the edge', { ...CLASSIC, damping: 0.95, balance: 0.1, cap: 0.1 }],
  [
    'kinds from 1e-9 to 1e12',
    { ...CLASSIC, kinds: { endorsement: { weight: 1 }, small: { weight: 1e-9 }, large: { weight: 1e12 } } },
  ],
];

/** An engine and its model, which take the same events and are compared after each. */
function pairOf(policy: Policy) {
  const world = new World(policy, 1e-9, false, newTally());
  const engine = new TrustEngine({ policy: policy as PolicyInput, tolerance: 1e-9 });
  engine.settle();
  let steps = 0;
  const take = (event: LedgerEvent, check = true) => {
    world.take(event);
    engine.apply(event as EventInput);
    if (!check) return;
    steps++;
    if (steps % 2 === 0) {
      const { bound, reason } = engine.settle();
      expect(bound <= 1e-9).toBe(reason === 'tolerance');
    }
    world.check(engine, steps % 5 === 0);
  };
  return { world, engine, take };
}

describe.each(POLICIES)('weights over the whole range: %s', (_, policy) => {
  const kinds = Object.keys(policy.kinds ?? { endorsement: 0 });
  const say = (id: string, source: string, target: string, weight: number, kind = 'endorsement') =>
    ({ type: 'endorse', id, source, target, weight, kind }) as const;

  it('in one row, in any order, and taken back again', () => {
    const { world, take } = pairOf(policy);
    // Rising, falling and mixed: 7 is coprime to 22, so every decade comes once.
    for (const [row, decade] of [
      ['rising', (n: number) => n],
      ['falling', (n: number) => 21 - n],
      ['mixed', (n: number) => (7 * n) % 22],
    ] as const) {
      for (let n = 0; n < 22; n += 3) {
        const weight = Math.min(1e12, 10 ** (decade(n) - 9));
        take(say(`${row} ${n}`, row, `t${n % 7}`, weight, kinds[n % kinds.length]));
        if (n % 6 === 0)
          take(
            say(
              `back ${row} ${n}`,
              `t${n % 7}`,
              row,
              1 / Math.max(1e-12, weight) > 1e12 ? 1e12 : Math.max(1e-9, 1 / weight),
            ),
          );
      }
    }
    take({ ...say('against', 't0', 'mixed', 1e12), type: 'object' });
    take({ ...say('against too', 'mixed', 't0', 1e-9), type: 'object' });
    for (const { of } of [...world.open].sort((a, b) => (a.of < b.of ? -1 : 1)))
      take({ type: 'retract', of });
  });

  it('1e-9, then 1e12, and back, many times', () => {
    const { take } = pairOf(policy);
    take(say('small', 'ada', 'linus', 1e-9));
    take(say('steady', 'ada', 'grace', 1));
    take(say('answer', 'linus', 'ada', 1));
    take(say('other', 'grace', 'alan', 3));
    for (let n = 0; n < 300; n++) {
      const check = n < 5 || n % 50 === 0;
      const target = ['linus', 'grace', 'alan'][n % 3]!;
      take(say(`huge ${n}`, 'ada', target, 1e12, kinds.at(-1)), check);
      if (n % 2 === 0) take({ ...say(`huge against ${n}`, 'grace', 'ada', 1e12), type: 'object' }, check);
      take({ type: 'retract', of: `huge ${n}` }, check);
      if (n % 2 === 0) take({ type: 'retract', of: `huge against ${n}` }, check);
    }
    take(say('last', 'alan', 'ada', 1));
  });

  it('credentials of 1e-15 and 1e12, granted and revoked, the first and the last too', () => {
    const { take } = pairOf(policy);
    take(say('1', 'ada', 'linus', 1));
    take(say('2', 'linus', 'ada', 1));
    take(say('3', 'linus', 'grace', 1));
    for (let n = 0; n < 20; n++) {
      take({ type: 'grant', id: `small ${n}`, target: 'ada', weight: 1e-15 });
      take({ type: 'grant', id: `large ${n}`, target: n % 2 === 0 ? 'grace' : 'ada', weight: 1e12 });
      take({ type: 'revoke', of: `large ${n}` });
      take(say(`between ${n}`, 'grace', 'ada', 1e-9));
      take({ type: 'revoke', of: `small ${n}` });
    }
  });
});
