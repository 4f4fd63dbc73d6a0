/**
 * Graph files for the benches, in a folder of the operating system's temporary one: drawn on first use,
 * kept under a name that holds every parameter and the generator's version. The writer streams, and the
 * file appears under its name only when it is whole.
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, draw, GENERATOR_VERSION, type GraphSpec } from './rmat.ts';
import { readPairs } from './witness.ts';

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
  const head = `# ${describe(spec)}\n# source target\n`;
  return cached(`${nameOf(spec)}.txt`, (path) => writePairs(path, head, (emit) => draw(spec, emit)));
}

/** The same graph as a table with a header, commas, and ids of twenty bytes. */
export function namedFile(spec: GraphSpec): string {
  return cached(`${nameOf(spec)}-named.csv`, (path) =>
    writePairs(path, 'source,target\n', (emit) => draw(spec, emit), NAMED),
  );
}

/** The same with a note of 150 bytes on every line: 3.2 GB at scale 20. */
export function notedFile(spec: GraphSpec): string {
  const head = 'source,target,note\n';
  return cached(`${nameOf(spec)}-noted.csv`, (path) =>
    writePairs(path, head, (emit) => draw(spec, emit), NOTED),
  );
}

function nameOf({ kind, scale, edgeFactor, seed }: GraphSpec): string {
  return `${kind}-${scale}-factor${edgeFactor}-seed${seed}-generator${GENERATOR_VERSION}`;
}

/** The path of a file of this name, which `write` makes if it is not there. */
function cached(name: string, write: (path: string) => void): string {
  const path = join(cacheFolder(), name);
  return existsSync(path) ? path : whole(path, write);
}

/**
 * The same pairs in the same order without a header, for readers that expect neither comments nor numbers
 * left out: the ids that are mentioned, numbered from 0 in their order.
 */
export function denseFile(spec: GraphSpec): string {
  const drawn = graphFile(spec);
  const path = drawn.replace(/\.txt$/, '-dense.txt');
  if (existsSync(path)) return path;

  return whole(path, (partial) => {
    const { source, target } = readPairs(drawn);
    const number = new Uint32Array(2 ** spec.scale);
    for (const column of [source, target]) for (const id of column) number[id] = 1;
    let next = 0;
    for (let id = 0; id < number.length; id++) if (number[id] === 1) number[id] = next++;
    writePairs(partial, '', (emit) => {
      for (let k = 0; k < source.length; k++) emit(number[source[k]], number[target[k]]);
    });
  });
}

/** Writes a file under another name, and gives it its own when it is whole. */
export function whole(path: string, write: (partial: string) => void): string {
  process.stderr.write(`making ${basename(path)} ... `);
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
  readonly prefix: string;
  readonly delimiter: number;
  /** What follows the ids. */
  readonly tail: string;
}
const DIGITS: Format = { prefix: '', delimiter: 32, tail: '' };
const NAMED: Format = { prefix: 'contributor-', delimiter: 44, tail: '' };
const NOTED: Format = { ...NAMED, tail: `,${'a note of some length '.repeat(7).slice(0, 149)}` };
/** Digits of a number in a name, so that every name has twenty bytes. */
const NAME_BASE = 10_000_000;

type Emit = (source: number, target: number) => void;

/** Writes the head, and each pair that `each` emits as a line. */
export function writePairs(
  path: string,
  head: string,
  each: (emit: Emit) => void,
  { prefix, delimiter, tail }: Format = DIGITS,
): void {
  const chunk = Buffer.allocUnsafe(CHUNK);
  const file = openSync(path, 'w');
  try {
    let end = chunk.write(head, 'latin1');
    const id = (value: number) => {
      if (prefix === '') end = digits(chunk, value, end);
      else end = digits(chunk, NAME_BASE + value, end + chunk.write(prefix, end, 'latin1'));
    };
    const flush = () => {
      let from = 0;
      while (from < end) from += writeSync(file, chunk, from, end - from);
      end = 0;
    };
    each((source, target) => {
      if (end > CHUNK - LONGEST_LINE - tail.length) flush();
      id(source);
      chunk[end++] = delimiter;
      id(target);
      if (tail !== '') end += chunk.write(tail, end, 'latin1');
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
