/**
 * One ledger, several ways through it: lived through event by event with questions in between, applied at
 * once, read from a file. The scores of all agree within their bounds; the canonical ones to the bit. And
 * what was handed out on the way stays what it was.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreDataset } from '../../src/batch.ts';
import { type EventInput, type Scores, TrustEngine } from '../../src/index.ts';
import { cases } from '../witness/arbitraries.ts';
import { l1 } from '../witness/fixed-point.ts';
import type { Ledger } from '../witness/record.ts';

const RUNS = { numRuns: 80, interruptAfterTimeLimit: 15_000 };

/** Ledgers as one list of events that begins with the policy and ends at its newest date. */
const ledgers = cases().map(whole);

function whole({ initial, events }: Ledger): EventInput[] {
  const dates = events.map(({ at }) => (typeof at === 'string' ? Date.parse(at) : (at ?? Number.NaN)));
  const newest = Math.max(...dates.filter((date) => !Number.isNaN(date)));
  // A file is scored as of its newest date, an engine as of the last advance.
  const end = newest > Number.NEGATIVE_INFINITY ? [{ type: 'advance' as const, at: newest }] : [];
  return [{ type: 'policy', policy: initial }, ...events, ...end] as EventInput[];
}

/** How an engine lives through a ledger: how many events at a time, and what is asked of it in between. */
const lives = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 9 }),
    ask: fc.constantFrom('nothing', 'scores', 'peek', 'settle', 'budget', 'canonical'),
  }),
  { minLength: 1, maxLength: 20 },
);
type Life = { count: number; ask: string }[];

/** Lives through a ledger, and calls `seen` with every view that is handed out. */
function live(events: EventInput[], life: Life, seen: (scores: Scores) => void = () => {}): TrustEngine {
  const engine = new TrustEngine();
  for (let at = 0, step = 0; at < events.length; step++) {
    const { count, ask } = life[step % life.length]!;
    engine.apply(count === 1 ? events[at]! : events.slice(at, at + count));
    at += count;
    if (ask === 'scores') seen(engine.scores());
    if (ask === 'peek') seen(engine.scores({ settle: false }));
    if (ask === 'settle') engine.settle({ tolerance: 1e-9 });
    if (ask === 'budget') engine.settle({ budget: 3 });
    if (ask === 'canonical') seen(engine.canonical({ tolerance: 1e-3 }));
  }
  return engine;
}

const trustOf = (scores: Scores) => scores.trustByContributor().filter((share) => !Number.isNaN(share));
const all = (scores: Scores) => [...scores];

function fileOf(events: EventInput[]) {
  const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const stream = (async function* () {
    yield new TextEncoder().encode(text);
  })();
  return { name: 'ledger.jsonl', stream };
}

