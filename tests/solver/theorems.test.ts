/**
 * The invariants of trust, each a sentence, on random ledgers over the whole range of policies: theorems
 * 1 to 3, what must not matter (names, scale, order, repetition, what was taken back), and what a ranking
 * promises. Two engines that should agree may differ by the sum of their published bounds and the rounding
 * of weights (tests/witness/allowance.ts), no more.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventInput, PolicyInput } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';
import { massAllowance, trustAllowance } from '../witness/allowance.ts';
import { cases, EPOCH, type Limits } from '../witness/arbitraries.ts';
import { sum } from '../witness/double-double.ts';
import { certified, distance, fixedPoint, l1, region } from '../witness/fixed-point.ts';
import type { Ledger, LedgerEvent } from '../witness/record.ts';
import { replay } from '../witness/record.ts';
import { certify } from './certify.ts';
import { engineOf, type Published, publish } from './published.ts';

const RUNS = { numRuns: 100 };
const indexes = (length: number) => fc.array(fc.nat(9999), { minLength: length, maxLength: length });

/** The same ledger with its time set first, so that what is said first decides nothing. */
function timed(ledger: Ledger): Ledger {
  return { ...ledger, events: [{ type: 'advance', at: EPOCH }, ...ledger.events] };
}

/** Both ledgers' scores, by the first one's contributors under their names in the second. */
function both(ledger: Ledger, other: Ledger, rename = (id: string) => id): [Published, Published, number] {
  const record = replay(ledger);
  const here = publish(ledger, record);
  const there = publish(other, { ...record, ids: record.ids.map(rename) });
  return [here, there, here.bound + there.bound + trustAllowance(record)];
}

function expectSame(ledger: Ledger, other: Ledger, rename?: (id: string) => string): void {
  const record = replay(ledger);
  expect(engineOf(other).order).toBe(record.ids.length);
  const [here, there, allowed] = both(ledger, other, rename);
  expect(l1(here.trust, there.trust)).toBeLessThanOrEqual(allowed);
  const slack = massAllowance(record, here.voice);
  expect(distance(record, here, there)).toBeLessThanOrEqual(here.massBound + there.massBound + slack);
}

