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
const LONGEST_LINE = 2 * 20 + 2;

/** A folder for what the benches write and may lose. */
export function cacheFolder(): string {
  const folder = join(tmpdir(), 'peerage-bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The path of the graph's text file, one `source target` a line under a `#` header. */
export function graphFile(spec: GraphSpec): string {
  return cached(`${nameOf(spec)}.txt`, (path) => writeGraph(spec, path, DIGITS));
}

/** The same graph as a table with a header, commas, and ids of twenty bytes. */
export function namedFile(spec: GraphSpec): string {
  return cached(`${nameOf(spec)}-named.csv`, (path) => writeGraph(spec, path, NAMED));
}

function nameOf({ kind, scale, edgeFactor, seed }: GraphSpec): string {
  return `${kind}-${scale}-factor${edgeFactor}-seed${seed}-generator${GENERATOR_VERSION}`;
}

/** The path of a file of this name, which `write` makes if it is not there. */
function cached(name: string, write: (path: string) => void): string {
  const path = join(cacheFolder(), name);
  if (existsSync(path)) return path;

  process.stderr.write(`drawing ${name} ... `);
  const started = performance.now();
  const partial = `${path}.${process.pid}.part`;
  try {
    write(partial);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
  process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return path;
}

/** How a graph is written. */
interface Format {
  readonly head: (spec: GraphSpec) => string;
  readonly prefix: string;
  readonly delimiter: number;
}
const DIGITS: Format = {
  head: (spec) => `# ${describe(spec)}\n# source target\n`,
  prefix: '',
  delimiter: 32,
};
const NAMED: Format = { head: () => 'source,target\n', prefix: 'contributor-', delimiter: 44 };
/** Digits of a number in a name, so that every name has twenty bytes. */
const NAME_BASE = 10_000_000;

function writeGraph(spec: GraphSpec, path: string, { head, prefix, delimiter }: Format): void {
  const chunk = Buffer.allocUnsafe(CHUNK);
  const file = openSync(path, 'w');
  try {
    let end = chunk.write(head(spec), 'latin1');
    const id = (value: number) => {
      if (prefix === '') end = digits(chunk, value, end);
      else end = digits(chunk, NAME_BASE + value, end + chunk.write(prefix, end, 'latin1'));
    };
    const flush = () => {
      let from = 0;
      while (from < end) from += writeSync(file, chunk, from, end - from);
      end = 0;
    };
    draw(spec, (source, target) => {
      if (end > CHUNK - LONGEST_LINE) flush();
      id(source);
      chunk[end++] = delimiter;
      id(target);
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
