/**
 * Lays a system out in a memory and chooses the kernels to run over it: WebAssembly where it is to be had
 * and the graph is large enough to pay for it, else plain TypeScript. Both give the same bits, so the
 * choice is one of time alone. PEERAGE_KERNEL=js or wasm makes it by hand.
 */
import { PeerageError, quote } from '../../error.ts';
import type { System } from '../../graph/columns.ts';
import type { Room, RoomSize } from '../../graph/room.ts';
import { anywhere } from '../../graph/room.ts';
import type { Constants } from '../equations.ts';
import type { Arrangement } from './arrange.ts';
import type { Crew } from './crew.ts';
import { Frame } from './frame.ts';
import { Home, homeBytes, homeOf } from './home.ts';
import type { Kernel } from './plain.ts';
import { plainKernel } from './plain.ts';
import { FastSorter } from './sorting.ts';
import type { SharedMemory } from './wasm.ts';
import { memoryOf, wasmKernel, wasmMemory, wasmModule } from './wasm.ts';

export type KernelName = 'js' | 'wasm';

/** A frame, and the kernels over it. */
export interface Ground {
  readonly frame: Frame;
  readonly kernel: Kernel;
  /** What workers need to join in; null where they can not. */
  readonly memory: SharedMemory | null;
  /** Whether the frame stays what it is, because the memory is that of the columns. */
  readonly lasting: boolean;
}

/** Edges below which plain kernels are done before WebAssembly is ready. */
export const WASM_FROM = 16_384;
/** Statements below which columns are copied in less time than a memory of their own takes. */
const HOME_FROM = 262_144;

/** Where columns are best made that are to be solved: in the memory of the kernels, if that can be had. */
export function roomFor(size: RoomSize, crew?: Crew): Room {
  if (size.statements < HOME_FROM || globalThis.process?.env?.PEERAGE_KERNEL === 'js') return anywhere;
  try {
    wasmModule();
    const memory = memoryOf(homeBytes(size), true);
    const home = new Home(memory);
    home.sorter = new FastSorter(home, memory, crew ?? null);
    return home;
  } catch {
    return anywhere;
  }
}

/**
 * @throws PeerageError `bad-option` where PEERAGE_KERNEL is neither js nor wasm, or WebAssembly was asked
 * for and is not to be had; `too-large` where there is no memory for the graph.
 */
export function ground(
  system: System,
  fixed: Constants,
  arrangement: Arrangement,
  wanted: KernelName | undefined = named(),
): Ground {
  if (wanted === 'wasm' || (wanted === undefined && system.edges >= WASM_FROM)) {
    const { rows, components } = arrangement;
    const home = rows === null && components === null ? homeOf(system) : undefined;
    try {
      if (home?.enter()) {
        const frame = new Frame(system, fixed, arrangement, home);
        return { frame, kernel: wasmKernel(home.memory), memory: home.memory, lasting: true };
      }
      let memory: SharedMemory | undefined;
      wasmModule();
      const frame = new Frame(system, fixed, arrangement, (bytes) => {
        memory = wasmMemory(bytes);
        return memory.buffer;
      });
      return { frame, kernel: wasmKernel(memory!), memory: memory!, lasting: false };
    } catch (error) {
      if (wanted === 'wasm') {
        throw new PeerageError(
          'bad-option',
          `no WebAssembly kernels can be had here (${error}); expected js`,
          {
            field: 'PEERAGE_KERNEL',
            value: wanted,
          },
        );
      }
    }
  }
  const frame = new Frame(system, fixed, arrangement, (bytes) => {
    try {
      return new ArrayBuffer(Math.ceil(bytes / 8) * 8);
    } catch {
      throw new PeerageError('too-large', `the graph needs ${bytes} bytes of memory, which can not be had`);
    }
  });
  return { frame, kernel: plainKernel(frame), memory: null, lasting: false };
}

/** What the environment asks for, where there is one. */
export function named(): KernelName | undefined {
  const value = globalThis.process?.env?.PEERAGE_KERNEL;
  if (value === undefined || value === '') return undefined;
  if (value === 'js' || value === 'wasm') return value;
  throw new PeerageError('bad-option', `${quote(value)} is no kernel; expected js or wasm`, {
    field: 'PEERAGE_KERNEL',
    value,
  });
}
