/**
 * Two halves of memory over which statements pass on their way to columns: one is filled while the other is
 * worked on, and their bytes stay in the caches. A statement that does not count is staged as one
 * about oneself, which counts nowhere.
 */
import type { Block } from '../../graph/sorter.ts';
import * as Slots from './sort-slots.ts';

/** Statements of a half. */
const HALF = 1 << 18;

interface Half {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Float64Array | null;
  length: number;
}

export class Stage {
  readonly #blocks: Iterator<Block>;
  #block: Block | undefined;
  /** How many statements of the block were staged. */
  #taken = 0;
  #front: Half;
  #back: Half;

  static bytes(weighted: boolean): number {
    return 2 * (weighted ? 16 : 8) * HALF;
  }

  constructor(buffer: ArrayBufferLike, start: number, blocks: Iterable<Block>, weighted: boolean) {
    const half = (at: number): Half => ({
      source: new Uint32Array(buffer, at, HALF),
      target: new Uint32Array(buffer, at + 4 * HALF, HALF),
      weight: weighted ? new Float64Array(buffer, at + 8 * HALF, HALF) : null,
      length: 0,
    });
    this.#blocks = blocks[Symbol.iterator]();
    this.#back = half(start);
    this.#front = half(start + Stage.bytes(weighted) / 2);
    this.fill();
  }

  /** Turns the stage, tells kernels where to look, and returns how many statements there are: 0 after the last. */
  next(words: Uint32Array): number {
    [this.#front, this.#back] = [this.#back, this.#front];
    const { source, target, weight, length } = this.#front;
    words[Slots.SOURCE] = source.byteOffset;
    words[Slots.TARGET] = target.byteOffset;
    words[Slots.WEIGHT] = weight?.byteOffset ?? 0;
    this.#back.length = 0;
    return length;
  }

  /** Fills the half that is not worked on. */
  fill(): void {
    const back = this.#back;
    let length = 0;
    while (length < HALF) {
      if (this.#block === undefined || this.#taken === this.#block.length) {
        this.#block = this.#blocks.next().value as Block | undefined;
        this.#taken = 0;
        if (this.#block === undefined) break;
      }
      const count = Math.min(HALF - length, this.#block.length - this.#taken);
      put(back, length, this.#block, this.#taken, count);
      this.#taken += count;
      length += count;
    }
    back.length = length;
  }
}

/** Puts `count` statements of a block, from one on, at a place of a half. */
function put({ source, target, weight }: Half, at: number, block: Block, from: number, count: number): void {
  const { dead } = block;
  source.set(block.source.subarray(from, from + count), at);
  target.set(block.target.subarray(from, from + count), at);
  for (let i = 0; dead !== null && i < count; i++) if (dead[from + i] === 1) target[at + i] = source[at + i]!;
  if (weight === null) return;
  if (block.weight === null) weight.fill(1, at, at + count);
  else weight.set(block.weight.subarray(from, from + count), at);
}
