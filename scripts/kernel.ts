/**
 * Compiles the AssemblyScript kernels and writes each as base64 into a bytes.ts beside its folder, which is
 * committed so that every way of running the sources finds it; a test compiles again and compares. Run as a
 * program it writes the files, which is how the build begins.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

interface Kernel {
  readonly folder: URL;
  /** The source, from the folder. */
  readonly entry: string;
  readonly memory: readonly string[];
}

/** Over one memory that workers share, as large as the graph. */
export const SOLVER: Kernel = {
  folder: new URL('../src/solver/kernel/', import.meta.url),
  entry: 'assembly/kernel.ts',
  memory: ['--enable', 'threads,simd', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
};

/** Over a memory of its own. */
export const SCANNER: Kernel = {
  folder: new URL('../src/formats/scan/', import.meta.url),
  entry: 'assembly/scan.ts',
  memory: ['--enable', 'simd,bulk-memory', '--initialMemory', '1'],
};

const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory'];

/** The text of bytes.ts as the sources make it. */
export async function compile({ folder, entry, memory }: Kernel = SOLVER): Promise<string> {
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
  if (error !== null || bytes === undefined) throw new Error(`the kernels do not compile:\n${stderr}`);
  const text = Buffer.from(bytes).toString('base64');
  return [
    `/** Written by scripts/kernel.ts from ${entry}: WebAssembly in base64. */`,
    `export const BYTES =\n  '${text}';\n`,
  ].join('\n');
}

/** Where the text belongs. */
export function written({ folder }: Kernel): string {
  return fileURLToPath(new URL('bytes.ts', folder));
}
export const WRITTEN = written(SOLVER);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const kernel of [SOLVER, SCANNER]) {
    const text = await compile(kernel);
    // A file that does not change keeps its date, so that nothing is built again for it.
    if (text !== readFileSync(written(kernel), 'utf8')) writeFileSync(written(kernel), text);
  }
}