describe('theorems', () => {
  it('1: there is one fixed point, wherever the iteration starts, and the engine is within its bound of it', () => {
    fc.assert(
      fc.property(cases(), indexes(24), (ledger, start) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const total = sum(record.credentials);
        const scatter = (from: number) => record.credentials.map((_, v) => (start[from + v]! * total) / 5000);
        const told = publish(ledger, record);
        const low = fixedPoint(record);
        const high = fixedPoint(record, { x: scatter(0), z: scatter(12) });
        expect(l1(low.trust, high.trust)).toBeLessThanOrEqual(trustAllowance(record));
        for (const exact of [low, high]) {
          expect(l1(told.trust, exact.trust)).toBeLessThanOrEqual(told.bound + trustAllowance(record));
        }
      }),
      RUNS,
    );
  });

  it('2: the true distance is at most the published bound, also where little was asked for', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1, 1e-1, 1e-2, 1e-4, 1e-12), (ledger, tolerance) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const exact = fixedPoint(record);
        const told = publish(ledger, record, tolerance);
        expect(l1(told.trust, exact.trust)).toBeLessThanOrEqual(told.bound + trustAllowance(record));
        expect(distance(record, told, exact)).toBeLessThanOrEqual(
          told.massBound + massAllowance(record, told.voice),
        );
      }),
      { ...RUNS, numRuns: 200 },
    );
  });

  it('2: the bound is not empty: at a loose tolerance it is within 1,000 times the true distance somewhere', () => {
    const { worst, violations } = certify(300, Math.floor(Math.random() * 2 ** 31));
    expect(violations).toEqual([]);
    expect(worst).toBeGreaterThan(1e-3);
  });

  it('3: no set of contributors holds more mass than the flow that enters it and its own credentials allow', () => {
    fc.assert(
      fc.property(cases(), indexes(12), fc.constantFrom(1e-2, 1e-9), (ledger, bits, tolerance) => {
        const record = replay(ledger);
        const told = publish(ledger, record, tolerance);
        const inside = record.ids.map((_, v) => bits[v]! % 2 === 0);
        const { mass, limit } = region(record, told, inside);
        const slack = told.massBound + certified(record, massAllowance(record, told.voice));
        expect(mass).toBeLessThanOrEqual(limit + slack);
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it('3: accounts without credentials gain nothing from what they say among themselves', () => {
    // A farm of six that only endorses itself, beside a community with a credential: no flow enters it.
    const farm = ['f1', 'f2', 'f3', 'f4', 'f5', 'f6'];
    const limits: Limits = { credentials: false, forget: false };
    fc.assert(
      fc.property(cases(limits), indexes(12), fc.integer({ min: -9, max: 12 }), (ledger, picks, power) => {
        const { policy, ids } = replay(ledger);
        const kind = Object.keys(policy.kinds ?? { endorsement: 1 })[0]!;
        const inside = picks.map((pick, n): LedgerEvent => {
          const [source, target] = [farm[n % 6]!, farm[pick % 6]!];
          return { type: 'endorse', source, target, weight: 10 ** power, kind, at: EPOCH };
        });
        const events = [...ledger.events, ...inside, { type: 'grant' as const, target: ids[0] ?? 'ada' }];
        const scores = engineOf({ ...ledger, events }).scores();
        for (const id of farm) expect(scores.of(id)?.trust ?? 0).toBeLessThanOrEqual(0);
      }),
      RUNS,
    );
  });
});

describe('what does not matter', () => {
  it('renaming contributors only permutes the scores', () => {
    fc.assert(
      fc.property(cases(), indexes(12), (ledger, order) => {
        const ids = [...new Set(ledger.events.flatMap(names))];
        const names2 = ids.map((_, v) => `${order[v % 12]! % 97}/${v}`);
        const rename = (id: string) => names2[ids.indexOf(id)]!;
        expectSame(
          ledger,
          { ...ledger, events: ledger.events.map((event) => renamed(event, rename)) },
          rename,
        );
      }),
      RUNS,
    );
  });

  it('with no reserve, scaling all that one contributor says by a factor changes nothing', () => {
    fc.assert(
      fc.property(
        cases({ moderate: true, fixed: { reserve: 0 } }),
        fc.nat(11),
        fc.constantFrom(1e-6, 1 / 3, 2, 7.3, 1e9),
        (ledger, who, factor) => {
          const { ids } = replay(ledger);
          const loud = ids[who % Math.max(1, ids.length)];
          const louder = ledger.events.map((event) =>
            'source' in event && event.source === loud
              ? { ...event, weight: (event.weight ?? 1) * factor }
              : event,
          );
          expectSame(ledger, { ...ledger, events: louder });
        },
      ),
      RUNS,
    );
  });

  it('without credentials and cap, a newcomer who says nothing to others changes nobody else’s mass', () => {
    // With a cap and balance below 1 it does: what is over the cap is shared among one more contributor.
    fc.assert(
      fc.property(cases({ credentials: false, fixed: { cap: null } }), (ledger) => {
        const kinds = replay(ledger).policy.kinds;
        const kind = Object.keys(kinds ?? { endorsement: 1 })[0]!;
        const newcomer: LedgerEvent = { type: 'endorse', source: 'new', target: 'new', kind, at: EPOCH };
        const grown = timed({ ...ledger, events: [...ledger.events, newcomer] });
        const record = replay(timed(ledger));
        const here = publish(timed(ledger), record);
        const there = publish(grown, replay(grown));
        expect(there.x.length).toBe(here.x.length + 1);
        const others = { x: there.x.slice(0, -1), z: there.z.slice(0, -1) };
        expect(distance(record, here, others)).toBeLessThanOrEqual(
          here.massBound + there.massBound + massAllowance(record, here.voice),
        );
      }),
      RUNS,
    );
  });

  it('what is endorsed and then taken back leaves no trace, whatever it weighed', () => {
    fc.assert(
      fc.property(
        cases({ forget: false }),
        indexes(3),
        fc.constantFrom('endorse' as const, 'object' as const),
        fc.constantFrom(1e-9, 1, 1e12),
        (ledger, [from, to, place], type, weight) => {
          const { events } = timed(ledger);
          const { policy } = replay(ledger);
          const kind = Object.keys(policy.kinds ?? { endorsement: 1 })[0]!;
          // Between two who are known by then: a mention alone makes a contributor.
          const cut = 1 + (place! % events.length);
          const { ids } = replay({ ...ledger, events: events.slice(0, cut) });
          const [source, target] = [ids[from! % ids.length], ids[to! % ids.length]];
          if (source === undefined || target === undefined) return;
          const said: LedgerEvent = { type, id: 'trace', source, target, weight, kind, at: EPOCH };
          const spliced = [
            ...events.slice(0, cut),
            said,
            ...events.slice(cut),
            { type: 'retract' as const, of: 'trace' },
          ];
          expectSame({ ...ledger, events }, { ...ledger, events: spliced });
        },
      ),
      RUNS,
    );
  });

  it('a ledger scores like the list of what is still live in it', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const { policy, ids, live } = replay(timed(ledger));
        const kind = Object.keys(policy.kinds ?? { endorsement: 1 })[0]!;
        const mentions = ids.map(
          (id): LedgerEvent => ({ type: 'endorse', source: id, target: id, kind, at: EPOCH }),
        );
        const advances = ledger.events.filter((event) => event.type === 'advance');
        const short = timed({ initial: policy, events: [...advances, ...mentions, ...live] });
        expectSame(timed(ledger), short);
      }),
      RUNS,
    );
  });

  it('when all that was said is taken back, only the credentials are left', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const { live, credentials, ids } = replay(ledger);
        fc.pre(ids.length > 0);
        // What has no id cannot be taken back; it is left out, and its contributors mentioned.
        const nameless = new Set(live.filter((past) => past.id === undefined && past.type !== 'grant'));
        const events = ledger.events.map((event) =>
          nameless.has(event as never) && 'source' in event
            ? { ...event, id: `n${ids.indexOf(event.source)}` }
            : event,
        );
        const named = events.map((event, n) =>
          'source' in event && event.id?.startsWith('n') ? { ...event, id: `n${n}` } : event,
        );
        const whole = { ...ledger, events: named };
        const taken = replay(whole)
          .live.filter((past) => past.type !== 'grant')
          .map((past): LedgerEvent => ({ type: 'retract', of: past.id! }));
        const silent = { ...ledger, events: [...named, ...taken] };
        const record = replay(silent);
        const told = publish(silent, record);
        const total = sum(credentials);
        const share = credentials.map((credential) => credential / total);
        // With a cap, what is over it goes back to the credentials too: the shares are those of C all the same.
        if (record.policy.cap === null || record.policy.balance === 1) {
          expect(l1(told.trust, share)).toBeLessThanOrEqual(told.bound + trustAllowance(record));
        } else {
          const exact = fixedPoint(record);
          expect(l1(told.trust, exact.trust)).toBeLessThanOrEqual(told.bound + trustAllowance(record));
        }
        expect(told.standing.every((standing) => standing === 0.5)).toBe(true);
      }),
      RUNS,
    );
  });

  it('when the last credential is revoked everybody starts alike again', () => {
    fc.assert(
      fc.property(cases({ credentials: false }), fc.constantFrom(1e-15, 1, 1e12), (ledger, weight) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const granted: LedgerEvent[] = [
          { type: 'grant', id: 'only', target: record.ids[0]!, weight },
          { type: 'revoke', of: 'only' },
        ];
        expectSame(ledger, { ...ledger, events: [...ledger.events, ...granted] });
      }),
      RUNS,
    );
  });

  it('the order of statements, credentials and what takes them back does not matter', () => {
    fc.assert(
      fc.property(cases({ forget: false, advance: false, amend: false }), indexes(97), (ledger, keys) => {
        expectSame(timed(ledger), timed({ ...ledger, events: shuffled(ledger.events, keys) }));
      }),
      RUNS,
    );
  });

  it('an event that is told twice under its id counts once', () => {
    fc.assert(
      fc.property(cases({ forget: false }), (ledger) => {
        const named = ledger.events.filter((event) => event.id !== undefined);
        const engine = engineOf(ledger);
        const [sequence, before] = [engine.sequence, [...engine.scores()]];
        engine.apply(named as EventInput[]);
        expect(engine.sequence).toBe(sequence);
        expect([...engine.scores()]).toEqual(before);
      }),
      RUNS,
    );
  });

  it('one batch or one event at a time gives the same bits', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const engine = new TrustEngine({ policy: ledger.initial as PolicyInput });
        for (const event of ledger.events as EventInput[]) {
          engine.apply(event);
          engine.scores();
        }
        expect([...engine.scores()]).toEqual([...engineOf(ledger).scores()]);
        expect(engine.scores().bound).toBe(engineOf(ledger).scores().bound);
      }),
      { ...RUNS, numRuns: 40 },
    );
  });

  it('without a cap, a balance below 1 is damping / (1 - a (1 - balance)): longer walks', () => {
    fc.assert(
      fc.property(cases({ objections: false, fixed: { cap: null } }), (ledger) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const { damping, balance } = record.policy;
        const longer = damping / (1 - (1 - damping) * (1 - balance));
        const amended: LedgerEvent = {
          type: 'policy',
          policy: { ...record.policy, damping: longer, balance: 1 },
        };
        const walk = { ...ledger, events: [...ledger.events, amended] };
        const [here, there, allowed] = both(ledger, walk);
        // `longer` itself is rounded: a residual of that much, twice, by theorem 2 (shares: 2 / sum y).
        const rounded = (2 * 4 * 2 ** -53 * sum(record.credentials)) / ((1 - longer) * here.voice);
        expect(l1(here.trust, there.trust)).toBeLessThanOrEqual(allowed + rounded);
      }),
      RUNS,
    );
  });
});

