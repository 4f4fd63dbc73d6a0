/**
 * Explanations: they add up, they change nothing, and what they say is so. Starts are compared with a dense
 * solve of each start alone, chains with all chains that a small graph has; neither shares code with src.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventInput, type ExplainOptions, PeerageError, TrustEngine } from '../../src/index.ts';
import { nearest } from '../../src/insight/nearest.ts';
import { cases } from '../witness/arbitraries.ts';
import { eliminate } from '../witness/dense.ts';
import { fixedPoint } from '../witness/fixed-point.ts';
import { type DenseRecord, replay } from '../witness/record.ts';
import { difference, engineOf, WAYS } from './readd.ts';

const engineWith = (events: EventInput[], policy = {}) => {
  const engine = new TrustEngine({ policy, tolerance: 1e-12 });
  engine.apply(events);
  return engine;
};
const endorse = (source: string, target: string, more = {}): EventInput => ({
  type: 'endorse',
  source,
  target,
  ...more,
});
const object = (source: string, target: string, more = {}): EventInput => ({
  type: 'object',
  source,
  target,
  ...more,
});
const grant = (target: string, more = {}): EventInput => ({ type: 'grant', target, ...more });

describe('an explanation', () => {
  it('adds up: parts and others to the published mass, objections to what is lost, to 1e-12', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const engine = engineOf(ledger);
        for (const { contributor, mass } of engine.scores()) {
          for (const way of WAYS) {
            expect(difference(engine.explain(contributor, way), mass)).toBeLessThanOrEqual(1e-12);
          }
        }
      }),
    );
  });

  it('is plain data with three sentences, no part below nothing or above the whole', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const engine = engineOf(ledger);
        for (const { contributor, ...score } of engine.scores()) {
          for (const way of WAYS) {
            const explanation = engine.explain(contributor, way);
            expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
            const { trust, rank, multiple, standing } = score;
            expect(explanation).toMatchObject({ contributor, trust, rank, multiple, standing });
            expect(explanation.words).toHaveLength(3);
            for (const sentence of explanation.words) expect(sentence).toMatch(/^.+\.$/su);
            for (const { mass, share } of [...explanation.parts, ...explanation.objections]) {
              expect(mass).toBeGreaterThanOrEqual(0);
              expect(share).toBeGreaterThanOrEqual(0);
              expect(share).toBeLessThanOrEqual(1 + 1e-12);
            }
          }
        }
      }),
    );
  });

  it('leaves the engine as it is, byte for byte', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const engine = engineOf(ledger);
        engine.settle();
        const before = new Uint8Array(engine.snapshot());
        for (const { contributor } of engine.scores())
          for (const way of WAYS) engine.explain(contributor, way);
        expect(Buffer.compare(new Uint8Array(engine.snapshot()), before)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});

/** The equations at the witness's fixed point as a linear map: what a unit at u makes arrive at v, and growth. */
function linear(record: DenseRecord) {
  const { policy, endorsed, credentials, ids } = record;
  const { x, y, D, excess } = fixedPoint(record);
  const total = credentials.reduce((sum, credential) => sum + credential, 0);
  const a = 1 - policy.damping;
  const ceiling = policy.cap === null ? Infinity : (policy.cap * total) / ids.length;
  const rate = a * policy.balance + (a * (1 - policy.balance) * excess) / total;
  const passed = (u: number, v: number) =>
    x[u]! > 0 && endorsed[u]![v]! > 0 ? policy.damping * (y[u]! / x[u]!) * (endorsed[u]![v]! / D[u]!) : 0;
  const kept = (v: number) => a * (1 - policy.balance) * (x[v]! > ceiling ? ceiling / x[v]! : 1);
  return { x, y, total, passed, kept, restart: (v: number) => rate * credentials[v]!, order: ids.length };
}

/** How far what is settled to a bound may be from the witness, and its parts, each of which moves with all. */
function slack(engine: TrustEngine, { y, total }: ReturnType<typeof linear>): number {
  const { damping, balance } = engine.policy;
  const voice = y.reduce((sum, each) => sum + each, 0);
  return (6 * (engine.bound + 1e-12) * voice) / total / ((1 - damping) * balance);
}

/** Policies under which a settled state says much about every part: the slack above stays far below a part. */
const FIXED = { damping: 0.8, balance: 0.4 };

