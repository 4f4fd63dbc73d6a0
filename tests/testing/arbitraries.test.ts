/**
 * What is drawn is what it says: ledgers, edits and attacks that an engine takes, graphs of their family, ids within
 * the limits; the same for the same seed; and what fails is shrunk to something that a person would write.
 * Of the ledger's other words (who is there, what stands) the witness's replay is asked.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventInput } from '../../src/index.ts';
import { presets, TrustEngine } from '../../src/index.ts';
import { standing } from '../../src/testing/standing.ts';
import type { Community, Family } from '../../src/testing.ts';
import {
  attack,
  cases,
  community,
  contributorId,
  edit,
  editedCases,
  endorsement,
  ledger,
  objection,
  policy,
} from '../../src/testing.ts';
import type { LedgerEvent } from '../witness/record.ts';
import { replay } from '../witness/record.ts';

const EVERYTHING = { forget: true, advance: true, amend: true, weights: 'any' as const };

/** Throws for what an engine refuses. */
function taken(events: readonly EventInput[], given = {}): TrustEngine {
  const engine = new TrustEngine({ policy: given });
  engine.apply(events);
  return engine;
}

/** The smallest value that is found to have something. */
function smallest<T>(arbitrary: fc.Arbitrary<T>, has: (value: T) => boolean): T {
  const { counterexample } = fc.check(
    fc.property(arbitrary, (value) => !has(value)),
    { seed: 1, numRuns: 1000 },
  );
  return counterexample![0];
}

describe('what is drawn, an engine takes', () => {
  it('ledgers of a policy', () => {
    fc.assert(
      fc.property(cases(EVERYTHING), ({ policy, events }) => void taken(events, policy)),
      { numRuns: 300 },
    );
  });

  it('edits of a ledger, each under its policy', () => {
    const edited = editedCases({ ...EVERYTHING, edit: { events: 5 } });
    fc.assert(
      fc.property(edited, ({ policy, events, edit }) => void taken([...events, ...edit], policy)),
      { numRuns: 200 },
    );
    const events = fc.sample(ledger(), { numRuns: 1, seed: 5 })[0]!;
    fc.assert(
      fc.property(edit(events), (more) => void taken([...events, ...more])),
      { numRuns: 100 },
    );
  });

  it('single statements, and ids', () => {
    const kinds = { kinds: { review: { weight: 2 } }, halfLife: 30 };
    const policies = policy({ fixed: kinds });
    const said = policies.chain((given) =>
      fc.tuple(fc.constant(given), endorsement({ policy: given }), objection({ policy: given })),
    );
    fc.assert(
      fc.property(said, contributorId(), ([given, one, other], id) => {
        taken([one, other, { type: 'grant', target: id }], given);
      }),
      { numRuns: 200 },
    );
  });

  it('communities and attacks, with everybody who is named there', () => {
    fc.assert(
      fc.property(attack(), ({ community: { contributors, events }, fakes, events: all }) => {
        expect(taken(events).order).toBe(contributors.length);
        expect(taken(all).order).toBe(contributors.length + fakes.length);
      }),
      { numRuns: 100 },
    );
  });
});

it('what stands at the end of a ledger is what the witness finds', () => {
  fc.assert(
    fc.property(cases(EVERYTHING), ({ policy, events }) => {
      const found = standing(events);
      const record = replay({ initial: policy, events: events as LedgerEvent[] });
      expect(found.contributors).toEqual(record.ids);
      const live = new Set([...found.statements, ...found.grants]);
      expect(record.live.every((one) => live.has(one as never))).toBe(true);
      expect(live.size).toBe(record.live.length);
    }),
    { numRuns: 200 },
  );
});