describe('what is published', () => {
  it('trust is not negative and sums to 1; multiple is trust in means', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-2, 1e-9), (ledger, tolerance) => {
        const rows = [...engineOf(ledger, tolerance).scores()];
        fc.pre(rows.length > 0);
        expect(Math.abs(sum(rows.map((row) => row.trust)) - 1)).toBeLessThanOrEqual(rows.length * 2 ** -53);
        for (const { trust, multiple, mass, distrust } of rows) {
          expect(Math.min(trust, mass, distrust)).toBeGreaterThanOrEqual(0);
          expect(multiple).toBeCloseTo(trust * rows.length, 12);
        }
      }),
      RUNS,
    );
  });

  it('ranks count from 1 by falling trust, ties by id in code-unit order, and every view of them agrees', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const scores = engineOf(ledger).scores();
        const rows = [...scores];
        expect(rows.map((row) => row.rank)).toEqual(rows.map((_, place) => place + 1));
        expect(scores.length).toBe(rows.length);
        expect(scores.top(3)).toEqual(rows.slice(0, 3));
        for (const [place, row] of rows.entries()) {
          expect(scores.of(row.contributor)).toEqual(row);
          expect(row.rankFrom).toBeLessThanOrEqual(row.rank);
          expect(row.rankTo).toBeGreaterThanOrEqual(row.rank);
          const above = rows[place - 1];
          if (above === undefined) continue;
          expect(above.trust).toBeGreaterThanOrEqual(row.trust);
          if (above.trust === row.trust) expect(above.contributor < row.contributor).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('a place that is claimed as proven is proven: nobody outside rankFrom..rankTo changes sides', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-1, 1e-3, 1e-9), (ledger, tolerance) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const { trust } = fixedPoint(record);
        const told = publish(ledger, record, tolerance);
        const slack = trustAllowance(record);
        for (const [v, { rankFrom, rankTo }] of told.rows.entries()) {
          const notBelow = trust.filter((share, u) => u !== v && share > trust[v]! - slack).length;
          const notAbove = trust.filter((share, u) => u !== v && share < trust[v]! + slack).length;
          expect(rankFrom - 1).toBeLessThanOrEqual(notBelow);
          expect(record.ids.length - rankTo).toBeLessThanOrEqual(notAbove);
        }
      }),
      { ...RUNS, numRuns: 200 },
    );
  });

  it('two contributors that differ by less than the bound are a tie that is not proven', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-1, 1e-3, 1e-9), (ledger, tolerance) => {
        const scores = engineOf(ledger, tolerance).scores();
        const rows = [...scores];
        for (const [place, row] of rows.entries()) {
          const next = rows[place + 1];
          if (next === undefined || row.trust - next.trust >= scores.bound) continue;
          expect(row.rankTo).toBeGreaterThanOrEqual(next.rank);
          expect(next.rankFrom).toBeLessThanOrEqual(row.rank);
        }
      }),
      RUNS,
    );
  });
});

