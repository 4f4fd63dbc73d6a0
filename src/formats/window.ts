/**
 * Bytes of a source that are waiting to be read. Chunks arrive cut anywhere; a reader takes the whole records
 * it finds and leaves the rest, which is kept in front of the next chunk. What a reader delivers therefore
 * does not depend on where the chunks were cut. Memory: a few slices and the longest record, never the file.
 */
import { Buffer } from 'node:buffer';
import { LF } from './ascii.ts';

/** What turns bytes into rows and events. */
export interface Reader {
  /**
   * Takes the whole records of bytes[from, to) and returns where the first one begins that it left.
   * bytes[to] is a line feed that is not in the source, so that loops need no bound. With `last` nothing
   * follows: all is taken, or a fault thrown. Called with `last` once, possibly with no bytes.
   */
  take(bytes: Buffer, from: number, to: number, last: boolean): number;
}

/** A longer line, or record, is refused: nobody writes one, and a quote left open would swallow the file. */
export const RECORD_BYTES = 1 << 20;

const SLICE = 1 << 18;

export class Window {
  #bytes = Buffer.allocUnsafeSlow(2 * SLICE);
  #from = 0;
  #to = 0;
  /** How many bytes must be here before the reader is asked again. */
  #enough = 1;

  push(chunk: Uint8Array, reader: Reader): void {
    // A host may hand over a whole file as one chunk; memory should not follow it.
    for (let start = 0; start < chunk.length; start += SLICE) {
      this.#append(chunk.length <= SLICE ? chunk : chunk.subarray(start, start + SLICE));
      if (this.#to - this.#from < this.#enough) continue;
      const taken = reader.take(this.#bytes, this.#from, this.#to, false);
      // A record that is not complete is read again from its start: only once it has doubled, so that
      // a long one that arrives byte by byte costs time in proportion to its length.
      this.#enough = taken === this.#from ? 2 * (this.#to - this.#from) : 1;
      this.#from = taken;
    }
  }

  /** Bytes that no reader has taken yet. */
  get waiting(): number {
    return this.#to - this.#from;
  }

  /** Drops what is waiting: it will be read again. */
  clear(): void {
    this.#from = 0;
    this.#to = 0;
    this.#enough = 1;
  }

  end(reader: Reader): void {
    this.#bytes[this.#to] = LF;
    reader.take(this.#bytes, this.#from, this.#to, true);
  }

  /** The line feeds that no reader has been given yet, or has left. */
  lines(): number {
    let count = 0;
    for (let at = this.#from; at < this.#to; at++) if (this.#bytes[at] === LF) count++;
    return count;
  }

  #append(slice: Uint8Array): void {
    const kept = this.#to - this.#from;
    // One byte is left for the line feed after the last.
    if (this.#to + slice.length >= this.#bytes.length) {
      const room = this.#bytes;
      if (kept + slice.length >= room.length) this.#bytes = Buffer.allocUnsafeSlow(2 * (kept + slice.length));
      room.copy(this.#bytes, 0, this.#from, this.#to);
      this.#from = 0;
      this.#to = kept;
    }
    this.#bytes.set(slice, this.#to);
    this.#to += slice.length;
    this.#bytes[this.#to] = LF;
  }
}
