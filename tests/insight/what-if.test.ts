/**
 * What if: the engine is asked what events would come to, and answers as a copy of it would that takes them;
 * it is itself the same afterwards, to the byte, also where it refuses. Ledgers and policies are random; what
 * single visits, passes and sweeps do to larger graphs is tried on drawn ones.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draw } from '../../bench/rmat.ts';
import {
  type EventInput,
  PeerageError,
  type PolicyInput,
  presets,
  type Scores,
  type Supposition,
  TrustEngine,
  type WhatIf,
} from '../../src/index.ts';
import { cases } from '../witness/arbitraries.ts';

const RUNS = { numRuns: 300, interruptAfterTimeLimit: 20_000 };
const TOLERANCES = [1e-3, 1e-6, 1e-9];

type Change = EventInput | EventInput[] | Supposition;

/** All that can be told of an engine without moving it. */
function stateOf(engine: TrustEngine): unknown {
  const bytes = Buffer.from(engine.snapshot()).toString('base64');
  const { order, sequence, policy, endorsements, objections } = engine;
  return { bytes, order, sequence, policy, endorsements, objections };
}

/** Asks, and holds the engine against what it was. */
function asked(engine: TrustEngine, change: Change, tolerance: number): WhatIf {
  const before = stateOf(engine);
  const heard: unknown[] = [];
  const stop = engine.on('change', (settling) => heard.push(settling));
  try {
    return engine.whatIf(change, { tolerance, threshold: 0 });
  } finally {
    stop();
    expect(heard).toEqual([]);
    expect(stateOf(engine)).toEqual(before);
  }
}

const sharesOf = (scores: Scores) => new Map([...scores].map((score) => [score.contributor, score.trust]));

/** An answer, held against the shares before and those of a copy that took the change. */
function compare(answer: WhatIf, before: Scores, after: Scores): void {
  const had = sharesOf(before);
  const told = new Map(had);
  for (const move of answer.moves) {
    expect(move.change).toBeCloseTo(move.after.trust - move.before.trust, 14);
    told.set(move.contributor, move.after.trust);
  }
  for (const { contributor } of answer.gone) expect(told.delete(contributor)).toBe(true);
  for (const { contributor, trust } of answer.arrived) {
    expect(told.has(contributor)).toBe(false);
    told.set(contributor, trust);
  }
  const has = sharesOf(after);
  expect([...told.keys()].sort()).toEqual([...has.keys()].sort());
  let apart = 0;
  for (const [contributor, trust] of told) apart += Math.abs(trust - has.get(contributor)!);
  expect(apart).toBeLessThanOrEqual(answer.bound + before.bound + after.bound + 1e-13);
  let moved = 0;
  for (const contributor of new Set([...told.keys(), ...had.keys()])) {
    moved += Math.abs((told.get(contributor) ?? 0) - (had.get(contributor) ?? 0));
  }
  expect(Math.abs(answer.total - moved)).toBeLessThanOrEqual(answer.bound + before.bound + 1e-12);
  const changes = answer.moves.map(({ change }) => Math.abs(change));
  expect(changes).toEqual([...changes].sort((a, b) => b - a));
  expect(answer.moved).toBe(answer.moves.length);
  ranks(answer, told, before.bound);
}

/**
 * Ranks are those of the shares told, but for shares that differ by a rounding. Whoever is not listed has here the
 * share of the copy, and in the answer one of its own: then they may differ by what both say they are off.
 */
function ranks(answer: WhatIf, told: ReadonlyMap<string, number>, copyBound: number): void {
  const all = [...told].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const places = new Map(all.map(([contributor, share], at) => [contributor, { at: at + 1, share }]));
  const after = answer.moves.map((move) => ({ contributor: move.contributor, ...move.after }));
  const listed = [...after, ...answer.arrived];
  const off = listed.length === told.size ? 0 : answer.bound + copyBound;
  for (const { contributor, rank } of listed) {
    const { at, share } = places.get(contributor)!;
    if (rank === at) continue;
    expect(Math.abs(all[rank - 1]![1] - share)).toBeLessThanOrEqual(off + 1e-14);
  }
}