/** The contributors that an event names. */
function names(event: LedgerEvent): string[] {
  const { source, target, contributor } = event as { source?: string; target?: string; contributor?: string };
  return [source, target, contributor].filter((id) => id !== undefined);
}

function renamed(event: LedgerEvent, rename: (id: string) => string): LedgerEvent {
  const copy: Record<string, unknown> = { ...event };
  for (const field of ['source', 'target', 'contributor']) {
    if (copy[field] !== undefined) copy[field] = rename(copy[field] as string);
  }
  return copy as unknown as LedgerEvent;
}

/** A permutation that leaves every withdrawal behind the first telling of what it withdraws. */
function shuffled(events: LedgerEvent[], keys: number[]): LedgerEvent[] {
  const key = events.map((_, n) => keys[n % keys.length]! + n / 1000);
  const told = new Map<string, number>();
  for (const [n, { id }] of events.entries()) {
    if (id !== undefined) told.set(id, Math.min(told.get(id) ?? Number.POSITIVE_INFINITY, key[n]!));
  }
  const place = events.map((event, n) =>
    'of' in event ? Math.max(key[n]!, told.get(event.of)! + 1e-6) : key[n]!,
  );
  return events
    .map((event, n) => ({ event, n }))
    .sort((p, q) => place[p.n]! - place[q.n]! || p.n - q.n)
    .map(({ event }) => event);
}
