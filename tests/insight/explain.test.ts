/**
 * Explanations: they add up, they change nothing, and what they say is so. Starts are compared with a dense
 * solve of each start alone, chains with all chains that a small graph has; neither shares code with src.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExplainOptions, PeerageError, TrustEngine } from '../../src/index.ts';
import { nearest } from '../../src/insight/nearest.ts';
import { cases } from '../witness/arbitraries.ts';
import { eliminate } from '../witness/dense.ts';
import { fixedPoint } from '../witness/fixed-point.ts';
import { type DenseRecord, replay } from '../witness/record.ts';
import { endorse, engineWith, grant } from './explain/events.ts';
import { difference, engineOf, WAYS } from './readd.ts';

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
  // Settled first: until something is asked for, the bound is of what has not been looked at.
  const { bound } = engine.scores();
  const { damping, balance } = engine.policy;
  const voice = y.reduce((sum, each) => sum + each, 0);
  return (6 * (bound + 1e-12) * voice) / total / ((1 - damping) * balance);
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
