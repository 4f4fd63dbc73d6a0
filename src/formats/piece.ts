/**
 * Reads one piece of a table, from the start of a record to the end of another, into columns of its own
 * numbering: ids count from the first that this reader ever met, and each piece tells which are new. What is
 * not ordinary is handed on as bytes, in its place, for whoever knows what to say of it. Runs in a worker
 * (piece-worker.ts) or anywhere else; knows no sink, and refuses nothing.
 */
import { type Buffer, isUtf8 } from 'node:buffer';
import type { Batch, Bulk } from '../event.ts';
import { Interner } from '../graph/interner.ts';
import { Dates } from './cells.ts';
import { type Dialect, isComment } from './dialect.ts';
import { lineEnd } from './lines.ts';
import { Ordinary } from './ordinary.ts';
import { Fields, split } from './split.ts';
import { RECORD_BYTES } from './window.ts';

/** How a table is read; everything in it can be sent to a worker. */
export interface Plan {
  readonly dialect: Dialect;
  readonly bothWays: boolean;
  readonly timeUnit: 's' | 'ms' | undefined;
  /** Whether statements without a date are not ordinary. */
  readonly dated: boolean;
}

/** Ordinary lines, and the record after them that is not. */
export interface Stretch {
  /** Ordinary lines, and the statements and ids that are known after them, counted from the piece's start. */
  readonly lines: number;
  readonly statements: number;
  ids: number;
  /** The record, with the end of its line; null at the end of the piece. */
  readonly odd: Uint8Array | null;
}

/** What a piece says. Ids are numbered from this reader's first, those of earlier pieces included. */
export interface Piece {
  /** Bytes that were read: fewer than were given where the rest cannot be read apart from what follows. */
  readonly taken: number;
  readonly stretches: readonly Stretch[];
  /** Whether the ids of the statements are whole numbers, by their value. */
  readonly numbers: boolean;
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Float64Array | null;
  readonly kind: Uint16Array | null;
  readonly at: Float64Array | null;
  /** Kinds since the reader's first, and texts of the new ids, each ending where `ends` says. */
  readonly words: readonly string[];
  readonly arena: Uint8Array;
  readonly ends: Uint32Array;
  /** The first and the last date that was written as a number. */
  readonly dates: readonly [number, number];
}

const ROWS = 1 << 16;

export class PieceReader {
  readonly #plan: Plan;
  readonly #interner = new Interner();
  readonly #dates: Dates;
  readonly #ordinary: Ordinary;
  readonly #bulk: Bulk;
  readonly #fields = new Fields();
  /** Whether an id was ever anything but a number. Where none is, numbers are not numbered here, but once for all. */
  #texts = false;
  #numbers = true;
  #stretches: Stretch[] = [];
  #statements = 0;
  #source = new Uint32Array(0);
  #target = new Uint32Array(0);
  #weight: Float64Array | null = null;
  #kind: Uint16Array | null = null;
  #at: Float64Array | null = null;
  #words: readonly string[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#dates = new Dates(plan.timeUnit);
    this.#ordinary = new Ordinary(plan.dialect, plan.bothWays, this.#dates);
    this.#bulk = {
      selective: false,
      dated: plan.dated,
      // Judged by whoever has the record, before a statement of the piece is taken.
      fits: () => true,
      mention: (bytes, count, mentions) => {
        if (this.#numbers) this.#nameAll();
        this.#texts = true;
        this.#interner.internAll(bytes, count, mentions);
      },
      numbers: (source, target, count) => {
        return this.#numbers ? 0 : this.#interner.internNumbers(source, target, count);
      },
      say: (batch) => this.#say(batch),
    };
  }

  /**
   * Reads bytes[0, to), which end with a line feed; bytes[to] is a line feed that is not in the source. With
   * `named` ids that are numbers are numbered as all others are.
   */
  read(bytes: Buffer, to: number, named: boolean): Piece {
    this.#numbers = !named && !this.#texts;
    const { layout } = this.#plan.dialect;
    // Pieces are much alike.
    const room = Math.max(ROWS, Math.ceil(1.1 * this.#statements));
    this.#statements = 0;
    this.#source = new Uint32Array(room);
    this.#target = new Uint32Array(room);
    this.#weight = layout.weight < 0 ? null : new Float64Array(room);
    this.#kind = layout.kind < 0 ? null : new Uint16Array(room);
    this.#at = layout.at < 0 ? null : new Float64Array(room);
    this.#dates.forget();
    const known = this.#interner.length;
    this.#stretches = [];
    const sound = isUtf8(bytes.subarray(0, to)) && bytes.subarray(0, to).indexOf(0) < 0;
    let at = 0;
    while (sound && at < to) {
      at = this.#ordinary.take(bytes, at, to, this.#bulk);
      const end = at < to ? this.#recordEnd(bytes, at, to) : at;
      this.#stretches.push({
        lines: this.#ordinary.lines,
        statements: this.#statements,
        ids: this.#interner.length,
        odd: end > at ? new Uint8Array(bytes.subarray(at, end)) : null,
      });
      if (end <= at) break;
      at = end;
    }
    return {
      taken: at,
      numbers: this.#numbers,
      stretches: this.#stretches,
      source: this.#source,
      target: this.#target,
      weight: this.#weight,
      kind: this.#kind,
      at: this.#at,
      words: this.#words,
      ...this.#interner.texts(known),
      dates: this.#dates.range,
    };
  }

  /** Numbers the ids of the statements so far, because one is met that is something else. */
  #nameAll(): void {
    this.#numbers = false;
    let from = 0;
    const name = (to: number) => {
      this.#interner.internNumbers(
        this.#source.subarray(from, to),
        this.#target.subarray(from, to),
        to - from,
      );
      from = to;
    };
    for (const stretch of this.#stretches) {
      name(stretch.statements);
      stretch.ids = this.#interner.length;
    }
    name(this.#statements);
  }

  /** Where the record after the one at `at` begins; -1 where that is not certain within the piece. */
  #recordEnd(bytes: Buffer, at: number, to: number): number {
    const { delimiter, comments } = this.#plan.dialect;
    const end =
      comments && isComment(bytes, at, to, delimiter)
        ? lineEnd(bytes, at, to, false)
        : split(bytes, at, to, false, delimiter, this.#fields);
    return end < 0 || end - at > RECORD_BYTES ? -1 : end + 1;
  }

  #say({ count, source, target, weight, kind, at, words }: Batch): void {
    const from = this.#statements;
    this.#statements += count;
    if (this.#statements > this.#source.length) this.#grow();
    this.#source.set(source.subarray(0, count), from);
    this.#target.set(target.subarray(0, count), from);
    if (weight !== null) this.#weight!.set(weight.subarray(0, count), from);
    if (kind !== null) this.#kind!.set(kind.subarray(0, count), from);
    if (at !== null) this.#at!.set(at.subarray(0, count), from);
    this.#words = words;
  }

  #grow(): void {
    const room = Math.ceil(1.5 * this.#statements);
    this.#source = grown(this.#source, new Uint32Array(room));
    this.#target = grown(this.#target, new Uint32Array(room));
    if (this.#weight !== null) this.#weight = grown(this.#weight, new Float64Array(room));
    if (this.#kind !== null) this.#kind = grown(this.#kind, new Uint16Array(room));
    if (this.#at !== null) this.#at = grown(this.#at, new Float64Array(room));
  }
}

function grown<A extends Uint32Array | Uint16Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