describe('by origin', () => {
  it('each start has what a solve of that start alone gives the contributor, within its error', () => {
    fc.assert(
      fc.property(
        cases({ fixed: FIXED, moderate: true }),
        fc.constantFrom(1e-1, 1e-3, 1e-6),
        (ledger, tolerance) => {
          const engine = engineOf(ledger, 1e-9);
          const record = replay(ledger);
          // A policy event may set others than those that are fixed.
          const map = linear(record);
          const off = slack(engine, map);
          const alone = record.ids.map((_, origin) => {
            const rows = record.ids.map((_, v) => {
              const row = Float64Array.from({ length: map.order + 1 }, (_, u) =>
                u === map.order ? (v === origin ? map.restart(v) : 0) : -map.passed(u, v),
              );
              row[v]! += 1 - map.kept(v);
              return row;
            });
            return eliminate(rows);
          });
          record.ids.forEach((id, v) => {
            const { parts, error, mass } = engine.explain(id, { by: 'origin', tolerance });
            expect(error).toBeLessThanOrEqual(tolerance * mass * (1 + 1e-6) + 1e-300);
            record.ids.forEach((origin, o) => {
              const exact = alone[o]![v]! / map.total;
              const part = parts.find(({ from }) => from === origin);
              expect(part?.mass ?? 0).toBeLessThanOrEqual(exact + off);
              expect((part?.mass ?? 0) + (part?.error ?? error)).toBeGreaterThanOrEqual(exact - off);
            });
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('traces everything where it is asked for, and tells the credential behind a start', () => {
    const engine = engineWith([grant('ada', { issuer: 'board', id: 'c1' }), endorse('ada', 'linus')]);
    const { parts, others } = engine.explain('linus', { by: 'origin' });
    expect(parts).toEqual([
      {
        from: 'ada',
        why: 'origin',
        mass: expect.closeTo(0.1275, 12),
        share: expect.closeTo(1, 12),
        error: 0,
        statements: [{ kind: 'credential', weight: 1, at: null, id: 'c1', issuer: 'board' }],
      },
    ]);
    expect(others).toEqual({ count: 0, mass: 0, share: 0 });
  });
});

describe('by path', () => {
  it('a chain is of endorsements, has the product of what each passes on, and no stronger one is left out', () => {
    fc.assert(
      fc.property(cases({ fixed: FIXED, moderate: true }), fc.constantFrom(2, 20), (ledger, breadth) => {
        const engine = engineOf(ledger, 1e-9);
        const record = replay(ledger);
        const map = linear(record);
        const off = slack(engine, map);
        const depth = 3;
        record.ids.forEach((id, target) => {
          const { parts, error } = engine.explain(id, { by: 'path', depth, breadth, tolerance: 1e-6 });
          const told = new Map(parts.map(({ path, mass }) => [JSON.stringify(path), mass]));
          expect(told.size).toBe(parts.length);
          const follow = (chain: number[], worth: number) => {
            const v = chain[0]!;
            const arrived = worth / (1 - map.kept(v));
            const exact = (arrived * map.restart(v)) / map.total;
            const key = JSON.stringify(chain.map((u) => record.ids[u]));
            const mass = told.get(key);
            if (mass === undefined) expect(exact).toBeLessThanOrEqual(error + off);
            else expect(Math.abs(mass - exact)).toBeLessThanOrEqual(off);
            told.delete(key);
            if (chain.length > depth) return;
            for (let u = 0; u < map.order; u++) {
              if (!chain.includes(u) && map.passed(u, v) > 0)
                follow([u, ...chain], arrived * map.passed(u, v));
            }
          };
          follow([target], 1);
          // Every chain that was told has been met, but for those of weights that are nothing to the witness.
          expect([...told].filter(([, mass]) => mass > off)).toEqual([]);
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('by hand', () => {
  it('one credential, two endorsements: what arrives is damping times the share of what is said', () => {
    const engine = engineWith([
      grant('ada', { id: 'c1', issuer: 'board', at: '2020-01-01' }),
      endorse('ada', 'linus', { id: 'e1', kind: 'review', at: '2021-06-01' }),
      endorse('ada', 'grace', { weight: 3 }),
      endorse('linus', 'grace'),
    ]);
    const grace = engine.explain('grace');
    expect(grace).toMatchObject({ by: 'endorser', error: 0, objections: [], others: { count: 0, mass: 0 } });
    expect(grace.parts.map(({ from, why, mass }) => [from, why, mass])).toEqual([
      ['ada', 'endorsed', expect.closeTo(0.15 * 0.85 * 0.75, 12)],
      ['linus', 'endorsed', expect.closeTo(0.15 * 0.85 * 0.25 * 0.85, 12)],
    ]);
    expect(engine.explain('ada').parts).toEqual([
      {
        from: null,
        why: 'credential',
        mass: expect.closeTo(0.15, 12),
        share: 1,
        statements: [
          { kind: 'credential', weight: 1, at: '2020-01-01T00:00:00.000Z', id: 'c1', issuer: 'board' },
        ],
      },
    ]);
    expect(engine.explain('linus').parts[0]!.statements).toEqual([
      { kind: 'review', weight: 1, at: '2021-06-01T00:00:00.000Z', id: 'e1' },
    ]);
    const deep = engine.explain('grace', { depth: 2 }).parts;
    expect(deep[1]!.parts!.map(({ from, share }) => [from, share])).toEqual([['ada', deep[1]!.share]]);
    const [strongest, next] = engine.explain('grace', { by: 'path' }).parts;
    expect([strongest!.path, next!.path]).toEqual([
      ['ada', 'grace'],
      ['ada', 'linus', 'grace'],
    ]);
  });

  it('objections: each costs its share of the distrust times what the voice is short of the mass', () => {
    const engine = engineWith([
      grant('ada'),
      grant('linus', { weight: 3 }),
      endorse('ada', 'grace'),
      object('ada', 'grace', { id: 'o1' }),
      object('linus', 'grace'),
    ]);
    const [x, z] = [(0.15 * 0.85) / 8, (0.15 * 0.85) / 8 + (0.45 * 0.85) / 4];
    const { objections, otherObjections, voice } = engine.explain('grace');
    expect(voice).toBeCloseTo(x ** 2 / (x + z), 12);
    expect(objections.map(({ from, mass }) => [from, mass])).toEqual([
      ['linus', expect.closeTo((((0.45 * 0.85) / 4) * x) / (x + z), 12)],
      ['ada', expect.closeTo((((0.15 * 0.85) / 8) * x) / (x + z), 12)],
    ]);
    expect(otherObjections).toEqual({ count: 0, mass: expect.closeTo(0, 15) });
  });

  it('earned restart comes back to whom earned it, what is over the cap to the credential', () => {
    const policy = { damping: 0.5, balance: 0.5, cap: 0.5 };
    const { parts, mass } = engineWith([grant('ada'), endorse('linus', 'grace')], policy).explain('ada');
    // K = 0.5 / 3; x = 0.25 + 0.25 (x - K) + 0.25 K
    expect(mass).toBeCloseTo(1 / 3, 12);
    expect(parts.map(({ why, mass }) => [why, mass])).toEqual([
      ['credential', expect.closeTo(0.25 + 0.25 / 6, 12)],
      ['earned', expect.closeTo(0.25 / 6, 12)],
    ]);
  });

  it('what is beyond the breadth is among the others, and what was said often is counted by kind', () => {
    const crowd = Array.from({ length: 30 }, (_, i) => endorse(`m${i}`, 'ada', { weight: 1 + i }));
    const often = Array.from({ length: 25 }, (_, i) => endorse('linus', 'grace', { id: `e${i}` }));
    const engine = engineWith([...crowd, ...often]);
    const { parts, others } = engine.explain('ada', { breadth: 5 });
    expect([parts.length, others.count]).toEqual([5, 26]);
    expect(others.share).toBeCloseTo(1 - parts.reduce((sum, { share }) => sum + share, 0), 12);
    const said = engine.explain('grace').parts.find(({ from }) => from === 'linus')!.statements!;
    expect(said).toHaveLength(11);
    expect(said[0]).toEqual({ kind: 'endorsement', weight: 15, at: null, id: null, count: 15 });
    expect(said.at(-1)!.id).toBe('e24');
  });
});

describe('in words', () => {
  const words = (engine: TrustEngine, id: string, options: ExplainOptions = {}) =>
    engine.explain(id, options).words;

  it('says who gave what and when, with the same numbers', () => {
    const engine = engineWith([
      grant('linus', { issuer: 'foundation' }),
      grant('grace', { issuer: 'foundation' }),
      ...['2019-05-01', '2020-05-01', '2021-05-01'].map((at) =>
        endorse('linus', 'ada', { kind: 'review', at }),
      ),
      endorse('grace', 'ada', { kind: 'thanks', at: '2021-01-01' }),
      object('mallory', 'ada'),
      object('grace', 'mallory', { kind: 'spam' }),
      grant('mallory', { weight: 0.5 }),
    ]);
    expect(words(engine, 'ada')).toEqual([
      "Two thirds of ada's trust comes from linus, who endorsed ada in 3 reviews between 2019 and 2021.",
      'The rest comes from grace (a third).',
      expect.stringMatching(
        /^mallory objects to ada \(once\), which takes away \d+% of what arrived and leaves \d+% of all trust, rank 1 of 4\.$/,
      ),
    ]);
    expect(words(engine, 'linus')).toEqual([
      "All of linus's trust comes from a credential granted by foundation.",
      'Nothing else adds to it.',
      expect.stringMatching(
        /^Nobody objects to linus, who has \d+% of all trust, somewhere from rank 2 to 3 of 4\.$/,
      ),
    ]);
    expect(words(engine, 'ada', { by: 'path' })[0]).toBe(
      "Two thirds of ada's trust came along the strongest chain of endorsements, linus -> ada.",
    );
    expect(words(engine, 'ada', { by: 'origin' })[0]).toBe(
      "Two thirds of ada's trust started at linus, who holds a credential granted by foundation.",
    );
  });

  it.each<[string, EventInput[], string, string[]]>([
    [
      'no endorsements at all',
      [endorse('ada', 'ada')],
      'ada',
      [
        "All of ada's trust is the start that every contributor has, as no credential is in force.",
        'Nothing else adds to it.',
        'Nobody objects to ada, who has 100% of all trust, rank 1 of 1.',
      ],
    ],
    [
      'nobody with trust',
      [grant('linus'), endorse('a b', 'ada'), object('a b', 'ada')],
      'ada',
      [
        'Nothing gives ada any trust: the one contributor who endorsed ada had nothing to pass on, and ada holds no credential.',
        'Trust starts at credentials and reaches whom their holders endorse, and whom those endorse in turn.',
        'One contributor objects to ada, which costs nothing: ada has no part of all trust, rank 3 of 3.',
      ],
    ],
  ])('is clear where there is %s', (_, events, id, expected) => {
    const told = words(engineWith(events), id);
    expect(told.slice(0, 2)).toEqual(expected.slice(0, 2));
    expect(told[2]!.replace(/somewhere from rank \d+ to (\d+)/, 'rank $1')).toBe(expected[2]);
  });
});

describe('what is refused', () => {
  const engine = engineWith([endorse('ada', 'linus'), endorse('Grace', 'grace-hopper')]);
  const refusal = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (error instanceof PeerageError) return [error.code, error.message];
    }
    return [];
  };

  it.each<[string, string]>([
    ['linux', 'contributor: "linux" is not a contributor of this record; did you mean "linus"?'],
    ['ADA', 'contributor: "ADA" is not a contributor of this record; did you mean "ada"?'],
    [
      'gra',
      'contributor: "gra" is not a contributor of this record; did you mean "Grace" or "grace-hopper"?',
    ],
    ['somebody', 'contributor: "somebody" is not a contributor of this record'],
  ])('"%s" is unknown, and the nearest ids are named', (id, message) => {
    const [code, told] = refusal(() => engine.explain(id));
    expect(code).toBe('unknown-contributor');
    expect(told!.replace('"grace-hopper" or "Grace"', '"Grace" or "grace-hopper"')).toBe(message);
  });

  it('an empty community says that it is one', () => {
    expect(refusal(() => new TrustEngine().explain('ada'))).toEqual([
      'unknown-contributor',
      'contributor: "ada" is not a contributor of this record, which has none',
    ]);
  });

  it.each<[ExplainOptions, string]>([
    [{ by: 'friend' as 'path' }, 'by: "friend" is refused; expected "endorser", "origin" or "path"'],
    [{ depth: 0 }, 'depth: 0 is refused; expected a whole number from 1 to 100'],
    [
      { by: 'origin', depth: 2 },
      'depth: 2 is refused; expected none by origin, which follows every chain to its start',
    ],
    [{ breadth: 1.5 }, 'breadth: 1.5 is refused; expected a whole number from 1 to 10000'],
    [
      { tolerance: Number.NaN },
      'tolerance: NaN is refused; expected a share of the score above 0, at most 1',
    ],
  ])('%j is', (options, message) => {
    expect(refusal(() => engine.explain('ada', options))).toEqual(['bad-option', message]);
  });
});

describe('the nearest ids', () => {
  it('are three at most, the fewest edits first, whatever the community', () => {
    expect(nearest('anna', ['hanna', 'ann', 'ANNA', 'anne', 'bob'])).toEqual(['ANNA', 'hanna', 'ann']);
    expect(nearest('x', ['abcdef'])).toEqual([]);
    expect(nearest('a'.repeat(4096), ['b'.repeat(4096)])).toEqual([]);
  });

  it('take bounded work of an endless community', () => {
    const endless = function* () {
      for (let i = 0; ; i++) yield `member-${i}`;
    };
    expect(nearest('member-x', endless())).toHaveLength(3);
  });
});
