/**
 * Which kernel delivers what is pending is a matter of time alone: engines that live the same life under
 * different kernels hold the same bits all along, also where one moves from kernel to kernel through its
 * snapshot, and where the memory of the kernel is outgrown again and again. The plain kernel is the oracle
 * of the one in WebAssembly; what both should find is for model.test.ts to say.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { draw } from '../../bench/rmat.ts';
import { type EventInput, type PolicyInput, TrustEngine } from '../../src/index.ts';
import { SnapshotReader } from '../../src/snapshot/reader.ts';
import { engine as webAssembly } from '../../src/solver/kernel/wasm.ts';
import { cases } from '../witness/arbitraries.ts';

afterEach(() => vi.unstubAllEnvs());

/** All that is pending and has been delivered, to the bit, as the engine would save it. */
function state(engine: TrustEngine) {
  const saved = new SnapshotReader(engine.snapshot());
  const bits = (values: Float64Array) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
  return saved.has('pool.cells')
    ? [
        saved.value('pool'),
        bits(saved.view('pool.cells', Float64Array)),
        saved.view('queue.ends', Uint32Array),
      ]
    : [];
}

function under<T>(kernel: string, act: () => T): T {
  vi.stubEnv('PEERAGE_KERNEL', kernel);
  return act();
}

interface Size {
  initial: number;
  maximum: number;
  shared: boolean;
}

/** What `act` does where another class makes memories. */
function withMemory<T>(make: (given: MemoryMaker) => MemoryMaker, act: () => T): T {
  const { Memory } = webAssembly();
  webAssembly().Memory = make(Memory);
  try {
    return act();
  } finally {
    webAssembly().Memory = Memory;
  }
}
type MemoryMaker = ReturnType<typeof webAssembly>['Memory'];

/** Tells of each memory for delivery that is made; those of sweeps are shared. */
const telling =
  (made: (memory: object, pages: number) => void) =>
  (given: MemoryMaker): MemoryMaker =>
    class extends given {
      constructor(size: Size) {
        super(size);
        if (!size.shared) made(this, size.initial);
      }
    };

const refusing = (asked: () => void) => (): MemoryMaker =>
  class {
    readonly buffer = new ArrayBuffer(0);
    constructor() {
      asked();
      throw new RangeError('no room');
    }
  };

