/**
 * Pairs of numbers to a place in two rows: an open-addressing hash table over typed arrays, for the pairs
 * that came after a graph was built. Entries are never taken out.
 */
export class PairTable {
  #length = 0;
  #first = new Uint32Array(16);
  #second = new Uint32Array(16);
  #out = new Uint32Array(16);
  #in = new Uint32Array(16);
  /** Entry + 1, 0 where free. */
  #table = new Uint32Array(64);

  /** The entry of a pair, or -1. */
  find(first: number, second: number): number {
    return this.#table[this.#slot(first, second)]! - 1;
  }

  /** Adds a pair that is not there, with its places as offsets within the two rows. */
  add(first: number, second: number, out: number, into: number): void {
    if (this.#length === this.#first.length) this.#grow();
    const entry = this.#length++;
    this.#first[entry] = first;
    this.#second[entry] = second;
    this.#out[entry] = out;
    this.#in[entry] = into;
    this.#table[this.#slot(first, second)] = entry + 1;
  }

  out(entry: number): number {
    return this.#out[entry]!;
  }

  in(entry: number): number {
    return this.#in[entry]!;
  }

  #slot(first: number, second: number): number {
    const mask = this.#table.length - 1;
    let hash = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const entry = this.#table[slot]! - 1;
      if (entry < 0 || (this.#first[entry] === first && this.#second[entry] === second)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const double = (values: Uint32Array<ArrayBuffer>) => {
      const larger = new Uint32Array(2 * values.length);
      larger.set(values);
      return larger;
    };
    this.#first = double(this.#first);
    this.#second = double(this.#second);
    this.#out = double(this.#out);
    this.#in = double(this.#in);
    this.#table = new Uint32Array(2 * this.#table.length);
    for (let entry = 0; entry < this.#length; entry++) {
      this.#table[this.#slot(this.#first[entry]!, this.#second[entry]!)] = entry + 1;
    }
  }
}
