/**
 * Bundles the worker that reads pieces of files and writes it as a text into src/formats/embedded.ts, which is
 * committed so that every way of running the sources finds it; a test bundles again and compares. Run as a
 * program it writes the file: `npm run embed`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/** Where the text belongs. */
export const WRITTEN = fileURLToPath(new URL('../src/formats/embedded.ts', import.meta.url));

/** The text of embedded.ts as the sources make it. */
export async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-embed-'));
  try {
    await build({
      config: false,
      silent: true,
      entry: [fileURLToPath(new URL('../src/formats/piece-worker.ts', import.meta.url))],
      outDir: folder,
      format: 'cjs',
      target: 'node20',
      minify: true,
    });
    return written(readFileSync(join(folder, 'piece-worker.cjs')).toString('base64'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function written(text: string): string {
  return [
    '/** Written by scripts/embed.ts from piece-worker.ts: the source of a worker in base64. */',
    `export const WORKER =\n  '${text}';\n`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(WRITTEN, await bundle());
