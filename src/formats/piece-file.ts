/**
 * Pieces of one file, read by whoever holds its descriptor: a worker, or the thread that puts all of them
 * together. The file may change meanwhile; one that has become shorter is an error.
 */
import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import { LF } from './ascii.ts';
import { type Piece, PieceReader, type Plan } from './piece.ts';

/** Where a piece stands in the file, and how its ids are to be told. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Whether ids that are numbers are to be numbered as all others are. */
  readonly named: boolean;
}

export class PieceFile {
  readonly #reader: PieceReader;
  readonly #file: number;
  #bytes = Buffer.alloc(0);

  constructor(plan: Plan, file: number) {
    this.#reader = new PieceReader(plan);
    this.#file = file;
  }

  read({ from, to, named }: Range): Piece {
    const length = to - from;
    if (this.#bytes.length <= length) this.#bytes = Buffer.allocUnsafeSlow(length + 1);
    for (let have = 0; have < length; ) {
      const got = readSync(this.#file, this.#bytes, have, length - have, from + have);
      if (got === 0) throw new Error('the file ends too early');
      have += got;
    }
    this.#bytes[length] = LF;
    return this.#reader.read(this.#bytes, length, named);
  }
}
