/**
 * Communities for the incremental bench, read by code of the bench: statements in the order they were made,
 * and credentials. Contributors are numbered by first mention, so a part of the statements from the first
 * one on mentions exactly the contributors below some number. Relies on files without quoted cells.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What to read: a list of numbered pairs, the shipped keyring's folder, or dated review trailers. */
export interface Source {
  readonly kind: 'pairs' | 'keyring' | 'trailers';
  readonly path: string;
}

export interface Community {
  readonly ids: readonly string[];
  /** Who endorses whom, by statement; every one weighs 1. */
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** Credential of each contributor; null where every contributor counts 1. */
  readonly credentials: Float64Array | null;
}

export function readCommunity({ kind, path }: Source): Community {
  if (kind === 'pairs') return readPairs(path);
  return kind === 'keyring' ? readKeyring(path) : readTrailers(path);
}

/** The first statements of a community, and the contributors that they mention. */
export function beginning({ ids, source, target, credentials }: Community, length: number): Community {
  if (length === source.length) return { ids, source, target, credentials };
  if (credentials !== null) throw new Error('a community with credentials is not replayed');
  let order = 0;
  for (let s = 0; s < length; s++) order = Math.max(order, source[s] + 1, target[s] + 1);
  return {
    ids: ids.slice(0, order),
    source: source.subarray(0, length),
    target: target.subarray(0, length),
    credentials,
  };
}

/** `source target` a line, both whole numbers, under lines that start with `#`. */
function readPairs(path: string): Community {
  const bytes = readFileSync(path);
  let at = 0;
  while (bytes[at] === 35) at = bytes.indexOf(10, at) + 1;
  let lines = 0;
  for (let k = at; k < bytes.length; k++) if (bytes[k] === 10) lines++;
  const numbers = new Uint32Array(2 * lines);
  let value = 0;
  let most = 0;
  for (let n = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte >= 48) value = 10 * value + byte - 48;
    else {
      numbers[n++] = value;
      if (value > most) most = value;
      value = 0;
    }
  }
  const known = new Uint32Array(most + 1);
  const ids: string[] = [];
  const source = new Uint32Array(lines);
  const target = new Uint32Array(lines);
  for (let n = 0; n < numbers.length; n++) {
    if (known[numbers[n]] === 0) known[numbers[n]] = ids.push(String(numbers[n]));
    ((n & 1) === 0 ? source : target)[n >> 1] = known[numbers[n]] - 1;
  }
  return { ids, source, target, credentials: null };
}

/** Numbers texts by first mention. */
class Numbering {
  readonly ids: string[] = [];
  readonly #known = new Map<string, number>();

  of(id: string): number {
    let number = this.#known.get(id);
    if (number === undefined) {
      number = this.ids.push(id) - 1;
      this.#known.set(id, number);
    }
    return number;
  }
}

function cells(path: string, delimiter: string): string[][] {
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split(delimiter));
}

/** certifications.csv and credentials.csv. */
function readKeyring(folder: string): Community {
  const numbering = new Numbering();
  const grants = cells(join(folder, 'credentials.csv'), ',').map(
    ([holder, weight]) => [numbering.of(holder), Number(weight)] as const,
  );
  const rows = cells(join(folder, 'certifications.csv'), ',');
  const source = Uint32Array.from(rows, ([from]) => numbering.of(from));
  const target = Uint32Array.from(rows, ([, to]) => numbering.of(to));
  const credentials = new Float64Array(numbering.ids.length);
  for (const [holder, weight] of grants) credentials[holder] += weight;
  return { ids: numbering.ids, source, target, credentials };
}

/** from_endorser, to_author, trailer, author_time, commit; put into the order of their times. */
function readTrailers(path: string): Community {
  const rows = cells(path, '\t').toSorted((a, b) => Number(a[3]) - Number(b[3]));
  const numbering = new Numbering();
  const pairs = rows.map(([from, to]) => [numbering.of(from), numbering.of(to)] as const);
  return {
    ids: numbering.ids,
    source: Uint32Array.from(pairs, ([from]) => from),
    target: Uint32Array.from(pairs, ([, to]) => to),
    credentials: null,
  };
}
