/** Delivery in WebAssembly: when it is ready, where all stands then, and that it does what the plain one does. */
import { describe, expect, it, vi } from 'vitest';
import { Digraph } from '../../../src/graph/digraph.ts';
import { Cells } from '../../../src/solver/cells.ts';
import { constants } from '../../../src/solver/equations.ts';
import { WASM_FROM } from '../../../src/solver/kernel/choose.ts';
import { FastDelivery } from '../../../src/solver/kernel/fast.ts';
import { CELL } from '../../../src/solver/kernel/places.ts';
import { Pool } from '../../../src/solver/pool.ts';
import { said } from '../../insight/community.ts';
import { replay } from '../../witness/record.ts';
import { columnsOf } from '../problem.ts';

const TEXTS = Array.from(
  { length: 60 },
  (_, k) => `m${k % 12}>m${(5 * k + Math.floor(k / 12) + 1) % 12}*${1 + (k % 3)}`,
)
  .filter((text) => !/^m(\d+)>m\1\*/.test(text))
  .concat('m1>e');

function asked<T>(kernel: string | undefined, run: () => T): T {
  if (kernel !== undefined) vi.stubEnv('PEERAGE_KERNEL', kernel);
  try {
    return run();
  } finally {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  }
}

function begun(kernel: string | undefined, more: readonly string[] = []) {
  const record = replay({ initial: {}, events: said(...TEXTS, ...more) as never });
  const columns = columnsOf(record);
  const graph = new Digraph(columns);
  const cells = new Cells(graph.order);
  const fast = asked(kernel, () => new FastDelivery(graph, cells));
  return { record, columns, graph, cells, fast };
}
const without = () => void vi.stubGlobal('WebAssembly', undefined);

describe('delivery in WebAssembly', () => {
  it('is ready for large graphs, and for others where it was asked for', () => {
    expect(begun(undefined).fast.ready()).toBe(false);
    expect(begun('js').fast.ready()).toBe(false);
    expect(begun('wasm').fast.ready()).toBe(true);
    for (const [kernel, edges, ready] of [
      [undefined, WASM_FROM - 1, false],
      [undefined, WASM_FROM, true],
      ['js', WASM_FROM, false],
    ] as const) {
      const { fast, graph } = begun(kernel);
      vi.spyOn(graph, 'edges', 'get').mockReturnValue(edges);
      expect(fast.ready()).toBe(ready);
    }
  });

  it('has all stand in one memory, and goes on there until something has moved out', () => {
    const { fast, graph, cells } = begun('wasm');
    cells.values[CELL] = 7;
    expect(fast.ready()).toBe(true);
    const { buffer } = cells;
    expect(graph.standsIn(buffer)).toBe(true);
    expect(cells.values[CELL]).toBe(7);
    // A quarter more, and sixteen.
    expect(cells.rows).toBe(Math.ceil(1.25 * 13) + 16);
    expect(fast.ready()).toBe(true);
    expect(cells.buffer).toBe(buffer);
    cells.reserve(cells.rows + 1);
    expect(cells.buffer).not.toBe(buffer);
    expect(fast.ready()).toBe(true);
    expect(cells.buffer).not.toBe(buffer);
    expect([graph.standsIn(cells.buffer), cells.values[CELL]]).toEqual([true, 7]);
    const second = cells.buffer;
    for (let u = 0; graph.standsIn(second); u++) graph.set(u % 12, graph.add(), false, 1);
    expect(fast.ready()).toBe(true);
    expect(cells.buffer).not.toBe(second);
    expect(graph.standsIn(cells.buffer)).toBe(true);
  });

  it('that can not be had is refused by name where it was asked for, and else not asked for again', () => {
    const { fast } = begun('wasm');
    const refused = () =>
      asked(undefined, () => {
        without();
        return fast.ready();
      });
    expect(refused).toThrow(
      expect.objectContaining({
        ...{ code: 'bad-option', field: 'PEERAGE_KERNEL', value: 'wasm' },
        message:
          'PEERAGE_KERNEL: no WebAssembly kernels can be had here (TypeError: this engine has no WebAssembly); expected js',
      }),
    );
    expect(fast.ready()).toBe(false);
    const large = begun(undefined);
    vi.spyOn(large.graph, 'edges', 'get').mockReturnValue(WASM_FROM);
    const had = asked(undefined, () => {
      without();
      return large.fast.ready();
    });
    expect([had, large.fast.ready()]).toEqual([false, false]);
  });

  it.each<[string, readonly string[]]>([
    ['endorsements', []],
    ['credentials', ['+m1*3', '+m4', '+e']],
    ['objections', ['m1!m2*2', 'm3!m7', '+m1*3', '+m4']],
  ])('leaves the bits that the plain one leaves: %s', (_, more) => {
    const lives = ['js', 'wasm'].map((kernel) => {
      const { record, columns, graph } = begun(kernel, more);
      const fixed = constants(record.policy, columns);
      const pool = asked(kernel, () => new Pool(graph, fixed));
      pool.rate = fixed.floor;
      const { order, demand, credentials } = columns;
      const plus = Float64Array.from({ length: order }, (_, v) => fixed.floor * (credentials?.[v] ?? 1));
      pool.adopt(new Float64Array(order), plus, new Float64Array(order), demand);
      const told: unknown[] = [];
      const tell = () => {
        const { pending, signed, voices, mass, excess, drift, worth, free } = pool;
        told.push([
          pending,
          signed,
          voices,
          mass,
          excess,
          drift,
          worth,
          free,
          ...pool.cells.slice(0, CELL * order),
        ]);
      };
      for (const budget of [1, 7, 40]) {
        told.push(pool.push(1e-6, budget, false));
        tell();
      }
      told.push(pool.deliverAll(credentials));
      tell();
      // One who comes later, and is heard of.
      const v = graph.add();
      pool.add(v, 1, 0);
      graph.set(2, v, false, 2);
      pool.resum();
      tell();
      told.push(pool.push(1e-9, 1000, true));
      tell();
      return told;
    });
    expect(lives[1]).toEqual(lives[0]);
  });
});
