/**
 * Reads a table in pieces that several hands read at the same time, and puts what they say into the sink
 * in the order of the file: ids are numbered by first mention, lines are counted and faults reported as if one
 * reader had gone from the first line to the last. Where a piece cannot be read apart from what follows it
 * (a quote that is open at its end, bytes that are not UTF-8) or a hand fails, it stops and says how far
 * it has come; what every hand says after that place is dropped, and one reader goes on from there.
 */
import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import type { Mentions, Sink } from '../event.ts';
import { numberIn } from '../graph/interner.ts';
import { LF } from './ascii.ts';
import type { Delimited } from './delimited.ts';
import type { Piece } from './piece.ts';
import { RECORD_BYTES } from './window.ts';

/** Whoever reads pieces, one after another: a worker, or in tests this thread. */
export interface Hand {
  /** Rejects where the hand has failed, for whatever reason. */
  read(from: number, to: number): Promise<Piece>;
  dismiss(): Promise<void>;
}

/** Bytes of the file that are to be read. */
export interface Stretched {
  /** The file's descriptor. */
  readonly file: number;
  /** Where a record begins, and where the file ends. */
  readonly from: number;
  readonly to: number;
  /** Bytes of a piece, more or less. */
  readonly pieceBytes: number;
}

/** Pieces that a hand may have before it, and that may wait for those before them, for each hand. */
const AHEAD = 2;
const WAITING = 3;
const BLOCK = 1 << 16;
const MENTIONS = 1 << 12;

interface Task {
  readonly worker: Member;
  readonly from: number;
  readonly to: number;
  readonly piece: Promise<Piece>;
}

/** A hand, and what is known of its numbering. */
interface Member {
  readonly hand: Hand;
  busy: number;
  /** The sink's index of each id. */
  indices: Uint32Array;
  ids: number;
  /** Kinds that are known to fit. */
  words: number;
}

export class Pieces {
  readonly #range: Stretched;
  readonly #members: readonly Member[];
  readonly #table: Delimited;
  readonly #sink: Sink;
  readonly #tasks: Task[] = [];
  readonly #mentions: Mentions = {
    from: new Int32Array(MENTIONS),
    to: new Int32Array(MENTIONS),
    number: new Int32Array(MENTIONS),
    index: new Uint32Array(MENTIONS),
  };
  /** Where the next piece begins that nobody has; -1 once there is none. */
  #next: number;

  constructor(range: Stretched, hands: readonly Hand[], table: Delimited, sink: Sink) {
    this.#range = range;
    this.#members = hands.map((hand) => ({
      hand,
      busy: 0,
      indices: new Uint32Array(0),
      ids: 0,
      words: 0,
    }));
    this.#table = table;
    this.#sink = sink;
    this.#next = range.from;
  }

  /** Reads as far as possible and returns where to go on. @throws what the sink or its listener throws. */
  async read(onRead: (place: number) => void): Promise<number> {
    let place = this.#range.from;
    this.#assign();
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      let piece: Piece;
      try {
        piece = await task.piece;
      } catch {
        return place;
      }
      this.#assign();
      if (!this.#take(piece, task.worker)) return place;
      place = task.from + piece.taken;
      onRead(place);
      if (place < task.to) return place;
      this.#assign();
    }
    return place;
  }

  #assign(): void {
    while (this.#next >= 0 && this.#tasks.length < WAITING * this.#members.length) {
      const worker = this.#members.reduce((a, b) => (b.busy < a.busy ? b : a));
      if (worker.busy >= AHEAD) return;
      const from = this.#next;
      const to = pieceEnd(this.#range, from);
      this.#next = to === from || to === this.#range.to ? -1 : to;
      if (to === from) return;
      const piece = worker.hand.read(from, to);
      worker.busy++;
      piece.then(
        () => {
          worker.busy--;
          this.#assign();
        },
        () => {
          this.#next = -1;
        },
      );
      this.#tasks.push({ worker, from, to, piece });
    }
  }

  /** Puts a piece into the sink, or returns false and takes nothing of it. */
  #take(piece: Piece, worker: Member): boolean {
    const { stretches, source, target, weight, kind, at, words, dates } = piece;
    const fits = this.#sink.bulk?.();
    for (; worker.words < words.length; worker.words++) {
      if (!fits?.fits(words[worker.words]!)) return false;
    }
    this.#table.passed(0, dates);
    const before = worker.ids;
    let from = 0;
    for (const { lines, statements, ids, odd } of stretches) {
      this.#mention(piece, worker, before, ids);
      if (statements > from) {
        const { indices } = worker;
        for (let k = from; k < statements; k++) {
          source[k] = indices[source[k]!]!;
          target[k] = indices[target[k]!]!;
        }
        this.#sink.bulk!()!.say({
          count: statements - from,
          source: source.subarray(from, statements),
          target: target.subarray(from, statements),
          weight: weight?.subarray(from, statements) ?? null,
          kind: kind?.subarray(from, statements) ?? null,
          at: at?.subarray(from, statements) ?? null,
          words,
          id: null,
        });
      }
      from = statements;
      this.#table.passed(lines);
      if (odd !== null) this.#table.take(withLineFeed(odd), 0, odd.length, false);
    }
    return true;
  }

  /** Looks up the new ids of a piece up to the hand's number `until`; its first new one is `before`. */
  #mention({ arena, ends }: Piece, worker: Member, before: number, until: number): void {
    if (until > worker.indices.length) {
      const longer = new Uint32Array(2 * until);
      longer.set(worker.indices);
      worker.indices = longer;
    }
    const { from, to, number, index } = this.#mentions;
    while (worker.ids < until) {
      const count = Math.min(MENTIONS, until - worker.ids);
      for (let i = 0; i < count; i++) {
        const place = worker.ids - before + i;
        const start = place === 0 ? 0 : ends[place - 1]!;
        const end = ends[place]!;
        from[i] = start;
        to[i] = end;
        number[i] = numberIn(arena, start, end);
      }
      this.#sink.bulk!()!.mention(arena, count, this.#mentions);
      worker.indices.set(index.subarray(0, count), worker.ids);
      worker.ids += count;
    }
  }
}

function withLineFeed(record: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(record.length + 1);
  bytes.set(record);
  bytes[record.length] = LF;
  return bytes;
}

/** After the first line feed that a piece may end with; `from` where there is none within reach. */
function pieceEnd({ file, to, pieceBytes }: Stretched, from: number): number {
  const block = Buffer.allocUnsafe(BLOCK);
  const wanted = from + pieceBytes - 1;
  if (wanted < to) {
    for (let at = wanted; at < Math.min(to, wanted + RECORD_BYTES); at += BLOCK) {
      const found = block.subarray(0, readSync(file, block, 0, BLOCK, at)).indexOf(LF);
      if (found >= 0) return Math.min(at + found + 1, to);
    }
    return from;
  }
  // The last line may have no end; it is left for whoever goes on.
  for (let end = to; end > from; end -= BLOCK) {
    const start = Math.max(from, end - BLOCK);
    const found = block.subarray(0, readSync(file, block, 0, end - start, start)).lastIndexOf(LF);
    if (found >= 0) return start + found + 1;
  }
  return from;
}
