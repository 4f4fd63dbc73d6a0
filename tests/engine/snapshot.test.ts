/**
 * An engine that was restored from a snapshot goes on exactly as the one it was taken of would have: the
 * same bits of scores, bound and sequence after the same later events and questions. Taking a snapshot
 * changes nothing. And bytes that are not a whole snapshot of this version are refused by name.
 */
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draw } from '../../bench/rmat.ts';
import { type EventInput, PeerageError, type PolicyInput, TrustEngine } from '../../src/index.ts';
import { checksum } from '../../src/snapshot/checksum.ts';
import { checkByteOrder } from '../../src/snapshot/format.ts';
import { cases } from '../witness/arbitraries.ts';

const RUNS = { numRuns: 80, interruptAfterTimeLimit: 15_000 };

const questions = fc.constantFrom('nothing', 'scores', 'peek', 'settle', 'budget', 'canonical', 'from');
/** How many events at a time, what is asked after them, and when the engine is saved and restored. */
const lives = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 9 }),
    ask: questions,
    saved: fc.constantFrom('never', 'before', 'after'),
  }),
  { minLength: 1, maxLength: 20 },
);

/** All that an engine says when it is asked, to the bit. */
function answer(engine: TrustEngine, ask: string): unknown {
  const { order, sequence, policy, endorsements, objections } = engine;
  const rows = () => {
    const scores = engine.scores({ settle: ask === 'scores' });
    return [[...scores], scores.bound, scores.sequence];
  };
  const counts = [order, sequence, policy, endorsements, objections];
  if (ask === 'scores' || ask === 'peek') return [counts, rows()];
  if (ask === 'settle') return [counts, engine.settle({ tolerance: 1e-9 }), rows()];
  if (ask === 'budget') return [counts, engine.settle({ budget: 3 }), engine.size, rows()];
  if (ask === 'canonical') return [counts, [...engine.canonical({ tolerance: 1e-3 })]];
  if (ask === 'from' && order > 0) {
    const viewer = [...engine.scores({ settle: false })][0]!.contributor;
    return [counts, engine.from(viewer).top(3), engine.from(viewer).bound];
  }
  return counts;
}

