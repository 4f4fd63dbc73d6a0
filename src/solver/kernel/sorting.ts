/**
 * Statements become columns in WebAssembly (assembly/sort.ts), in the memory that is to be solved in, with the
 * help of workers. Statements stand elsewhere, so they pass over a stage: while those on one half of it are worked
 * on, this thread fills the other. Each is staged twice, to be counted and to be sorted. Which hand does what
 * changes no bit: counts are sums of whole numbers, and where a statement goes is known before it is moved.
 *
 * What does not fit is left to graph/sort.ts. One worker that breaks off spoils the memory: then Deserted is
 * thrown, as in a solve, and all begins anew in another.
 */
import { plainSorter } from '../../graph/sort.ts';
import type { Arrangement, Block, Sorted, Sorter } from '../../graph/sorter.ts';
import { digitsOf, SPAN, spansOf } from '../../graph/sorter.ts';
import { SORT_BYTES } from './bytes.ts';
import type { Crew } from './crew.ts';
import type { Home } from './home.ts';
import type { Kernel } from './plain.ts';
import * as Slots from './sort-slots.ts';
import { Stage } from './stage.ts';
import type { CompiledModule, SharedMemory } from './wasm.ts';
import { bytesOf, engine } from './wasm.ts';

/** Parts of a full stage that are counted and scattered side by side. */
const PARTS = 16;
/** Hands that tally and sort at the most: each needs tables of its own. */
const HANDS = 8;
/** Statements of a span that hands sort; this thread sorts longer ones, in scratch as long as they need. */
const MOST = 2 * SPAN;

let compiled: CompiledModule | undefined;

export class FastSorter implements Sorter {
  readonly #plain: Sorter;
  readonly #words: Uint32Array;
  readonly #control: Int32Array;
  readonly #kernel: Pick<Kernel, 'run'>;
  readonly #hands: number;

  /** @throws whatever the engine throws where it has no WebAssembly. */
  constructor(
    private readonly home: Home,
    private readonly memory: SharedMemory,
    private readonly crew: Crew | null,
  ) {
    const { buffer } = memory;
    compiled ??= new (engine().Module)(bytesOf(SORT_BYTES));
    const { exports } = new (engine().Instance)(compiled, { env: { memory } });
    this.#kernel = exports as Pick<Kernel, 'run'>;
    this.#plain = plainSorter(home);
    this.#words = new Uint32Array(buffer, Slots.WORDS, Slots.WORD_COUNT);
    this.#control = new Int32Array(buffer, 0, 16);
    this.#hands = Math.min(HANDS, 1 + (crew?.size ?? 0));
  }

