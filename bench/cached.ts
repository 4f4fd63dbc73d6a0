/**
 * Graph files for the benches, in a folder of the operating system's temporary one: drawn on first use,
 * kept under a name that holds every parameter and the generator's version. The writer streams, and the
 * file appears under its name only when it is whole.
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, draw, GENERATOR_VERSION, type GraphSpec } from './rmat.ts';

const CHUNK = 1 << 20;
const LONGEST_LINE = 2 * 10 + 2;

/** A folder for what the benches write and may lose. */
export function cacheFolder(): string {
  const folder = join(tmpdir(), 'peerage-bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The path of the graph's text file, one `source target` a line under a `#` header. */
export function graphFile(spec: GraphSpec): string {
  const { kind, scale, edgeFactor, seed } = spec;
  const name = `${kind}-${scale}-factor${edgeFactor}-seed${seed}-generator${GENERATOR_VERSION}.txt`;
  const path = join(cacheFolder(), name);
  if (existsSync(path)) return path;

  process.stderr.write(`drawing ${name} ... `);
  const started = performance.now();
  const partial = `${path}.${process.pid}.part`;
  try {
    writeGraph(spec, partial);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
  process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return path;
}

function writeGraph(spec: GraphSpec, path: string): void {
  const chunk = Buffer.allocUnsafe(CHUNK);
  const file = openSync(path, 'w');
  try {
    let end = chunk.write(`# ${describe(spec)}\n# source target\n`, 'latin1');
    const flush = () => {
      let from = 0;
      while (from < end) from += writeSync(file, chunk, from, end - from);
      end = 0;
    };
    draw(spec, (source, target) => {
      if (end > CHUNK - LONGEST_LINE) flush();
      end = digits(chunk, source, end);
      chunk[end++] = 32;
      end = digits(chunk, target, end);
      chunk[end++] = 10;
    });
    flush();
  } finally {
    closeSync(file);
  }
}

/** Writes a whole number in decimal; returns where it ends. */
function digits(chunk: Buffer, value: number, start: number): number {
  let length = 1;
  for (let bound = 10; value >= bound; bound *= 10) length++;
  let rest = value;
  for (let k = start + length - 1; k >= start; k--) {
    const tens = Math.floor(rest / 10);
    chunk[k] = 48 + rest - 10 * tens;
    rest = tens;
  }
  return start + length;
}