/** The error of a call, which must be one of ours. */
function refused(call: () => unknown): PeerageError {
  try {
    call();
  } catch (error) {
    if (error instanceof PeerageError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
const refusal = (bytes: unknown) => refused(() => TrustEngine.restore(bytes as ArrayBuffer));

/** An engine with a bit of everything, settled. */
function small(): TrustEngine {
  const engine = new TrustEngine({ policy: { reserve: 1, halfLife: 30 } });
  engine.apply([
    { type: 'grant', id: 'g', target: 'ada', issuer: 'foundation' },
    { type: 'endorse', id: 'e', source: 'ada', target: 'linus', weight: 2, at: '2026-01-03' },
    { type: 'endorse', source: 'linus', target: 'grace', kind: 'review', at: '2026-01-04' },
    { type: 'endorse', source: 'linus', target: 'grace', at: '2026-01-05' },
    { type: 'object', source: 'grace', target: 'ada', at: '2026-01-06' },
    { type: 'advance', id: 'a', at: '2026-02-01' },
  ]);
  engine.scores();
  return engine;
}

describe('a restored engine', () => {
  it('goes on as the one that was saved, bit for bit, and so does that one', () => {
    fc.assert(
      fc.property(cases(), lives, ({ initial, events }, life) => {
        const plain = new TrustEngine({ policy: initial as PolicyInput });
        const saved = new TrustEngine({ policy: initial as PolicyInput });
        let restored = new TrustEngine({ policy: initial as PolicyInput });
        const taken: [ArrayBuffer, Buffer][] = [];
        for (let at = 0, step = 0; at < events.length; step++) {
          const { count, ask, saved: when } = life[step % life.length]!;
          const batch = events.slice(at, at + count) as EventInput[];
          at += count;
          for (const engine of [plain, saved, restored]) engine.apply(batch);
          const save = () => {
            const snapshot = saved.snapshot();
            // The same life, the same bytes; and nothing is lost on the way there and back.
            expect(Buffer.from(restored.snapshot()).equals(Buffer.from(snapshot))).toBe(true);
            restored = TrustEngine.restore(snapshot);
            taken.push([snapshot, Buffer.from(snapshot.slice())]);
            expect(Buffer.from(restored.snapshot()).equals(Buffer.from(snapshot))).toBe(true);
          };
          if (when === 'before') save();
          const expected = answer(plain, ask);
          expect(answer(saved, ask)).toEqual(expected);
          expect(answer(restored, ask)).toEqual(expected);
          if (when === 'after') save();
        }
        expect(answer(restored, 'settle')).toEqual(answer(plain, 'settle'));
        // What engines read from where it stands, they do not write to.
        for (const [snapshot, copy] of taken) expect(Buffer.from(snapshot).equals(copy)).toBe(true);
      }),
      RUNS,
    );
  });

  it('delivers in the same order on a graph where the order decides the bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(1), fc.nat(3), (seed, credited, rest) => {
        const events: EventInput[] = [];
        draw({ kind: 'rmat', scale: 9, edgeFactor: 8, seed }, (source, target) => {
          const said = { source: `m${source}`, target: `m${target}`, id: `e${events.length}` };
          events.push({ type: events.length % 11 === 0 ? 'object' : 'endorse', ...said });
        });
        const engine = new TrustEngine({ policy: { balance: 0.5, cap: 4, reserve: rest } });
        if (credited === 1) engine.apply({ type: 'grant', target: 'm0' });
        engine.apply(events.slice(0, 3000));
        engine.settle({ tolerance: 1e-6 });
        const later = (one: TrustEngine, from: number) => {
          for (let n = from; n < from + 40; n++) {
            one.apply([events[n]!, { type: 'retract', of: `e${n - 2000}` }]);
            if (n % 8 === 0) one.settle({ tolerance: 1e-6, budget: 50 });
          }
        };
        later(engine, 3000);
        const restored = TrustEngine.restore(engine.snapshot());
        for (const one of [engine, restored]) later(one, 3040);
        const [here, there] = [engine, restored].map((one) => one.settle({ tolerance: 1e-9, budget: 900 }));
        expect(there).toEqual(here);
        const trust = (one: TrustEngine) => one.scores({ settle: false }).trustByContributor();
        expect(trust(restored)).toEqual(trust(engine));
      }),
      { numRuns: 10, interruptAfterTimeLimit: 15_000 },
    );
  });

  it('has columns and texts of any length, whether scores were asked for before or not', () => {
    const engine = new TrustEngine();
    const name = (n: number) => `m${n % 997}`;
    const said = (n: number): EventInput => {
      const by = { source: name(n), target: name(7 * n + 1), id: `e${n}` };
      return { type: 'endorse', ...by, ...(n > 66_000 && { weight: n % 7 || 1, kind: `k${n % 9}` }) };
    };
    engine.apply(Array.from({ length: 66_600 }, (_, n) => said(n)));
    engine.apply(Array.from({ length: 9000 }, (_, n) => ({ type: 'retract', of: `e${7 * n}`, id: `r${n}` })));
    const early = TrustEngine.restore(engine.snapshot());
    const expected = answer(engine, 'settle');
    expect(answer(early, 'settle')).toEqual(expected);
    const snapshot = engine.snapshot();
    const copy = snapshot.slice();
    const late = TrustEngine.restore(snapshot);
    expect(answer(late, 'peek')).toEqual(answer(engine, 'peek'));
    for (const one of [engine, early, late]) {
      // Known ids count once, or are refused.
      expect(one.apply([said(66_599), { type: 'retract', of: 'e7', id: 'r1' }])).toBe(75_600);
      expect(refused(() => one.apply({ type: 'retract', of: 'e8', id: 'r1' })).code).toBe('id-conflict');
      expect(refused(() => one.apply({ type: 'retract', of: 'e14' })).code).toBe('already-retracted');
      one.apply({ type: 'endorse', source: 'newcomer', target: 'm3' });
      one.settle();
    }
    expect(answer(early, 'peek')).toEqual(answer(engine, 'peek'));
    expect(answer(late, 'peek')).toEqual(answer(engine, 'peek'));
    // One that was restored before another from the same bytes has left them as they were.
    expect(Buffer.from(snapshot).equals(Buffer.from(copy))).toBe(true);
    const latest = TrustEngine.restore(snapshot);
    expect(answer(latest, 'peek')).toEqual(answer(TrustEngine.restore(copy), 'peek'));
  });

  it('has the tolerance and the latest date that were saved, unless told otherwise', () => {
    const late: EventInput = { type: 'endorse', source: 'ada', target: 'grace', at: '2026-06-01' };
    const engine = new TrustEngine({ tolerance: 0.1, notAfter: '2026-05-01' });
    engine.apply(Array.from({ length: 30 }, (_, n) => ({ type: 'endorse', source: `${n}`, target: 'ada' })));
    engine.apply({ type: 'endorse', source: 'ada', target: 'linus' });
    const snapshot = engine.snapshot();
    const same = TrustEngine.restore(snapshot);
    expect(same.scores().bound).toBe(engine.scores().bound);
    expect(refused(() => same.apply(late)).code).toBe('too-late');
    const other = TrustEngine.restore(snapshot, { tolerance: 1e-9, notAfter: new Date('2026-07-01') });
    expect(other.scores().bound).toBeLessThanOrEqual(1e-9);
    expect(other.apply(late)).toBe(32);
    expect(refused(() => TrustEngine.restore(snapshot, { tolerance: 0 })).code).toBe('bad-option');
    expect(refused(() => TrustEngine.restore(snapshot, { notAfter: 'soon' })).code).toBe('bad-date');
  });

  it('begins its past anew', () => {
    const engine = small();
    const restored = TrustEngine.restore(engine.snapshot());
    expect(engine.since(engine.sequence)).toEqual([]);
    expect(refused(() => restored.since(engine.sequence - 1)).code).toBe('unknown-sequence');
  });
});

