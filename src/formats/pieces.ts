/**
 * Reads a table in pieces that several hands read at the same time, this thread among them, and puts what they say into the sink
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
import type { Piece, Plan } from './piece.ts';
import { PieceFile, type Range } from './piece-file.ts';
import { RECORD_BYTES } from './window.ts';

/** Whoever reads pieces, one after another: a worker, or in tests this thread. */
export interface Hand {
  /** Rejects where the hand has failed, for whatever reason. */
  read(range: Range): Promise<Piece>;
  dismiss(): Promise<void>;
}

/** Where the pieces go. */
export interface Goal {
  readonly table: Delimited;
  readonly sink: Sink;
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

/** Pieces that a hand may have before it, and that may wait for those before them, for each reader. */
const AHEAD = 2;
const WAITING = 8;
/** Numbers may be closer together after so many pieces. */
const SCATTERED = 64;
const BLOCK = 1 << 16;
const MENTIONS = 1 << 12;

interface Task extends Range {
  readonly worker: Member;
  /** Undefined while it is being read; null where the hand has failed. */
  piece: Piece | null | undefined;
  /** Resolves once it has been read, or not. */
  settled: Promise<void> | undefined;
}

/** A reader, and what is known of its numbering. */
interface Member {
  /** Null for this thread. */
  readonly hand: Hand | null;
  busy: number;
  /** The sink's index of each id. */
  indices: Uint32Array;
  ids: number;
  /** Kinds that are known to fit. */
  words: number;
}

const member = (hand: Hand | null): Member => ({
  hand,
  busy: 0,
  indices: new Uint32Array(0),
  ids: 0,
  words: 0,
});

export class Pieces {
  readonly #range: Stretched;
  readonly #members: readonly Member[];
  readonly #own: Member;
  readonly #file: PieceFile;
  readonly #table: Delimited;
  readonly #sink: Sink;
  readonly #tasks: Task[] = [];
  readonly #mentions: Mentions = {
    from: new Int32Array(MENTIONS),
    to: new Int32Array(MENTIONS),
    number: new Int32Array(MENTIONS),
    index: new Uint32Array(MENTIONS),
  };
  /** Pieces for which numbers are looked up as other ids are, because few are found by their value. */
  #scattered = 0;
  /** Where the next piece begins that nobody has; -1 once there is none. */
  #next: number;

  constructor(range: Stretched, plan: Plan, hands: readonly Hand[], { table, sink }: Goal) {
    this.#range = range;
    this.#members = hands.map(member);
    this.#own = member(null);
    this.#file = new PieceFile(plan, range.file);
    this.#table = table;
    this.#sink = sink;
    this.#next = range.from;
  }

  /** Reads as far as possible and returns where to go on. @throws what the sink or its listener throws. */
  async read(onRead: (place: number) => void): Promise<number> {
    let place = this.#range.from;
    for (;;) {
      this.#assign();
      const task = this.#tasks[0];
      if (task === undefined) {
        if (!this.#readOne()) return place;
      } else if (task.piece === undefined) {
        // This thread reads as well: to wait would leave its core to nobody.
        if (!this.#readOne()) await task.settled;
      } else {
        if (task.piece === null || !this.#take(task.piece, task.worker)) return place;
        this.#tasks.shift();
        place = task.from + task.piece.taken;
        onRead(place);
        if (place < task.to) return place;
      }
      // Lets the hands say what they have.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Gives the hands what they may have. */
  #assign(): void {
    for (;;) {
      const worker = this.#members.reduce((a, b) => (b.busy < a.busy ? b : a));
      const task = worker.busy < AHEAD ? this.#claim(worker) : undefined;
      if (task === undefined) return;
      worker.busy++;
      task.settled = worker.hand!.read(task).then(
        (piece) => {
          worker.busy--;
          task.piece = piece;
          this.#assign();
        },
        () => {
          task.piece = null;
          this.#next = -1;
        },
      );
    }
  }

  /** Reads the next piece in this thread; false where there is none, or too many wait. */
  #readOne(): boolean {
    const task = this.#claim(this.#own);
    if (task === undefined) return false;
    try {
      task.piece = this.#file.read(task);
    } catch {
      task.piece = null;
      this.#next = -1;
    }
    return true;
  }

  /** The next piece that nobody has. */
  #claim(worker: Member): Task | undefined {
    const from = this.#next;
    if (from < 0 || this.#tasks.length >= WAITING * (this.#members.length + 1)) return undefined;
    const to = pieceEnd(this.#range, from);
    this.#next = to === from || to === this.#range.to ? -1 : to;
    if (to === from) return undefined;
    const named = this.#scattered-- > 0;
    const task: Task = { worker, from, to, named, piece: undefined, settled: undefined };
    this.#tasks.push(task);
    return task;
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
        const count = statements - from;
        const [sources, targets] = [source.subarray(from, statements), target.subarray(from, statements)];
        const bulk = this.#sink.bulk!()!;
        if (piece.numbers) {
          // Far between: to look them up here takes longer than all the rest.
          if (bulk.numbers(sources, targets, count) > count) this.#scattered = SCATTERED;
        } else renumber(sources, targets, count, worker.indices);
        bulk.say({
          count,
          source: sources,
          target: targets,
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

function renumber(source: Uint32Array, target: Uint32Array, count: number, indices: Uint32Array): void {
  for (let k = 0; k < count; k++) {
    source[k] = indices[source[k]!]!;
    target[k] = indices[target[k]!]!;
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