function refused(call: () => unknown): PeerageError {
  try {
    call();
  } catch (error) {
    if (error instanceof PeerageError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what if', () => {
  it('is what a copy of the engine would come to, and leaves the engine as it was', () => {
    let [light, all] = [0, 0];
    fc.assert(
      fc.property(
        cases(),
        fc.nat(1000),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(...TOLERANCES),
        fc.constantFrom('never', 'before', 'settled', 'loose'),
        ({ initial, events }, cut, count, tolerance, asks) => {
          const engine = new TrustEngine({ policy: initial as PolicyInput, tolerance: 1e-9 });
          const at = events.length === 0 ? 0 : cut % events.length;
          engine.apply(events.slice(0, at >> 1) as EventInput[]);
          if (asks !== 'never') engine.scores();
          engine.apply(events.slice(at >> 1, at) as EventInput[]);
          if (asks === 'settled') engine.scores();
          if (asks === 'loose') engine.settle({ tolerance });
          const change = events.slice(at, at + count) as EventInput[];
          const copy = TrustEngine.restore(engine.snapshot(), { tolerance: 1e-9 });
          const answer = asked(engine, change, tolerance);
          expect(answer.sequence).toBe(at - repeats(events.slice(0, at)));
          const before = copy.scores();
          copy.apply(change);
          compare(answer, before, copy.scores());
          expect(answer.policy ?? engine.policy).toEqual(copy.policy);
          if (answer.edgeVisits > 0 && asks === 'settled') light++;
          all++;
          // Asked again it says the same, and the engine goes on as if it had never been asked.
          expect(engine.whatIf(change, { tolerance, threshold: 0 }).moves).toEqual(answer.moves);
          engine.apply(change);
          expect([...engine.canonical()]).toEqual([...copy.canonical()]);
        },
      ),
      RUNS,
    );
    expect(light / all).toBeGreaterThan(1 / 30);
  });

  it.each<[string, PolicyInput, boolean]>([
    ['classic', presets.classic, false],
    ['classic with credentials', presets.classic, true],
    ['resilient', presets.resilient, false],
    ['resilient with credentials', presets.resilient, true],
    ['a reserve and objections', { damping: 0.9, reserve: 3, balance: 0.5 }, true],
  ])('is the same on a larger graph, by visits, passes or sweeps: %s', (_, policy, credited) => {
    const engine = new TrustEngine({ policy, tolerance: 1e-9 });
    const events: EventInput[] = [];
    const objects = policy.reserve === 3;
    draw({ kind: 'rmat', scale: 9, edgeFactor: 8, seed: 7 }, (source, target) => {
      const said = { source: `m${source}`, target: `m${target}`, id: `e${events.length}` };
      const weight = 1 + (events.length % 3);
      events.push({ type: objects && events.length % 11 === 0 ? 'object' : 'endorse', ...said, weight });
    });
    if (credited)
      for (let n = 0; n < 9; n++) events.unshift({ type: 'grant', id: `c${n}`, target: `m${7 * n}` });
    engine.apply(events);
    for (const settled of [1e-2, 1e-4, 1e-7, 1e-9]) {
      engine.settle({ tolerance: settled });
      for (const tolerance of [settled, settled / 50]) {
        const changes: EventInput[][] = [
          [{ type: 'endorse', source: 'm3', target: 'm5', weight: 100 }],
          [
            { type: 'retract', of: 'e17' },
            { type: 'retract', of: 'e18' },
          ],
          [{ type: 'object', source: 'm9', target: 'm11' }],
          [
            { type: 'endorse', source: 'm2', target: 'new', id: 'n' },
            { type: 'endorse', source: 'new', target: 'm1' },
          ],
          events.slice(20, 90).map((event) => ({ type: 'retract', of: event.id! })),
          ...(credited
            ? [
                [
                  { type: 'revoke', of: 'c3' },
                  { type: 'grant', target: 'm1' },
                ] as EventInput[],
              ]
            : []),
        ];
        for (const change of changes) {
          const copy = TrustEngine.restore(engine.snapshot(), { tolerance: 1e-11 });
          const answer = asked(engine, change, tolerance);
          const before = copy.canonical({ tolerance: 1e-11 });
          copy.apply(change);
          compare(answer, before, copy.canonical({ tolerance: 1e-11 }));
          expect(answer.bound).toBeLessThanOrEqual(2 * tolerance + 1e-14);
        }
      }
    }
  });

  it('visits little of a large graph where little moves', () => {
    const engine = new TrustEngine({ policy: presets.guarded, tolerance: 1e-4 });
    const events: EventInput[] = [];
    draw({ kind: 'communities', scale: 13, edgeFactor: 8, seed: 3 }, (source, target) =>
      events.push({ type: 'endorse', source: `m${source}`, target: `m${target}` }),
    );
    engine.apply(events);
    engine.scores();
    const { edgeVisits, bound } = engine.whatIf({ type: 'endorse', source: 'm3', target: 'm5' });
    expect(edgeVisits).toBeLessThan(engine.size / 20);
    expect(bound).toBeLessThanOrEqual(2e-4);
  });
});

describe('a supposition', () => {
  const taken: EventInput[] = [
    { type: 'grant', id: 'c1', target: 'ada', issuer: 'foundation' },
    { type: 'grant', target: 'linus', issuer: 'club', weight: 0.5 },
    { type: 'grant', target: 'grace', issuer: 'club', weight: 0.25 },
    { type: 'endorse', id: 'e1', source: 'ada', target: 'linus' },
    { type: 'endorse', source: 'linus', target: 'grace' },
    { type: 'endorse', source: 'grace', target: 'mary' },
    { type: 'object', id: 'o1', source: 'mary', target: 'linus' },
  ];
  const engine = () => {
    const made = new TrustEngine({ tolerance: 1e-9 });
    made.apply(taken);
    made.scores();
    return made;
  };
  /** The scores of a copy that took these events. */
  const with_ = (events: EventInput[], of = taken) => {
    const copy = new TrustEngine({ tolerance: 1e-9 });
    copy.apply([...of, ...events]);
    return copy.scores();
  };

  it.each<[Supposition, Scores]>([
    [{ without: 'grace' }, with_([{ type: 'forget', contributor: 'grace' }])],
    [
      { without: ['grace', 'mary'] },
      with_(['grace', 'mary'].map((contributor) => ({ type: 'forget', contributor }))),
    ],
    [{ withoutStatement: 'o1' }, with_([{ type: 'retract', of: 'o1' }])],
    [{ withoutIssuer: 'foundation' }, with_([{ type: 'revoke', of: 'c1' }])],
    [
      { withoutIssuer: 'club' },
      with_(
        [],
        taken.filter((event) => !('issuer' in event) || event.issuer !== 'club'),
      ),
    ],
    [
      { withoutIssuer: ['club', 'foundation'] },
      with_(
        [],
        taken.filter(({ type }) => type !== 'grant'),
      ),
    ],
    [{ policy: { damping: 0.5 } }, with_([{ type: 'policy', policy: { damping: 0.5 } }])],
    [
      { without: 'mary', policy: presets.guarded },
      with_([
        { type: 'forget', contributor: 'mary' },
        { type: 'policy', policy: presets.guarded },
      ]),
    ],
  ])('%j is what its events are', (supposition, after) => {
    const real = engine();
    compare(asked(real, supposition, 1e-9), real.scores(), after);
  });

  it('names those who may have been meant', () => {
    const { reason } = refused(() => engine().whatIf({ without: 'Grace' }));
    expect(reason).toContain('did you mean "grace"?');
  });

  it('tells of the policy only where it is another', () => {
    expect(engine().whatIf({ policy: { damping: 0.5 } }).policy).toEqual({
      ...presets.classic,
      damping: 0.5,
    });
    expect(engine().whatIf({ policy: {} })).not.toHaveProperty('policy');
    expect(engine().whatIf({ withoutStatement: 'o1' })).not.toHaveProperty('policy');
  });

  it.each<[unknown, string, string]>([
    [{ without: 'nobody' }, 'unknown-contributor', 'without'],
    [{ without: '' }, 'bad-id', 'without'],
    [{ without: ['ada', 7] }, 'bad-id', 'without'],
    [{ withoutStatement: 'c1' }, 'unknown-event', 'withoutStatement'],
    [{ withoutStatement: ['e1', 'e1'] }, 'already-retracted', 'withoutStatement'],
    [{ withoutIssuer: 'bank' }, 'unknown-issuer', 'withoutIssuer'],
    [{ withoutIssuer: null }, 'bad-id', 'withoutIssuer'],
    [{ policy: { damping: 2 } }, 'bad-policy', 'policy.damping'],
    [{ policy: { kinds: {} } }, 'unknown-kind', 'policy'],
    [{ without: 'ada', wihtout: 'grace' }, 'bad-option', 'wihtout'],
    [{}, 'bad-event', 'type'],
    [{ source: 'ada', target: 'linus' }, 'bad-event', 'type'],
    [null, 'bad-event', 'undefined'],
    [7, 'bad-event', 'undefined'],
  ])('%j is refused as %s of %s', (change, code, field) => {
    const error = refused(() => asked(engine(), change as Supposition, 1e-9));
    expect([error.code, String(error.field)]).toEqual([code, field]);
  });
});

describe('events that do not apply', () => {
  it('are refused as apply refuses them, and leave no trace', () => {
    const engine = new TrustEngine({ policy: { reserve: 1, halfLife: 30 }, notAfter: '2030-01-01' });
    engine.apply([
      { type: 'grant', id: 'c1', target: 'ada' },
      { type: 'endorse', id: 'e1', source: 'ada', target: 'linus', at: '2026-01-01' },
      { type: 'endorse', id: 'e2', source: 'linus', target: 'ada', at: '2026-01-02' },
      { type: 'endorse', id: 'e3', source: 'linus', target: 'mary', at: '2026-01-02' },
      { type: 'advance', at: '2026-02-01' },
    ]);
    engine.scores();
    const good: EventInput[] = [
      { type: 'endorse', source: 'new', target: 'ada', kind: 'other', weight: 3, at: '2029-12-30' },
      { type: 'grant', target: 'linus', id: 'c2' },
      { type: 'retract', of: 'e1' },
      { type: 'forget', contributor: 'mary' },
    ];
    const bad = [
      { type: 'endorse', source: 'ada', target: 'linus' },
      { type: 'endorse', source: 'ada', target: '', at: 0 },
      { type: 'endorse', source: 'ada', target: 'linus', at: '2031-01-01' },
      { type: 'endorse', id: 'e2', source: 'ada', target: 'ada', at: '2026-01-02' },
      { type: 'retract', of: 'never' },
      { type: 'revoke', of: 'e2' },
      { type: 'forget', contributor: 'nobody' },
      { type: 'advance', at: '2025-01-01' },
      { type: 'policy', policy: { damping: 1 } },
      { type: 'praise' },
    ] as EventInput[];
    for (const one of bad) {
      for (const change of [one, [one], [...good, one], [one, ...good]]) {
        const here = refused(() => asked(engine, change, 1e-6));
        const there = refused(() => engine.apply(change));
        const told = ({ code, reason, index, field, value }: PeerageError) => [
          code,
          reason,
          index,
          field,
          value,
        ];
        expect(told(here)).toEqual(told(there));
      }
    }
    const broken = function* () {
      yield* good;
      throw new RangeError('broke off');
    };
    const before = stateOf(engine);
    expect(() => engine.whatIf(broken())).toThrow(RangeError);
    expect(stateOf(engine)).toEqual(before);
    const curious = function* () {
      yield good[0]!;
      engine.whatIf([]);
    };
    expect(refused(() => engine.whatIf(curious())).code).toBe('bad-option');
    expect(refused(() => engine.apply(curious())).code).toBe('bad-option');
    expect(stateOf(engine)).toEqual(before);
  });

  it('are none at all where the list is empty, or says what is known: nothing moves', () => {
    const nothing = { moves: [], moved: 0, arrived: [], gone: [], total: 0, bound: 0, edgeVisits: 0 };
    const engine = new TrustEngine();
    expect(asked(engine, [], 1e-6)).toEqual({ sequence: 0, ...nothing });
    const event: EventInput = { type: 'endorse', id: 'e1', source: 'ada', target: 'linus' };
    engine.apply(event);
    expect(asked(engine, [event], 1e-6)).toEqual({ sequence: 1, ...nothing });
    expect(
      engine.whatIf([
        { ...event, id: 'e2' },
        { type: 'retract', of: 'e2' },
      ]).total,
    ).toBeLessThan(1e-9);
  });

  it('forget who is mentioned again: it stays, and moves', () => {
    const engine = new TrustEngine();
    engine.apply([
      { type: 'endorse', source: 'ada', target: 'linus' },
      { type: 'endorse', source: 'linus', target: 'grace' },
    ]);
    engine.scores();
    const change: EventInput[] = [
      { type: 'forget', contributor: 'linus' },
      { type: 'endorse', source: 'grace', target: 'linus' },
    ];
    // Twice: taking back a name that is there again must leave no second one behind.
    for (const { arrived, gone, moves } of [asked(engine, change, 1e-9), asked(engine, change, 1e-9)]) {
      expect([arrived, gone, moves.map(({ contributor }) => contributor).sort()]).toEqual([
        [],
        [],
        ['ada', 'grace', 'linus'],
      ]);
    }
  });

  it('may take nearly all trust away: what is left is still exact', () => {
    const engine = new TrustEngine();
    engine.apply([
      { type: 'grant', target: 'ada', weight: 1e-9 },
      { type: 'grant', id: 'c', target: 'linus', weight: 1e12 },
      { type: 'endorse', source: 'ada', target: 'grace' },
    ]);
    engine.scores();
    const { moves, bound } = asked(engine, { type: 'revoke', of: 'c' }, 1e-9);
    expect(bound).toBeLessThan(1e-6);
    const after = new Map(moves.map((move) => [move.contributor, move.after.trust]));
    expect(after.get('ada')! + after.get('grace')!).toBeCloseTo(1, 12);
    expect(after.get('ada')!).toBeCloseTo(1 / 1.85, 12);
  });

  it('may find nobody there, and leave nobody there', () => {
    const engine = new TrustEngine();
    const first = asked(engine, { type: 'endorse', source: 'ada', target: 'linus' }, 1e-6);
    expect(first.arrived.map(({ contributor, rank }) => [contributor, rank])).toEqual([
      ['linus', 1],
      ['ada', 2],
    ]);
    expect(first.total).toBeCloseTo(1, 12);
    engine.apply({ type: 'endorse', source: 'ada', target: 'linus' });
    engine.scores();
    const last = asked(engine, { without: ['ada', 'linus'] }, 1e-6);
    expect([last.gone.map(({ contributor }) => contributor), last.moves]).toEqual([['linus', 'ada'], []]);
    expect(last.total).toBeCloseTo(1, 12);
  });

  it('refuses options that are none', () => {
    const engine = new TrustEngine();
    for (const [options, field] of [
      [{ tolerance: 0 }, 'tolerance'],
      [{ threshold: -1 }, 'threshold'],
      [{ threshold: Number.NaN }, 'threshold'],
      [{ top: -1 }, 'top'],
      [{ top: '3' as unknown as number }, 'top'],
    ] as const) {
      const error = refused(() => engine.whatIf([], options));
      expect([error.code, error.field]).toEqual(['bad-option', field]);
    }
  });

  it('tells of the farthest only where no more are asked for', () => {
    const engine = new TrustEngine();
    engine.apply(
      Array.from({ length: 30 }, (_, n) => ({
        type: 'endorse',
        source: `m${n}`,
        target: `m${(n * 7 + 1) % 30}`,
      })),
    );
    engine.scores();
    const change: EventInput = { type: 'endorse', source: 'm3', target: 'm4' };
    const all = engine.whatIf(change);
    const some = engine.whatIf(change, { top: 2 });
    expect(some.moves).toEqual(all.moves.slice(0, 2));
    expect(some.moved).toBe(all.moved);
    expect(all.moves.every((move) => Math.abs(move.change) > all.bound)).toBe(true);
    expect(engine.whatIf(change, { threshold: 0.01 }).moves).toEqual(
      all.moves.filter((move) => Math.abs(move.change) > 0.01),
    );
  });
});

/** Events that say again what was said: they count once. */
function repeats(events: readonly { id?: string }[]): number {
  return events.filter((event, at) => events.indexOf(event) !== at).length;
}