describe('a snapshot', () => {
  it('is read from a buffer of any realm, and from a view that begins anywhere', () => {
    const snapshot = new Uint8Array(small().snapshot());
    const foreign = runInNewContext('(length) => new ArrayBuffer(length)')(snapshot.length);
    new Uint8Array(foreign).set(snapshot);
    const shared = new Uint8Array(new SharedArrayBuffer(snapshot.length));
    shared.set(snapshot);
    const shifted = [0, 1, 3, 8].map((by) => {
      const bytes = Buffer.alloc(snapshot.length + 16, 0x5a);
      bytes.set(snapshot, by);
      return bytes.subarray(by, by + snapshot.length);
    });
    for (const given of [foreign, shared, new DataView(snapshot.buffer), ...shifted]) {
      expect(answer(TrustEngine.restore(given), 'scores')).toEqual(answer(small(), 'scores'));
    }
  });

  it('is not taken in the middle of a batch, which stays whole', () => {
    const engine = small();
    const batch = function* (): Iterable<EventInput> {
      yield { type: 'endorse', source: 'ada', target: 'newcomer', at: '2026-01-07' };
      engine.snapshot();
    };
    expect(refused(() => engine.apply(batch())).code).toBe('bad-snapshot');
    expect(answer(engine, 'scores')).toEqual(answer(small(), 'scores'));
  });

  it('does not hold what was forgotten', () => {
    const engine = small();
    engine.apply({ type: 'forget', contributor: 'linus' });
    expect(Buffer.from(engine.snapshot()).includes('linus')).toBe(false);
    expect(Buffer.from(engine.snapshot()).includes('grace')).toBe(true);
  });
});