describe('the same life under another kernel', () => {
  const steps = fc.array(
    fc.record({
      count: fc.integer({ min: 1, max: 12 }),
      tolerance: fc.constantFrom(1e-2, 1e-4, 1e-6, 1e-9),
      budget: fc.constantFrom(undefined, undefined, 5, 40),
      saved: fc.constantFrom('no', 'no', 'here', 'across'),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('leaves the same bits, whatever the events and the policy', () => {
    fc.assert(
      fc.property(cases(), steps, ({ initial, events }, life) => {
        const make = () => new TrustEngine({ policy: initial as PolicyInput });
        let [plain, fast] = [under('js', make), under('wasm', make)];
        for (let at = 0, step = 0; at < events.length; step++) {
          const { count, tolerance, budget, saved } = life[step % life.length]!;
          const batch = events.slice(at, at + count) as EventInput[];
          at += count;
          const act = (engine: TrustEngine) => () => {
            engine.apply(batch);
            return engine.settle({ tolerance, ...(budget !== undefined && { budget }) });
          };
          expect(under('wasm', act(fast))).toEqual(under('js', act(plain)));
          expect(state(fast)).toEqual(state(plain));
          if (saved === 'no') continue;
          const [one, other] = [plain.snapshot(), fast.snapshot()];
          plain = under('js', () => TrustEngine.restore(saved === 'here' ? one : other));
          fast = under('wasm', () => TrustEngine.restore(saved === 'here' ? other : one));
        }
        expect([...under('wasm', () => fast.scores())]).toEqual([...under('js', () => plain.scores())]);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
  });

  it.each<[string, PolicyInput, boolean]>([
    ['classic', {}, false],
    ['with a reserve, a balance and objections', { balance: 0.5, reserve: 2 }, true],
    ['under a cap', { damping: 0.5, balance: 0.2, cap: 4 }, true],
  ])('leaves the same bits in a large community that grows: %s', (_, policy, signed) => {
    const made: number[] = [];
    const events: EventInput[] = [];
    draw({ kind: 'rmat', scale: 12, edgeFactor: 8, seed: 3 }, (source, target) => {
      const type = signed && events.length % 13 === 0 ? 'object' : 'endorse';
      events.push({ type, source: `m${source}`, target: `m${target}`, id: `e${events.length}` });
    });
    const live = (kernel: string) =>
      under(kernel, () => {
        const engine = new TrustEngine({ policy });
        const told: unknown[] = [];
        engine.apply(events.slice(0, 14_000));
        for (let at = 14_000; at < events.length; at += 600) {
          engine.apply(events.slice(at, at + 600));
          for (let k = at; k < at + 40; k++) engine.apply({ type: 'retract', of: `e${k - 9_000}` });
          engine.apply({ type: 'endorse', source: 'm1', target: `newcomer ${at}`, weight: 3 });
          told.push(engine.settle({ tolerance: 1e-3, budget: 3_000 }), engine.settle({ tolerance: 1e-4 }));
        }
        return [told, state(engine), engine.settle({ tolerance: 1e-9 }), state(engine)];
      });
    const count = telling((_, pages) => made.push(pages));
    const plain = withMemory(count, () => live('js'));
    expect(made).toEqual([]);
    expect(withMemory(count, () => live(''))).toEqual(plain);
    // Chosen by size, and outgrown more than once.
    expect(made.length).toBeGreaterThan(2);
    expect(made).toEqual(made.toSorted((a, b) => a - b));
  });
});

describe('a memory for delivery', () => {
  const community = (pairs: number, name = 'm') => {
    const engine = new TrustEngine();
    const events: EventInput[] = [];
    for (let k = 0; k < pairs; k++) {
      const [u, v] = [k % 1_000, (k % 1_000) + 1 + Math.floor(k / 1_000)];
      events.push({ type: 'endorse', source: `${name}${u}`, target: `${name}${v % 1_100}` });
    }
    engine.apply(events);
    engine.settle({ tolerance: 1e-3 });
    return engine;
  };

  it('is not made for a small community', () => {
    const made: object[] = [];
    const engine = withMemory(
      telling((memory) => made.push(memory)),
      () => community(5_000),
    );
    expect(engine.size).toBe(5_000);
    expect(made).toEqual([]);
  });

  it('goes with its engine', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const made: WeakRef<object>[] = [];
    withMemory(
      telling((memory) => made.push(new WeakRef(memory))),
      () => {
        for (let k = 0; k < 10; k++) community(17_000);
      },
    );
    expect(made.length).toBeGreaterThanOrEqual(10);
    // A reference that was just followed, or made, holds until the turn is over.
    await new Promise((resolve) => setTimeout(resolve));
    collect();
    // The last engine may still stand in a register somewhere.
    expect(made.filter((memory) => memory.deref() !== undefined).length).toBeLessThan(3);
  });

  it('that can not be had is done without', () => {
    const later = (engine: TrustEngine) => {
      engine.apply({ type: 'endorse', source: 'm1', target: 'm1099' });
      return [engine.settle({ tolerance: 1e-9 }), state(engine)];
    };
    const plain = under('js', () => later(community(20_000)));
    const asked = vi.fn();
    const without = () => under('', () => later(community(20_000)));
    expect(withMemory(refusing(asked), without)).toEqual(plain);
    expect(asked).toHaveBeenCalled();
  });

  it('that was asked for and can not be had is a refusal by name', () => {
    const ask = () =>
      withMemory(
        refusing(() => {}),
        () => under('wasm', () => community(10)),
      );
    expect(ask).toThrow(expect.objectContaining({ code: 'bad-option', field: 'PEERAGE_KERNEL' }));
  });
});
