/**
 * The kernels in WebAssembly, over a shared memory so that workers may join in. Compiled once a process;
 * a memory lives as long as its solve, and serves the next one if that comes
 * before it is collected. Throws whatever the engine throws where it has no WebAssembly, no threads or no
 * room: choose.ts and fast.ts decide what follows.
 */
import { BYTES } from './bytes.ts';
import type { Kernel } from './plain.ts';

/** What is used of the engine: the types of Node have it not, and those of browsers bring much else. */
interface Engine {
  Memory: new (size: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  Module: new (bytes: Uint8Array) => CompiledModule;
  Instance: new (module: CompiledModule, imports: { env: { memory: WasmMemory } }) => { exports: object };
}

export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

/** One that workers may read and write too. */
export type SharedMemory = WasmMemory;

/** Opaque; workers take it as it is. */
export type CompiledModule = object;

const PAGE = 65_536;
const MOST_PAGES = 65_536;

let compiled: CompiledModule | undefined;

export function wasmModule(): CompiledModule {
  compiled ??= new (engine().Module)(bytesOf(BYTES));
  return compiled;
}

/** What stands in base64. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** A memory that a solve is done with: engines that settle often would else leave one behind each time. */
let spare: WeakRef<SharedMemory> | undefined;
const kernels = new WeakMap<SharedMemory, Kernel>();
/** A memory so many times larger than needed is left to whoever needs it. */
const LOOSE = 4;

/** A memory of at least so many bytes that starts with zeros. */
export function wasmMemory(bytes: number): SharedMemory {
  const kept = spare?.deref();
  if (kept !== undefined && kept.buffer.byteLength >= bytes && kept.buffer.byteLength <= LOOSE * bytes) {
    spare = undefined;
    new Uint8Array(kept.buffer, 0, bytes).fill(0);
    return kept;
  }
  return memoryOf(bytes, true);
}

/** A new memory of at least so many bytes, all zero. */
export function memoryOf(bytes: number, shared = false): WasmMemory {
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  if (pages > MOST_PAGES) throw new RangeError(`${bytes} bytes are more than it can address`);
  return new (engine().Memory)({ initial: pages, maximum: pages, shared });
}

/** Takes a memory back that nobody reads or writes any more, workers least of all. */
export function giveBack(memory: SharedMemory): void {
  spare = new WeakRef(memory);
}

export function wasmKernel(memory: SharedMemory): Kernel {
  let kernel = kernels.get(memory);
  if (kernel === undefined) {
    const { exports } = new (engine().Instance)(wasmModule(), { env: { memory } });
    kernel = { name: 'wasm', run: (exports as Pick<Kernel, 'run'>).run };
    kernels.set(memory, kernel);
  }
  return kernel;
}

export function engine(): Engine {
  const { WebAssembly: found } = globalThis as unknown as { WebAssembly?: Engine };
  if (found === undefined) throw new TypeError('this engine has no WebAssembly');
  return found;
}