describe('refused by name', () => {
  // Errors by the hundred thousand: most of their cost is where they were made.
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 1;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('any single bit that is flipped', () => {
    const bytes = new Uint8Array(small().snapshot());
    const unseen: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 1; bit < 256; bit <<= 1) {
        bytes[at]! ^= bit;
        if (refusal(bytes).code !== 'bad-snapshot') unseen.push(`${at}: ${bit}`);
        bytes[at]! ^= bit;
      }
    }
    expect(unseen).toEqual([]);
    expect(answer(TrustEngine.restore(bytes), 'scores')).toEqual(answer(small(), 'scores'));
  });

  it('a checksum that any change of one word changes, in both of its numbers', () => {
    const words = fc.int32Array({ minLength: 1, maxLength: 70 });
    fc.assert(
      fc.property(words, fc.nat(), fc.integer(), (before, place, value) => {
        const after = before.slice();
        after[place % after.length] = value;
        const [first, second] = checksum(before, 0);
        const same = value === before[place % before.length];
        expect(checksum(after, 0)).toEqual(same ? [first, second] : [expect.any(Number), expect.any(Number)]);
        if (same) return;
        expect(checksum(after, 0)[0]).not.toBe(first);
        expect(checksum(after, 0)[1]).not.toBe(second);
      }),
    );
  });

  it('any length but its own', () => {
    const bytes = new Uint8Array(small().snapshot());
    for (let length = 0; length < bytes.length; length++) {
      const { code, message } = refusal(bytes.slice(0, length));
      expect(code).toBe('bad-snapshot');
      expect(message).toMatch(length === 0 ? /is empty/ : /is cut short/);
    }
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    expect(refusal(longer).message).toMatch(/damaged: \d+ bytes are here, and \d+ were written/);
  });

  it('another version, what is no snapshot, and what is no buffer, each with what to do', () => {
    const other = small().snapshot();
    new Uint32Array(other)[2] = 7;
    expect(refusal(other).message).toBe(
      'snapshot: is of version 7, and this package reads version 3; read the bytes again, or rebuild the engine from its events',
    );
    expect(refusal(new TextEncoder().encode('{"type":"endorse"}')).message).toMatch(/is not a snapshot of/);
    for (const given of ['text', null, undefined, 7, [1, 2], {}]) {
      const { code, message } = refusal(given);
      expect([code, /neither an ArrayBuffer nor a view.*rebuild/.test(message)]).toEqual([
        'bad-snapshot',
        true,
      ]);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(refusal(bytes).code).toBe('bad-snapshot');
      }),
    );
    expect(refused(() => checkByteOrder(0)).code).toBe('bad-snapshot');
  });

  it('a directory that does not fit, though the checksum does', () => {
    const bytes = small().snapshot();
    const forged = (change: (directory: Directory) => unknown) => {
      const lengths = new Float64Array(bytes, 0, 6);
      const [, , , , start, count] = lengths as unknown as number[];
      const text = Buffer.from(bytes, start!, count!).toString();
      const said = Buffer.from(JSON.stringify(change(JSON.parse(text))) ?? '');
      const end = Math.ceil((start! + said.length) / 8) * 8;
      const made = new Uint8Array(end);
      made.set(new Uint8Array(bytes, 0, Math.min(start!, end)));
      made.set(said, start!);
      new Float64Array(made.buffer).set([end, start!, said.length], 3);
      const words = new Uint32Array(made.buffer);
      words.set(checksum(new Int32Array(made.buffer), 5), 3);
      return made;
    };
    expect(answer(TrustEngine.restore(forged((same) => same)), 'scores')).toEqual(answer(small(), 'scores'));

    const { sections, values } = directoryIn(bytes);
    const needed = Object.keys(sections).filter(
      (name) => !/^settle.credentials|^demands.reserve|weights$/.test(name),
    );
    for (const name of needed) {
      for (const change of [
        () => undefined,
        () => null,
        ([, start, length]: Section) => ['Float32Array', start, length],
        ([type, start, length]: Section) => [type, start + 4, length],
        ([type, , length]: Section) => [type, -8, length],
        ([type, start]: Section) => [type, start, 2 ** 40],
        ([type, start]: Section) => [type, start, -1],
        ([type, start]: Section) => [type, start, 0.5],
      ]) {
        const bytes = forged((all) => ({
          ...all,
          sections: { ...all.sections, [name]: change(all.sections[name]!) },
        }));
        expect(refusal(bytes).code, `${name} ${change}`).toBe('bad-snapshot');
      }
    }
    for (const name of Object.keys(values).filter((one) => one !== 'policy')) {
      for (const nonsense of ['nonsense', null, undefined, 7, {}, []]) {
        const bytes = forged((all) => ({ ...all, values: { ...all.values, [name]: nonsense } }));
        expect(refusal(bytes).code, name).toBe('bad-snapshot');
      }
      for (const field of Object.keys(values[name]!)) {
        for (const number of [1e300, -1, 0.5, 2 ** 32]) {
          const bytes = forged((all) => {
            const value = { ...(all.values[name] as object), [field]: number };
            return { ...all, values: { ...all.values, [name]: value } };
          });
          // What cannot be seen to be wrong may pass, but nothing is refused by accident.
          try {
            TrustEngine.restore(bytes);
          } catch (error) {
            expect(error, `${name}.${field} ${number}`).toBeInstanceOf(PeerageError);
          }
        }
      }
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(refusal(forged(() => value)).code).toBe('bad-snapshot');
        expect(refusal(forged((all) => ({ ...all, sections: value }))).code).toBe('bad-snapshot');
      }),
    );
  });
});

type Section = [type: string, start: number, length: number];
interface Directory {
  sections: Record<string, Section>;
  values: Record<string, unknown>;
}

function directoryIn(bytes: ArrayBuffer): Directory {
  const lengths = new Float64Array(bytes, 0, 6);
  return JSON.parse(Buffer.from(bytes, lengths[4]!, lengths[5]!).toString());
}