describe('replay', () => {
  it('gives the scores of an engine that lived through it, within both bounds', () => {
    fc.assert(
      fc.property(ledgers, lives, (events, life) => {
        const lived = live(events, life);
        const replayed = new TrustEngine();
        replayed.apply(events);
        const [here, there] = [lived.scores(), replayed.scores()];
        expect(l1(trustOf(here), trustOf(there))).toBeLessThanOrEqual(here.bound + there.bound);
        const counts = ({ order, size, sequence, endorsements, objections, policy }: TrustEngine) => {
          return { order, size, sequence, endorsements, objections, policy };
        };
        expect(counts(lived)).toEqual(counts(replayed));
      }),
      RUNS,
    );
  });

  it('gives the canonical scores of a life, of a replay and of a file, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(ledgers, lives, fc.constantFrom(1e-2, 1e-9), async (events, life, tolerance) => {
        const lived = live(events, life).canonical({ tolerance });
        const replayed = new TrustEngine();
        replayed.apply(events);
        const read = await scoreDataset(fileOf(events), { tolerance });
        for (const other of [replayed.canonical({ tolerance }), read.scores]) {
          expect(all(other)).toEqual(all(lived));
          expect([other.bound, other.sequence]).toEqual([lived.bound, lived.sequence]);
        }
      }),
      RUNS,
    );
  });

  it('leaves no trace of what was said and taken back, beyond the bound, and none in canonical scores', () => {
    fc.assert(
      fc.property(ledgers, lives, ledgers, fc.nat(), (events, life, others, salt) => {
        const plain = live(events, life);
        const disturbed = live(events, life);
        // Everything the other ledger says between those who are here, and then takes back, in another order.
        const here = new Set(all(plain.scores()).map(({ contributor }) => contributor));
        const said = others.flatMap((event, n) => {
          if (event.type !== 'endorse' && event.type !== 'object' && event.type !== 'grant') return [];
          if (!here.has(event.target) || ('source' in event && !here.has(event.source))) return [];
          const kinds = plain.policy.kinds;
          const kind =
            kinds === null || event.type === 'grant'
              ? {}
              : { kind: Object.keys(kinds)[n % Object.keys(kinds).length]! };
          return [
            { ...event, ...kind, at: event.at ?? Date.UTC(2016, 0, 1), id: `undone ${n}` } as EventInput & {
              id: string;
            },
          ];
        });
        if (
          said.length > 0 &&
          plain.policy.reserve > 0 &&
          plain.policy.halfLife !== null &&
          all(plain.scores()).length === 0
        )
          return;
        for (const event of said) disturbed.apply(event);
        if (salt % 2 === 0) disturbed.settle();
        const order = said.map((event, n) => ({ event, key: Math.imul(n + salt, 0x9e3779b1) >>> 0 }));
        for (const { event } of order.sort((a, b) => a.key - b.key)) {
          disturbed.apply({ type: event.type === 'grant' ? 'revoke' : 'retract', of: event.id });
        }
        const [here_, there] = [plain.scores(), disturbed.scores()];
        expect(l1(trustOf(here_), trustOf(there))).toBeLessThanOrEqual(here_.bound + there.bound);
        expect(all(disturbed.canonical())).toEqual(all(plain.canonical()));
        expect([disturbed.order, disturbed.size]).toEqual([plain.order, plain.size]);
      }),
      RUNS,
    );
  });
});

describe('a view', () => {
  it('stays what it was, whether it is read at once or after everything else', () => {
    fc.assert(
      fc.property(ledgers, lives, (events, life) => {
        const early: { scores: Scores; rows: unknown[] }[] = [];
        live(events, life, (scores) => early.push({ scores, rows: all(scores) }));
        for (const { scores, rows } of early) expect(all(scores)).toEqual(rows);
        const late: Scores[] = [];
        live(events, life, (scores) => late.push(scores));
        expect(late.map(all)).toEqual(early.map(({ rows }) => rows));
        // By name, too: those who have been forgotten since are still here.
        for (const scores of late) {
          for (const row of scores) expect(scores.of(row.contributor)).toEqual(row);
        }
      }),
      RUNS,
    );
  });

  it('is of its graph, though another view of that graph was handed out after it', () => {
    const standings = (late: boolean) => {
      const engine = new TrustEngine();
      engine.apply([
        { type: 'endorse', source: 'ada', target: 'linus' },
        { type: 'object', source: 'linus', target: 'ada' },
      ]);
      const views = [engine.scores({ settle: false })];
      engine.settle({ tolerance: 1e-12 });
      views.push(engine.scores());
      const read = () => views.map((scores) => scores.of('ada')!.standing);
      const early = late ? [] : read();
      engine.apply({ type: 'endorse', source: 'linus', target: 'ada' });
      return late ? read() : early;
    };
    expect(standings(true)).toEqual(standings(false));
  });

  it('still has whom the engine has forgotten', () => {
    const engine = new TrustEngine();
    engine.apply([
      { type: 'endorse', source: 'ada', target: 'linus' },
      { type: 'endorse', source: 'linus', target: 'grace' },
    ]);
    const [read, unread] = [engine.scores(), engine.canonical()];
    const before = all(read);
    engine.apply({ type: 'forget', contributor: 'linus' });
    expect(engine.scores().of('linus')).toBeUndefined();
    expect(all(engine.scores()).map(({ contributor }) => contributor)).not.toContain('linus');
    expect(read.of('linus')).toEqual(before.find(({ contributor }) => contributor === 'linus'));
    expect(all(read)).toEqual(before);
    expect(unread.of('linus')!.rank).toBe(read.of('linus')!.rank);
    // Back again, as a newcomer.
    engine.apply({ type: 'endorse', source: 'grace', target: 'linus' });
    expect(all(read)).toEqual(before);
    expect(engine.order).toBe(3);
    expect(all(engine.canonical())).toHaveLength(3);
  });
});
