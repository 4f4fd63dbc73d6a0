/**
 * Compiles the AssemblyScript kernels and writes each as base64 into the bytes.ts of its folder, which is
 * committed so that every way of running the sources finds it; a test compiles again and compares. Run as a
 * program it writes the files, which is how the build begins.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

interface Kernel {
  /** What its bytes are called. */
  readonly name: string;
  /** The source, from the folder. */
  readonly entry: string;
  readonly memory: readonly string[];
}

interface Kernels {
  readonly folder: URL;
  readonly kernels: readonly Kernel[];
}

const SHARED = '--enable threads,simd --sharedMemory --initialMemory 1 --maximumMemory 65536'.split(' ');

/** The memory of sweeps is shared with workers, as large as the graph; that of a pool is its own. */
export const SOLVER: Kernels = {
  folder: new URL('../src/solver/kernel/', import.meta.url),
  kernels: [
    { name: 'BYTES', entry: 'assembly/kernel.ts', memory: SHARED },
    { name: 'PUSH_BYTES', entry: 'assembly/push.ts', memory: [] },
    { name: 'SORT_BYTES', entry: 'assembly/sort.ts', memory: SHARED },
  ],
};

/** Over a memory of its own. */
export const SCANNER: Kernels = {
  folder: new URL('../src/formats/scan/', import.meta.url),
  kernels: [
    {
      name: 'BYTES',
      entry: 'assembly/scan.ts',
      memory: ['--enable', 'simd,bulk-memory', '--initialMemory', '1'],
    },
  ],
};

const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory'];

/** The text of bytes.ts as the sources of a folder make it. */
export async function compile({ folder, kernels }: Kernels): Promise<string> {
  const entries = kernels.map(({ entry }) => entry).join(' and ');
  const parts = [`/** Written by scripts/kernel.ts from ${entries}: WebAssembly in base64. */`];
  for (const { name, entry, memory } of kernels) {
    parts.push(`export const ${name} =\n  '${await base64(folder, entry, memory)}';\n`);
  }
  return parts.join('\n');
}

async function base64(folder: URL, entry: string, memory: readonly string[]): Promise<string> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main([entry, ...OPTIONS, ...memory, '--outFile', 'kernel.wasm'], {
    readFile: (name: string) => {
      try {
        return readFileSync(new URL(name, folder), 'utf8');
      } catch {
        return null;
      }
    },
    writeFile: (_: string, contents: Uint8Array | string) => {
      if (typeof contents !== 'string') bytes = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === undefined) throw new Error(`${entry} does not compile:\n${stderr}`);
  return Buffer.from(bytes).toString('base64');
}

/** Where the text belongs. */
export function written({ folder }: Kernels): string {
  return fileURLToPath(new URL('bytes.ts', folder));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const kernels of [SOLVER, SCANNER]) {
    const text = await compile(kernels);
    // A file that does not change keeps its date, so that nothing is built again for it.
    if (text !== readFileSync(written(kernels), 'utf8')) writeFileSync(written(kernels), text);
  }
}
