/**
 * Kernels are chosen for their speed alone: whichever of them solves, on however many workers, the answer
 * is the same bits. The plain TypeScript kernels are the oracle of those in WebAssembly; what both should
 * find is for conformance.ts to say.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { KernelName } from '../../src/solver/kernel/choose.ts';
import type { Solution, SweepOptions } from '../../src/solver/sweep.ts';
import { sweep } from '../../src/solver/sweep.ts';
import { cases } from '../witness/arbitraries.ts';
import { replay } from '../witness/record.ts';
import { dependencySystem } from './large.ts';
import { columnsOf } from './problem.ts';

afterEach(() => vi.unstubAllEnvs());

/** All that a solution says, the bits of numbers included. */
function bits({ state, ...rest }: Solution) {
  return {
    ...rest,
    x: hex(state.x),
    z: hex(state.z),
    f: hex(state.f),
    excess: hex(Float64Array.of(state.excess)),
  };
}

function hex(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
}

describe('kernels in WebAssembly', () => {
  it('give the bits of the plain ones on any graph and under any policy', () => {
    const problems = cases().map(replay);
    const tolerances = fc.constantFrom(1e-2, 1e-6, 1e-9, 1e-15);
    fc.assert(
      fc.property(problems, tolerances, (problem, tolerance) => {
        const columns = columnsOf(problem);
        const solve = (kernel: KernelName) => bits(sweep(columns, problem.policy, { tolerance, kernel }));
        expect(solve('wasm')).toEqual(solve('js'));
      }),
      { numRuns: 300, interruptAfterTimeLimit: 20_000 },
    );
  });
});

describe('components', () => {
  it('are solved one after another where edges lie between them, in few visits and the same bits', () => {
    const system = dependencySystem(20_000);
    const policy = { damping: 0.85, balance: 1, cap: null, objectionWeight: 1 };
    const answer = sweep(system, policy, { tolerance: 1e-9, kernel: 'js' });
    expect(answer.bound).toBeLessThanOrEqual(1e-9);
    expect(answer.edgeVisits / system.edges).toBeLessThanOrEqual(8);
    expect(bits(sweep(system, policy, { tolerance: 1e-9, kernel: 'wasm' }))).toEqual(bits(answer));
    const closer = sweep(system, policy, { tolerance: 1e-13, kernel: 'wasm' });
    const apart = answer.state.x.reduce((sum, x, v) => sum + Math.abs(x - closer.state.x[v]!), 0);
    expect(apart / system.order).toBeLessThanOrEqual(1e-9);
  });
});

describe('PEERAGE_KERNEL', () => {
  const problem = replay({
    initial: {},
    events: [{ type: 'endorse', source: 'a', target: 'b', weight: 1 }],
  });
  const solve = (options: Partial<SweepOptions> = {}) =>
    bits(sweep(columnsOf(problem), problem.policy, { tolerance: 1e-9, ...options }));

  it('chooses between js and wasm, and says nothing when it is empty', () => {
    const answer = solve();
    for (const name of ['js', 'wasm', '']) {
      vi.stubEnv('PEERAGE_KERNEL', name);
      expect(solve()).toEqual(answer);
    }
  });

  it('is refused when it names no kernel', () => {
    vi.stubEnv('PEERAGE_KERNEL', 'WASM');
    expect(() => solve()).toThrow(
      expect.objectContaining({
        name: 'PeerageError',
        code: 'bad-option',
        field: 'PEERAGE_KERNEL',
        value: 'WASM',
      }),
    );
    expect(() => solve()).toThrow('PEERAGE_KERNEL: "WASM" is no kernel; expected js or wasm');
  });

  it('js needs no WebAssembly, wasm is refused without it, and nothing at all falls back', () => {
    const answer = solve();
    vi.stubGlobal('WebAssembly', undefined);
    try {
      expect(solve({ kernel: 'js' })).toEqual(answer);
      expect(solve()).toEqual(answer);
      vi.stubEnv('PEERAGE_KERNEL', 'wasm');
      expect(() => solve()).toThrow(expect.objectContaining({ code: 'bad-option', value: 'wasm' }));
    } finally {
      vi.unstubAllGlobals();
      vi.unstubAllEnvs();
    }
  });
});
