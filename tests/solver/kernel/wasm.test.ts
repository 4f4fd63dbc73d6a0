/** Memories of kernels: as large as they have to be, and the same one again where it suits. */
import { describe, expect, it, vi } from 'vitest';
import {
  bytesOf,
  engine,
  giveBack,
  memoryOf,
  wasmKernel,
  wasmMemory,
  wasmModule,
} from '../../../src/solver/kernel/wasm.ts';

const PAGE = 65_536;

describe('a memory', () => {
  it('is of whole pages, one at the least, all zero; and shared where it is to be', () => {
    for (const [bytes, pages] of [
      [0, 1],
      [1, 1],
      [PAGE, 1],
      [PAGE + 1, 2],
      [3 * PAGE, 3],
    ] as const)
      expect(memoryOf(bytes).buffer.byteLength).toBe(pages * PAGE);
    expect(memoryOf(1).buffer).toBeInstanceOf(ArrayBuffer);
    expect(memoryOf(1, true).buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(wasmMemory(1).buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(() => memoryOf(PAGE * PAGE + 1)).toThrow(`${PAGE * PAGE + 1} bytes are more than it can address`);
  });

  it('that was given back serves the next, once, if it is large enough and not much too large', () => {
    const used = wasmMemory(4 * PAGE);
    new Uint8Array(used.buffer).fill(7);
    giveBack(used);
    // One byte more than it has; and a quarter of it less one.
    expect(wasmMemory(4 * PAGE + 1)).not.toBe(used);
    expect(wasmMemory(PAGE - 1)).not.toBe(used);
    const again = wasmMemory(PAGE);
    expect(again).toBe(used);
    const bytes = new Uint8Array(again.buffer);
    expect(bytes.subarray(0, PAGE).some((byte) => byte !== 0)).toBe(false);
    expect(wasmMemory(PAGE)).not.toBe(used);
    giveBack(used);
    expect(wasmMemory(4 * PAGE)).toBe(used);
  });
});

describe('kernels', () => {
  it('are compiled once, and stand once in each memory', () => {
    expect(wasmModule()).toBe(wasmModule());
    const memory = memoryOf(1, true);
    const kernel = wasmKernel(memory);
    expect(kernel.name).toBe('wasm');
    expect(kernel.run).toBeTypeOf('function');
    expect(wasmKernel(memory)).toBe(kernel);
    expect(wasmKernel(memoryOf(1, true))).not.toBe(kernel);
  });

  it('are read from base64', () => {
    expect([...bytesOf('AAH/gA==')]).toEqual([0, 1, 255, 128]);
  });

  it('are not to be had where the engine has no WebAssembly, which is said', () => {
    vi.stubGlobal('WebAssembly', undefined);
    try {
      expect(() => engine()).toThrow(new TypeError('this engine has no WebAssembly'));
    } finally {
      vi.unstubAllGlobals();
    }
    expect(engine()).toBe((globalThis as { WebAssembly?: unknown }).WebAssembly);
  });
});
