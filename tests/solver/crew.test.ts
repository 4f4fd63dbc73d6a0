/**
 * Workers change the time of a solve and nothing else: any number of them, however late, gives the same
 * bits, and one that breaks off, hangs or is never had costs no answer. The graphs are large enough to be
 * cut into blocks, which those of the other suites are not.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hashOf } from '../../scripts/bits.ts';
import type { System } from '../../src/graph/columns.ts';
import type { Parameters } from '../../src/solver/equations.ts';
import type { KernelName } from '../../src/solver/kernel/choose.ts';
import { Crew } from '../../src/solver/kernel/crew.ts';
import { sweep } from '../../src/solver/sweep.ts';
import type { Look } from './large.ts';
import { largeSystem } from './large.ts';

afterEach(() => vi.restoreAllMocks());

const classic = { damping: 0.85, balance: 1, cap: null, objectionWeight: 1 };
const resilient = { damping: 0.5, balance: 0.2, cap: 8, objectionWeight: 1 };
const plain = largeSystem({ weighted: false, signed: false, credentials: false });

function solve(system: System, policy: Parameters, kernel: KernelName, crew?: Crew): string {
  const solution = sweep(system, policy, { tolerance: 1e-9, kernel, ...(crew && { crew }) });
  expect(solution.bound).toBeLessThanOrEqual(1e-9);
  return hashOf(solution);
}

/** Solves again and again, until the crew has been there in time. */
function solveWith(crew: Crew, seen: () => boolean, system = plain, policy: Parameters = classic): string[] {
  const hashes: string[] = [];
  while (!seen() && hashes.length < 200) hashes.push(solve(system, policy, 'wasm', crew));
  crew.dismiss();
  expect(seen()).toBe(true);
  return [...new Set(hashes)];
}

describe('workers', () => {
  const subjects: [string, Look, Parameters][] = [
    ['endorsements alone, classic', { weighted: false, signed: false, credentials: false }, classic],
    ['weights and credentials, classic', { weighted: true, signed: false, credentials: true }, classic],
    ['objections, classic', { weighted: false, signed: true, credentials: false }, classic],
    ['all of it, resilient', { weighted: true, signed: true, credentials: true }, resilient],
    ['endorsements alone, resilient', { weighted: false, signed: false, credentials: false }, resilient],
  ];
  it.each(subjects)('give the same bits, however many: %s', (_, look, policy) => {
    const system = largeSystem(look);
    const expected = solve(system, policy, 'js');
    expect(solve(system, policy, 'wasm')).toBe(expected);
    for (const workers of [2, 3, 7]) {
      const crew = new Crew(workers - 1);
      expect([workers, ...solveWith(crew, () => crew.taken > 0, system, policy)]).toEqual([
        workers,
        expected,
      ]);
    }
  });

  it.each([
    ['throws', 'throw 0;'],
    ['ends', 'process.exit();'],
    ['never comes back', 'for (;;) {}'],
    [
      'ends half way',
      'run(control[2], words[cuts + block], (words[cuts + block] + words[cuts + block + 1]) >> 1, block); process.exit();',
    ],
  ])('one that %s in the midst of a solve costs time and no bit of the answer', (_, trouble) => {
    const crew = new Crew(1, trouble);
    expect(solveWith(crew, () => crew.deserted)).toEqual([solve(plain, classic, 'js')]);
  });

  it.each([
    [
      'are refused',
      () => {
        throw new Error('no threads left');
      },
    ],
    ['never start', () => ({ on() {}, unref() {}, postMessage() {}, terminate() {} })],
  ])('that %s are done without', (_, Worker) => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ Worker } as never);
    const crew = new Crew(2);
    expect(solve(plain, classic, 'wasm', crew)).toBe(solve(plain, classic, 'js'));
    expect(crew.taken).toBe(0);
    crew.dismiss();
  });

  it('are done without where memory can not be shared', () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    interface Engine {
      Memory: new (size: object) => object;
      Module: unknown;
    }
    const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: Engine };
    const refusing = class extends engine.Memory {
      constructor(size: { shared?: boolean }) {
        if (size.shared) throw new TypeError('no shared memory');
        super(size);
      }
    };
    vi.stubGlobal('WebAssembly', { Module: engine.Module, Memory: refusing });
    try {
      const crew = new Crew(1);
      const solution = sweep(plain, classic, { tolerance: 1e-9, crew });
      crew.dismiss();
      expect(crew.taken).toBe(0);
      expect(hashOf(solution)).toBe(solve(plain, classic, 'js'));
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('keep no process alive', () => {
    const crew = fileURLToPath(new URL('../../src/solver/kernel/crew.ts', import.meta.url));
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const { status, signal } = spawnSync(
      process.execPath,
      ['--import', tsx, '-e', `import(${JSON.stringify(crew)}).then(({ Crew }) => new Crew(3))`],
      { timeout: 20_000 },
    );
    expect([status, signal]).toEqual([0, null]);
  });
});
