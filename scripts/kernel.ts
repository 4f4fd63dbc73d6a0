/**
 * Compiles the AssemblyScript kernels and writes them as base64 into src/solver/kernel/bytes.ts, which is
 * committed so that every way of running the sources finds it; a test compiles again and compares. Run as a
 * program it writes the file, which is how the build begins.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = new URL('../src/solver/kernel/', import.meta.url);
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory'];
/** The memory of sweeps is shared with workers; that of a pool is its own. */
const SHARED = [
  '--enable',
  'threads,simd',
  '--sharedMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
];

/** The text of bytes.ts as the sources make it. */
export async function compile(): Promise<string> {
  return [
    '/** Written by scripts/kernel.ts from assembly/kernel.ts and assembly/push.ts: WebAssembly in base64. */',
    `export const BYTES =\n  '${await base64('assembly/kernel.ts', SHARED)}';\n`,
    `export const PUSH_BYTES =\n  '${await base64('assembly/push.ts', [])}';\n`,
  ].join('\n');
}

async function base64(source: string, options: string[]): Promise<string> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main([source, ...OPTIONS, ...options, '--outFile', 'kernel.wasm'], {
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
  if (error !== null || bytes === undefined) throw new Error(`${source} does not compile:\n${stderr}`);
  return Buffer.from(bytes).toString('base64');
}

/** Where the text belongs. */
export const WRITTEN = fileURLToPath(new URL('bytes.ts', folder));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await compile();
  // A file that does not change keeps its date, so that nothing is built again for it.
  if (text !== readFileSync(WRITTEN, 'utf8')) writeFileSync(WRITTEN, text);
}
