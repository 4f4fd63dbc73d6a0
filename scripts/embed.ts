/**
 * Bundles the workers that read pieces of files, write ledgers and settle, each as a text into a file beside it, which is
 * committed so that every way of running the sources finds it; tests bundle again and compare. Run as a
 * program it writes the files: `npm run embed`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/** A worker, and where its text belongs. */
export interface Embedded {
  readonly source: string;
  readonly written: string;
}

export const READER: Embedded = {
  source: fileURLToPath(new URL('../src/formats/piece-worker.ts', import.meta.url)),
  written: fileURLToPath(new URL('../src/formats/embedded.ts', import.meta.url)),
};
export const WRITER: Embedded = {
  source: fileURLToPath(new URL('../src/ledger/sqlite/worker.ts', import.meta.url)),
  written: fileURLToPath(new URL('../src/ledger/sqlite/embedded.ts', import.meta.url)),
};
export const SETTLER: Embedded = {
  source: fileURLToPath(new URL('../src/settler/worker.ts', import.meta.url)),
  written: fileURLToPath(new URL('../src/settler/embedded.ts', import.meta.url)),
};

/** The text of embedded.ts as the sources make it. */
export async function bundle({ source }: Embedded): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-embed-'));
  try {
    await build({
      config: false,
      silent: true,
      entry: [source],
      outDir: folder,
      format: 'cjs',
      target: 'node20',
      minify: true,
    });
    const name = basename(source, '.ts');
    return written(name, readFileSync(join(folder, `${name}.cjs`)).toString('base64'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function written(name: string, text: string): string {
  return [
    `/** Written by scripts/embed.ts from ${name}.ts: the source of a worker in base64. */`,
    `export const WORKER =\n  '${text}';\n`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const embedded of [READER, WRITER, SETTLER]) writeFileSync(embedded.written, await bundle(embedded));
}
