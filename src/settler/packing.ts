/** Copies that stand side by side in one buffer, which may be used again and again: new memory takes longer to come by. */
const ALIGNED = 8;
/** Room for so many times as much as was needed. */
const ROOM = 1.25;

export class Packing {
  #used = 0;

  constructor(readonly room: ArrayBuffer) {}

  /** A copy of the first numbers of an array: in the room as long as there is any, else in a buffer of its own. */
  readonly place = <T extends Uint32Array | Float64Array | Uint8Array>(values: T, used: number): T => {
    const start = this.#used;
    this.#used += Math.ceil((used * values.BYTES_PER_ELEMENT) / ALIGNED) * ALIGNED;
    if (this.#used > this.room.byteLength) return values.slice(0, used) as T;
    const make = values.constructor as new (buffer: ArrayBuffer, start: number, length: number) => T;
    const copy = new make(this.room, start, used);
    copy.set(values.subarray(0, used));
    return copy;
  };

  /** The room that the next one should have, given this one when nobody uses it any more. */
  next(room: ArrayBuffer): ArrayBuffer {
    return this.#used <= room.byteLength ? room : new ArrayBuffer(Math.ceil(ROOM * this.#used));
  }
}
