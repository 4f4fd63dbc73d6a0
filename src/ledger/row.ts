/**
 * Rows as they are kept, and on their way there: entries and new names packed into two buffers, which one thread can
 * hand to another without a copy. A step ends where somebody is forgotten, because names and ids before that
 * go, and the same ones may come again after it.
 *
 *     an entry: hash 32 | content | salt 16? | id?        a name: salt 16 | name
 */

/** Bytes of a hash or commitment, and of a salt. */
export const HASH_BYTES = 32;
export const SALT_BYTES = 16;

/** An entry as it is kept. Its id and salt are null where it has none, or where they were erased. */
export interface EntryRow {
  readonly sequence: number;
  readonly hash: Uint8Array;
  readonly content: Uint8Array;
  readonly id: Uint8Array | null;
  readonly salt: Uint8Array | null;
}

export interface NameRow {
  readonly number: number;
  readonly name: Uint8Array;
  readonly salt: Uint8Array;
}

export interface Step {
  /** The sequence of the first entry. */
  readonly first: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the content of each entry ends, and where the entry does. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** The number of the first new name. */
  readonly firstName: number;
  readonly names: Uint8Array<ArrayBuffer>;
  readonly nameEnds: Uint32Array<ArrayBuffer>;
  /** Whom the last entry forgets; 0 for nobody. */
  readonly forgets: number;
}

/** The entries of a step, as they are kept. */
export function* entriesOf({ first, bytes, ends }: Step): Generator<EntryRow> {
  let from = 0;
  for (let k = 0; 2 * k < ends.length; k++) {
    const contentEnd = ends[2 * k]!;
    const end = ends[2 * k + 1]!;
    const named = end > contentEnd;
    yield {
      sequence: first + k,
      hash: bytes.subarray(from, from + HASH_BYTES),
      content: bytes.subarray(from + HASH_BYTES, contentEnd),
      salt: named ? bytes.subarray(contentEnd, contentEnd + SALT_BYTES) : null,
      id: named ? bytes.subarray(contentEnd + SALT_BYTES, end) : null,
    };
    from = end;
  }
}

/** The new names of a step. */
export function* namesOf({ firstName, names, nameEnds }: Step): Generator<NameRow> {
  let from = 0;
  for (let k = 0; k < nameEnds.length; k++) {
    const end = nameEnds[k]!;
    yield {
      number: firstName + k,
      salt: names.subarray(from, from + SALT_BYTES),
      name: names.subarray(from + SALT_BYTES, end),
    };
    from = end;
  }
}
