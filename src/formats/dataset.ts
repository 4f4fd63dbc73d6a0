/**
 * Reads the dataset format of this package (kept.ts) at the speed of memory: everything in it is checked, and
 * put into a sink many at a time where the sink has nothing to say of it, otherwise one by one.
 */
import { Buffer, isUtf8 } from 'node:buffer';
import { PeerageError } from '../error.ts';
import {
  type Bulk,
  CREDENTIAL_RANGE,
  type Event,
  ID_BYTES,
  type Mentions,
  type Sink,
  WEIGHT_RANGE,
} from '../event.ts';
import { numberIn } from '../graph/interner.ts';
import { SnapshotReader } from '../snapshot/reader.ts';
import { type Texts, VERSION } from './kept.ts';
import type { Report } from './report.ts';
import { LineRow } from './rows.ts';
import type { Reader } from './window.ts';

const BLOCK = 1 << 12;

/** Waits for the whole of a dataset, and hands it on. */
export class Dataset implements Reader {
  #bytes: Uint8Array;
  #length = 0;

  constructor(
    private readonly sink: Sink,
    private readonly report: Report,
    /** How many bytes there will be, where that is known. */
    size: number,
  ) {
    this.#bytes = new Uint8Array(size);
  }

  take(bytes: Buffer, from: number, to: number, last: boolean): number {
    const length = this.#length + to - from;
    if (length > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes.set(bytes.subarray(from, to), this.#length);
    this.#length = length;
    if (last) new Replay(open(this.#bytes.subarray(0, length)), this.sink, this.report).run();
    return to;
  }
}

function open(bytes: Uint8Array): SnapshotReader {
  try {
    const from = new SnapshotReader(bytes);
    const { version } = from.numbers('dataset', ['version']);
    if (version === VERSION) return from;
    throw new PeerageError(
      'bad-snapshot',
      `is of version ${version}, and this package reads version ${VERSION}`,
    );
  } catch (error) {
    if (!(error instanceof PeerageError)) throw error;
    // What it says is meant for snapshots of engines.
    const what = error.reason.split('; ', 1)[0]!.replace('snapshot of an engine', 'dataset');
    throw new PeerageError(
      'bad-snapshot',
      `${what}; convert the dataset again, or read what it was made from`,
    );
  }
}

/** Puts what a dataset holds into a sink: many statements at a time where the sink has nothing to say of them. */
class Replay {
  readonly #sink: Sink;
  readonly #report: Report;
  readonly #from: SnapshotReader;
  readonly #names: Texts;
  readonly #ids: Texts;
  readonly #source: Uint32Array;
  readonly #target: Uint32Array;
  readonly #weight: Float64Array | null;
  readonly #at: Float64Array | null;
  readonly #kind: Uint16Array | null;
  readonly #id: Uint32Array | null;
  readonly #kinds: readonly string[];

  constructor(from: SnapshotReader, sink: Sink, report: Report) {
    this.#sink = sink;
    this.#report = report;
    this.#from = from;
    this.#names = this.#texts('contributors');
    this.#ids = this.#texts('ids');
    const order = this.#names.ends.length;
    this.#source = from.view('source', Uint32Array);
    this.#target = this.#sized('target', from.view('target', Uint32Array));
    from.check(below(this.#source, order) && below(this.#target, order), 'a contributor is missing');
    this.#kinds = from.texts('kinds');
    // Left out where every statement is of the first kind.
    this.#kind = from.has('kind') ? this.#sized('kind', from.view('kind', Uint16Array)) : null;
    const known =
      this.#kind === null
        ? this.#source.length === 0 || this.#kinds.length > 0
        : below(this.#kind, this.#kinds.length);
    from.check(known, 'a kind is missing');
    for (const kind of this.#kinds)
      from.check(kind !== '' && Buffer.byteLength(kind) <= ID_BYTES, 'a kind is none');
    this.#weight = from.has('weight') ? this.#sized('weight', from.view('weight', Float64Array)) : null;
    from.check(
      this.#weight === null || this.#weight.every((w) => within(Math.abs(w), WEIGHT_RANGE)),
      'a weight is none',
    );
    this.#at = from.has('at') ? this.#sized('at', from.view('at', Float64Array)) : null;
    from.check(this.#at?.every(isDate) ?? true, 'a date is none');
    this.#id = from.has('id') ? this.#sized('id', from.view('id', Uint32Array)) : null;
    from.check(this.#id === null || below(this.#id, this.#ids.ends.length + 1), 'an id is missing');
  }

  run(): void {
    const { newest } = this.#from.numbers('dataset', ['newest']);
    const policy = this.#from.value('policy');
    if (policy !== null && policy !== undefined) this.#sink.apply({ type: 'policy', policy });
    // A sink that leaves nothing out knows everybody in the order of the record that was converted.
    const given = this.#sink.bulk?.();
    const bulk = given?.selective === false ? given : null;
    const indices = bulk ? this.#mention(bulk) : null;
    if (bulk && indices !== null && this.#id === null && this.#fits(bulk)) this.#together(bulk, indices);
    else this.#apart();
    this.#credentials();
    // A statement that was taken back may have been the newest.
    if (isDate(newest) && !Number.isNaN(newest) && !this.#at?.includes(newest)) {
      this.#sink.apply({ type: 'advance', at: newest });
    }
  }

  #fits(bulk: Bulk): boolean {
    if (!this.#kinds.every((kind) => bulk.fits(kind))) return false;
    return !bulk.dated || (this.#at !== null && !this.#at.some((at) => Number.isNaN(at)));
  }

  #mention(bulk: Bulk): Uint32Array {
    const { arena, ends } = this.#names;
    const indices = new Uint32Array(ends.length);
    const from = new Int32Array(BLOCK);
    const mentions: Mentions = {
      from,
      to: from.slice(),
      number: from.slice(),
      index: new Uint32Array(BLOCK),
    };
    for (let first = 0; first < ends.length; first += BLOCK) {
      const count = Math.min(BLOCK, ends.length - first);
      // Ranges of at most 2^31 bytes: what is looked up together is looked up in a part of the arena.
      const base = first === 0 ? 0 : ends[first - 1]!;
      const part = arena.subarray(base, ends[first + count - 1]!);
      for (let i = 0, start = 0; i < count; i++) {
        const end = ends[first + i]! - base;
        mentions.from[i] = start;
        mentions.to[i] = end;
        mentions.number[i] = numberIn(part, start, end);
        start = end;
      }
      bulk.mention(part, count, mentions);
      indices.set(mentions.index.subarray(0, count), first);
    }
    return indices;
  }

  #together(bulk: Bulk, indices: Uint32Array): void {
    const firstKind = new Uint16Array(BLOCK);
    const source = new Uint32Array(BLOCK);
    const target = new Uint32Array(BLOCK);
    for (let first = 0; first < this.#source.length; first += BLOCK) {
      const count = Math.min(BLOCK, this.#source.length - first);
      for (let k = 0; k < count; k++) {
        source[k] = indices[this.#source[first + k]!]!;
        target[k] = indices[this.#target[first + k]!]!;
      }
      bulk.say({
        count,
        source,
        target,
        weight: this.#weight?.subarray(first, first + count) ?? null,
        kind: this.#kind?.subarray(first, first + count) ?? firstKind,
        words: this.#kinds,
        at: this.#at?.subarray(first, first + count) ?? null,
        id: null,
      });
    }
  }

  /** One by one: the sink may leave some out, or refuse them. */
  #apart(): void {
    const row = new LineRow();
    const { arena, ends } = this.#names;
    const start = (u: number) => (u === 0 ? 0 : ends[u - 1]!);
    row.buffer = arena;
    for (let k = 0; k < this.#source.length; k++) {
      const [u, v] = [this.#source[k]!, this.#target[k]!];
      row.sourceFrom = start(u);
      row.sourceTo = ends[u]!;
      row.targetFrom = start(v);
      row.targetTo = ends[v]!;
      row.weight = this.#weight?.[k] ?? 1;
      row.kind = this.#kinds[this.#kind?.[k] ?? 0]!;
      row.at = this.#at?.[k] ?? Number.NaN;
      row.id = this.#id === null ? undefined : this.#eventId(this.#id[k]!);
      try {
        this.#sink.row(row);
      } catch (error) {
        this.#report.bad(error);
      }
      this.#report.line += 1;
    }
  }

  #credentials(): void {
    const holder = this.#from.view('credentials.holder', Uint32Array);
    const { length } = holder;
    const weight = this.#from.view('credentials.weight', Float64Array);
    const at = this.#from.view('credentials.at', Float64Array);
    const id = this.#from.view('credentials.id', Uint32Array);
    const issuer = this.#from.texts('credentials.issuer');
    const even = [weight, at, id, issuer].every((column) => column.length === length);
    this.#from.check(even && below(holder, this.#names.ends.length), 'credentials are of another length');
    for (let k = 0; k < length; k++) {
      this.#from.check(within(weight[k]!, CREDENTIAL_RANGE) && isDate(at[k]!), 'a credential is none');
      const grant: Event = {
        type: 'grant',
        target: text(this.#names, holder[k]!),
        weight: weight[k]!,
        issuer: issuer[k]!,
      };
      if (!Number.isNaN(at[k]!)) grant.at = at[k]!;
      const named = this.#eventId(id[k]!);
      if (named !== undefined) grant.id = named;
      this.#sink.apply(grant);
    }
  }

  #eventId(place: number): string | undefined {
    return place === 0 ? undefined : text(this.#ids, place - 1);
  }

  #sized<T extends { length: number }>(name: string, values: T): T {
    this.#from.check(values.length === this.#source.length, `${name} has ${values.length} numbers`);
    return values;
  }

  #texts(name: string): Texts {
    const arena = this.#from.view(`${name}.arena`, Uint8Array);
    const ends = this.#from.view(`${name}.ends`, Uint32Array);
    let whole = isUtf8(arena) && (ends.length === 0 ? 0 : ends[ends.length - 1]!) === arena.length;
    for (let k = 0, start = 0; whole && k < ends.length; start = ends[k++]!) {
      const length = ends[k]! - start;
      // A byte from 0x80 to 0xbf is the middle of a character.
      whole = length > 0 && length <= ID_BYTES && (arena[start]! & 0xc0) !== 0x80;
    }
    this.#from.check(whole, `${name} has texts that are none`);
    return { arena, ends };
  }
}

function text({ arena, ends }: Texts, place: number): string {
  const start = place === 0 ? 0 : ends[place - 1]!;
  return Buffer.from(arena.buffer, arena.byteOffset + start, ends[place]! - start).toString('utf8');
}

function below(values: Uint32Array | Uint16Array, limit: number): boolean {
  let most = -1;
  for (let k = 0; k < values.length; k++) if (values[k]! > most) most = values[k]!;
  return most < limit;
}

function within(weight: number, [least, most]: readonly [number, number]): boolean {
  return weight >= least && weight <= most;
}

/** NaN stands for no date. */
function isDate(at: number): boolean {
  return Number.isNaN(at) || Math.abs(at) <= 8.64e15;
}
