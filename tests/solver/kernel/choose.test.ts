/** Which kernels run where: by the size of the graph, by what is asked for, and by what can be had. */
import { describe, expect, it, vi } from 'vitest';
import { anywhere } from '../../../src/graph/room.ts';
import { constants } from '../../../src/solver/equations.ts';
import { arrange } from '../../../src/solver/kernel/arrange.ts';
import { ground, named, roomFor, WASM_FROM } from '../../../src/solver/kernel/choose.ts';
import { Home, homeBytes } from '../../../src/solver/kernel/home.ts';
import { FastSorter } from '../../../src/solver/kernel/sorting.ts';
import { said } from '../../insight/community.ts';
import { replay } from '../../witness/record.ts';
import { columnsOf } from '../problem.ts';

const record = replay({ initial: {}, events: said('a>b', 'b>a', 'b>c') as never });
const system = columnsOf(record);
const fixed = constants(record.policy, system);
const arrangement = arrange(system, false);
const size = { order: 100, statements: 262_144, weighted: false };

/** With other globals, or another environment, for as long as it takes. */
function within<T>(stub: () => void, run: () => T): T {
  stub();
  try {
    return run();
  } finally {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  }
}
const without = () => void vi.stubGlobal('WebAssembly', undefined);
const env = (value: string) => () => void vi.stubEnv('PEERAGE_KERNEL', value);
const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    const { code, field, value, message } = error as { [name: string]: unknown };
    return { code, field, value, message };
  }
  return null;
};

describe('the ground', () => {
  it('is plain for small graphs, and WebAssembly from 16,384 edges on, unless one is asked for', () => {
    const chosen = (edges: number, wanted?: 'js' | 'wasm') => {
      const { kernel, memory, lasting, frame } = ground({ ...system, edges }, fixed, arrangement, wanted);
      expect(memory === null).toBe(kernel.name === 'js');
      if (memory !== null) expect(memory.buffer).toBe(frame.buffer);
      expect(lasting).toBe(false);
      expect(frame.order).toBe(3);
      return kernel.name;
    };
    expect(WASM_FROM).toBe(16_384);
    expect([chosen(3), chosen(WASM_FROM - 1), chosen(WASM_FROM)]).toEqual(['js', 'js', 'wasm']);
    expect([chosen(3, 'wasm'), chosen(WASM_FROM, 'js')]).toEqual(['wasm', 'js']);
    expect(within(env('wasm'), () => chosen(3))).toBe('wasm');
    expect(within(env('js'), () => chosen(WASM_FROM))).toBe('js');
    expect(within(without, () => [chosen(3), chosen(WASM_FROM), chosen(3, 'js')])).toEqual([
      'js',
      'js',
      'js',
    ]);
  });

  it('is refused by name where WebAssembly was asked for and is not to be had', () => {
    const told = within(without, () => refusal(() => ground(system, fixed, arrangement, 'wasm')));
    expect(told).toEqual({
      ...{ code: 'bad-option', field: 'PEERAGE_KERNEL', value: 'wasm' },
      message:
        'PEERAGE_KERNEL: no WebAssembly kernels can be had here (TypeError: this engine has no WebAssembly); expected js',
    });
  });

  it('is where the columns were made, once, and only as they stand there', () => {
    const memory = ground({ ...system, edges: WASM_FROM }, fixed, arrangement).memory!;
    const own = new Home(memory);
    const { starts, ends, sources, weights } = system.endorsements;
    const rows = {
      starts: own.whole(starts.length + 1).subarray(0, starts.length),
      ends: own.whole(ends.length),
      sources: own.whole(sources.length),
      weights: weights === null ? null : own.real(sources.length),
    };
    rows.starts.set(starts);
    rows.ends.set(ends);
    rows.sources.set(sources);
    if (rows.weights !== null) rows.weights.set(weights as Float64Array);
    const there = { ...system, edges: WASM_FROM, endorsements: rows };
    const plain = { ...arrangement, rows: null, components: null };
    // Arranged otherwise, or by components, they have to be copied.
    const moved = { ...plain, rows: Uint32Array.of(0, 1, 2) };
    expect(ground(there, fixed, moved).lasting).toBe(false);
    expect(ground(there, fixed, { ...plain, components: Uint32Array.of(0, 2) }).lasting).toBe(false);
    const first = ground(there, fixed, plain);
    expect([first.lasting, first.memory, first.kernel.name]).toEqual([true, memory, 'wasm']);
    expect(first.frame.endorsements.sources.byteOffset).toBe(rows.sources.byteOffset);
    expect(ground(there, fixed, plain).lasting).toBe(false);
  });
});

describe('room for columns', () => {
  it('is that of kernels where there is much to hold, and they can be had', () => {
    const room = roomFor(size) as Home;
    expect(room).toBeInstanceOf(Home);
    expect(room.buffer.byteLength).toBeGreaterThanOrEqual(homeBytes(size));
    expect(room.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(room.sorter).toBeInstanceOf(FastSorter);
    expect(roomFor({ ...size, statements: size.statements - 1 })).toBe(anywhere);
    expect(within(env('js'), () => roomFor(size))).toBe(anywhere);
    expect(within(env('wasm'), () => roomFor(size))).toBeInstanceOf(Home);
    expect(within(without, () => roomFor(size))).toBe(anywhere);
    expect(
      within(
        () => void vi.stubGlobal('process', undefined),
        () => roomFor(size),
      ),
    ).toBeInstanceOf(Home);
  });
});

describe('the name of kernels', () => {
  it('is js, wasm or none', () => {
    expect(['js', 'wasm', ''].map((value) => within(env(value), named))).toEqual(['js', 'wasm', undefined]);
    expect(within(() => void vi.stubGlobal('process', undefined), named)).toBeUndefined();
    expect(within(() => void vi.stubGlobal('process', {}), named)).toBeUndefined();
    expect(within(env('JS'), () => refusal(named))).toEqual({
      ...{ code: 'bad-option', field: 'PEERAGE_KERNEL', value: 'JS' },
      message: 'PEERAGE_KERNEL: "JS" is no kernel; expected js or wasm',
    });
  });
});