  tally(blocks: Iterable<Block>, said: Uint32Array, heard: Uint32Array): void {
    const hands = this.#hands;
    const plot = new Plot();
    const stage = plot.take(Stage.bytes(false));
    const cuts = plot.take(4 * (hands + 1));
    const saidTables = plot.take(4 * said.length * hands);
    const heardTables = plot.take(4 * said.length * hands);
    const done = this.home.borrow(plot.bytes, (start) => {
      const words = this.#words;
      words[Slots.SAID] = start + saidTables;
      words[Slots.HEARD] = start + heardTables;
      words[Slots.TABLE_BYTES] = 4 * said.length;
      const tables = [saidTables, heardTables].map((at) =>
        this.#whole(start + at, said.length * hands).fill(0),
      );
      const staged = new Stage(this.home.buffer, start + stage, blocks, false);
      const parts = this.#whole(start + cuts, hands + 1);
      this.#together(() => {
        for (let count = staged.next(words); count > 0; count = staged.next(words)) {
          divide(parts, count);
          this.#each(Slots.TALLY, parts, () => staged.fill());
        }
      });
      for (const [which, sums] of [said, heard].entries()) {
        const table = tables[which]!;
        for (let k = 0, u = 0; k < table.length; k++) {
          sums[u]! += table[k]!;
          if (++u === sums.length) u = 0;
        }
      }
    });
    if (!done) this.#plain.tally(blocks, said, heard);
  }

  sort(blocks: Iterable<Block>, arrangement: Arrangement): Sorted {
    const { home } = this;
    const { rowOf, starts, said, weighted } = arrangement;
    const order = starts.length - 1;
    const count = starts[order]!;
    const begins = spansOf(starts);
    const spans = begins.length - 1;
    const longest = longestSpan(begins);
    const most = Math.min(longest, MOST);
    const plot = new Plot();
    const places = plot.take(2 * count);
    const [from, to] = [plot.take(4 * spans), plot.take(4 * spans)];
    const cuts = plot.take(4 * (PARTS + 1));
    // Scratch for a long span comes last, when all but the above is done with.
    const large = plot.bytes;
    const stage = plot.take(Stage.bytes(weighted));
    const [rows, startsOf] = [plot.take(4 * rowOf.length), plot.take(4 * rowOf.length)];
    const counts = plot.take(4 * PARTS * spans);
    const scratch = plot.take(this.#hands * scratchBytes(most, weighted));
    const bytes = Math.max(plot.bytes, longest > most ? large + scratchBytes(longest, weighted) : 0);
    const fits = home.left >= (weighted ? 12 : 4) * count + bytes + 2 * Plot.ALIGNED;
    if (!fits || arrangement.entries || count === 0) return this.#plain.sort(blocks, arrangement);

    const sources = home.whole(count);
    const weights = weighted ? home.real(count) : null;
    const words = this.#words;
    home.borrow(bytes, (start) => {
      words[Slots.ROW_OF] = start + rows;
      words[Slots.START_OF] = start + startsOf;
      words[Slots.COUNTS] = start + counts;
      words[Slots.SPANS] = spans;
      words[Slots.SOURCES] = sources.byteOffset;
      words[Slots.WEIGHTS] = weights?.byteOffset ?? 0;
      words[Slots.PLACES] = start + places;
      words[Slots.BEGINS] = start + from;
      words[Slots.ENDS] = start + to;
      words[Slots.REPEATED] = 0;
      const { passes, bits } = digitsOf(order);
      words[Slots.PASSES] = passes;
      words[Slots.BITS] = bits;
      this.#whole(start + from, spans).set(begins.subarray(0, spans));
      const ends = this.#whole(start + to, spans);
      ends.set(begins.subarray(0, spans));
      this.#whole(start + rows, rowOf.length).set(rowOf);
      const startOf = this.#whole(start + startsOf, rowOf.length);
      for (let u = 0; u < rowOf.length; u++) startOf[u] = starts[rowOf[u]!]!;

      const cursors = this.#whole(start + counts, PARTS * spans);
      const staged = new Stage(home.buffer, start + stage, blocks, weighted);
      const parts = this.#whole(start + cuts, PARTS + 1);
      this.#together(() => {
        for (let length = staged.next(words); length > 0; length = staged.next(words)) {
          divide(parts, length);
          this.#each(Slots.COUNT, parts, () => staged.fill());
          toCursors(cursors, ends);
          this.#each(Slots.SCATTER, parts);
        }
        this.#sortSpans(
          start + scratch,
          scratchBytes(most, weighted),
          0,
          most,
          parts.subarray(0, this.#hands + 1),
        );
      });
      if (longest > most) this.#sortSpans(start + large, 0, most, longest, parts.subarray(0, 2));
    });
    const repeated = words[Slots.REPEATED] === 1;
    return { offsets: starts, said, sources, weights, entries: null, repeated };
  }

  /** Has spans of more than `least` and at most `most` statements sorted, by as many hands as there are parts. */
  #sortSpans(scratch: number, bytes: number, least: number, most: number, parts: Uint32Array): void {
    const words = this.#words;
    words[Slots.SCRATCH] = scratch;
    words[Slots.SCRATCH_BYTES] = bytes;
    words[Slots.LEAST] = least;
    words[Slots.MOST] = most;
    words[Slots.NEXT] = 0;
    this.#each(Slots.SORT, parts);
  }

  /** Does what has parts, with workers. */
  #together(work: () => void): void {
    const { crew } = this;
    if (crew === null || crew.deserted) {
      work();
      return;
    }
    crew.join(this.memory, compiled!);
    try {
      work();
    } finally {
      crew.leave(this.#control);
    }
  }

  /** One operation on every part, and something else meanwhile. */
  #each(operation: number, parts: Uint32Array, meanwhile?: () => void): void {
    const { crew } = this;
    if (crew !== null && !crew.deserted && parts.length > 2) {
      crew.each(this.#control, this.#kernel, operation, parts, 0, meanwhile);
      return;
    }
    for (let part = 0; part + 1 < parts.length; part++) {
      this.#kernel.run(operation, parts[part]!, parts[part + 1]!, part);
    }
    meanwhile?.();
  }

  #whole(start: number, length: number): Uint32Array {
    return new Uint32Array(this.home.buffer, start, length);
  }
}

/** Decides what is to stand where, counted from a beginning that is not yet known. */
class Plot {
  static readonly ALIGNED = 64;
  bytes = 0;

  take(bytes: number): number {
    const start = this.bytes;
    this.bytes = Math.ceil((start + bytes) / Plot.ALIGNED) * Plot.ALIGNED;
    return start;
  }
}

/** Cuts [0, count) into equal parts. */
function divide(cuts: Uint32Array, count: number): void {
  const parts = cuts.length - 1;
  for (let part = 0; part <= parts; part++) cuts[part] = Math.floor((count * part) / parts);
}

/** From how many statements of each part a span gets to where the first of them goes; moves the ends of spans on. */
function toCursors(counts: Uint32Array, ends: Uint32Array): void {
  const spans = ends.length;
  for (let k = 0, span = 0; k < counts.length; k++) {
    const count = counts[k]!;
    const end = ends[span]!;
    counts[k] = end;
    ends[span] = end + count;
    if (++span === spans) span = 0;
  }
}

/** Statements of the longest span. */
function longestSpan(begins: Uint32Array): number {
  let longest = 0;
  let end = begins.at(-1)!;
  for (let span = begins.length - 2; span >= 0; span--) {
    const length = end - begins[span]!;
    if (length > longest) longest = length;
    end = begins[span]!;
  }
  return longest;
}

function scratchBytes(statements: number, weighted: boolean): number {
  return Math.ceil((Slots.DIGITS_BYTES + Slots.SEEN_BYTES + (weighted ? 14 : 6) * statements) / 64) * 64;
}