describe('a ledger has only what is allowed', () => {
  const types = (constraints: Parameters<typeof ledger>[0]) =>
    new Set(
      fc
        .sample(ledger(constraints), { numRuns: 300, seed: 3 })
        .flat()
        .map(({ type }) => type),
    );

  it('which is everything that needs no asking', () => {
    expect(types({})).toEqual(new Set(['endorse', 'object', 'grant', 'retract', 'revoke']));
    expect(types(EVERYTHING).size).toBe(8);
  });

  it('and not what is left out', () => {
    expect(types({ objections: false, retractions: false, credentials: 'none' })).toEqual(
      new Set(['endorse']),
    );
    const dated = fc.sample(ledger({ dates: 'none' }), { numRuns: 100, seed: 3 }).flat();
    expect(dated.filter((event) => event.at !== undefined)).toEqual([]);
  });

  it('and a credential in force, where one is asked for', () => {
    const always = fc.sample(ledger({ credentials: 'always', forget: true }), { numRuns: 200, seed: 3 });
    expect(always.every((events) => standing(events).grants.length > 0)).toBe(true);
  });
});

/** Who endorses whom, without a word for oneself. */
const pairs = ({ events }: Community) =>
  events.flatMap((one) =>
    one.type === 'endorse' && one.source !== one.target ? [[one.source, one.target]] : [],
  );
const spoken = (drawn: Community, end: 0 | 1) => new Set(pairs(drawn).map((pair) => pair[end]!));

/** What a graph of each family of seven is known by. */
const MARKS: Record<Family, (drawn: Community) => boolean> = {
  random: (drawn) => pairs(drawn).length >= 14,
  star: (drawn) =>
    pairs(drawn).length === 12 && pairs(drawn).every((pair) => pair.includes(drawn.contributors[0]!)),
  path: (drawn) => pairs(drawn).length === 6 && spoken(drawn, 0).size === 6 && spoken(drawn, 1).size === 6,
  cycle: (drawn) => pairs(drawn).length === 7 && spoken(drawn, 0).size === 7 && spoken(drawn, 1).size === 7,
  clique: (drawn) => new Set(pairs(drawn).map(String)).size === 42,
  communities: (drawn) => pairs(drawn).length === 6 + 12 + 2,
  'power-law': (drawn) => pairs(drawn).length >= 6 && spoken(drawn, 1).has(drawn.contributors[0]!),
  disconnected: (drawn) => {
    const half = new Set(drawn.contributors.slice(0, 3));
    return pairs(drawn).length === 7 && pairs(drawn).every(([u, v]) => half.has(u!) === half.has(v!));
  },
  dangling: (drawn) => drawn.contributors.slice(4).every((id) => !spoken(drawn, 0).has(id)),
};

it.each(Object.keys(MARKS) as Family[])('a community is of its family: %s', (family) => {
  fc.assert(
    fc.property(community({ families: [family], least: 7, most: 7 }), (drawn) => MARKS[family](drawn)),
    { numRuns: 50 },
  );
});

it('the same seed draws the same, and another something else', () => {
  const all = fc.tuple(cases(EVERYTHING), editedCases(), attack());
  const drawn = (seed: number) => JSON.stringify(fc.sample(all, { seed, numRuns: 20 }));
  expect(drawn(7)).toBe(drawn(7));
  expect(drawn(7)).not.toBe(drawn(8));
});

describe('what fails is shrunk to what a person would write', () => {
  it('a ledger with a retraction', () => {
    const found = smallest(ledger(), (events) => events.some(({ type }) => type === 'retract'));
    expect(found.map(({ type }) => type)).toEqual(['endorse', 'retract']);
    expect(found[0]).toEqual({ type: 'endorse', source: 'ada', target: 'bob', id: expect.any(String) });
  });

  it('a policy with a cap', () => {
    const { policy: found, events } = smallest(cases(), (one) => one.policy.cap !== null);
    expect({ ...found, cap: null }).toEqual(presets.classic);
    expect(events).toEqual([]);
  });

  it('an attack with a ring', () => {
    const found = smallest(
      attack(),
      ({ inside }) => inside.filter((one) => one.type === 'endorse').length > 3,
    );
    expect(found.community.contributors.length + found.fakes.length).toBeLessThanOrEqual(4);
  });
});
