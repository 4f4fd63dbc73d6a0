/**
 * What must not matter to trust: names, the scale of one contributor's weights, the order of what commutes,
 * repetition, what was taken back. Two engines that should agree may differ by the sum of their published
 * bounds, and no more than that (and the rounding of what the test itself multiplies).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventInput, PolicyInput } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';
import { massAllowance, trustAllowance } from '../witness/allowance.ts';
import { cases, EPOCH } from '../witness/arbitraries.ts';
import { sum } from '../witness/double-double.ts';
import { distance, l1 } from '../witness/fixed-point.ts';
import type { Ledger, LedgerEvent } from '../witness/record.ts';
import { replay } from '../witness/record.ts';
import { engineOf, type Published, publish } from './published.ts';

// Twenty seconds: far more than the runs take, and enough for shrinking a failure.
const RUNS = { numRuns: 100, interruptAfterTimeLimit: 20_000 };
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
      fc.property(cases({ fixed: { cap: null } }), (ledger) => {
        // What has no id cannot be taken back: give everything one.
        const named = ledger.events.map((event, n) => ({ ...event, id: event.id ?? `n${n}` }));
        const taken = replay({ ...ledger, events: named })
          .live.filter((past) => past.type !== 'grant')
          .map((past): LedgerEvent => ({ type: 'retract', of: past.id! }));
        const silent = { ...ledger, events: [...named, ...taken] };
        const record = replay(silent);
        const told = publish(silent, record);
        const total = sum(record.credentials);
        const shares = record.credentials.map((credential) => credential / total);
        expect(l1(told.trust, shares)).toBeLessThanOrEqual(told.bound + trustAllowance(record));
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

  it('one batch or one event at a time gives the same bits, computed from nothing', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const engine = new TrustEngine({ policy: ledger.initial as PolicyInput });
        for (const event of ledger.events as EventInput[]) {
          engine.apply(event);
          engine.scores();
        }
        expect([...engine.canonical()]).toEqual([...engineOf(ledger).canonical()]);
        expect(engine.canonical().bound).toBe(engineOf(ledger).canonical().bound);
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
