/**
 * What walks deliver, and who carries it. A delivery is a walk of at least one step that ends at a contributor
 * without a credential (where no credential is in force: at anybody); its carriers are the contributors
 * before the last, the receiver excepted, each counted once.
 */
import type { Walks } from './walks.ts';

/** Deliveries: the carriers of delivery d are `carriers[ends[d - 1], ends[d])`, at least one. */
export interface Deliveries {
  readonly count: number;
  readonly ends: Uint32Array;
  readonly carriers: Uint32Array;
}

/** The walks that deliver, in two halves by turns: to choose from one, and report on the other. */
export interface Halves {
  readonly chosen: Deliveries;
  readonly reported: Deliveries;
}

/**
 * @param receives true for rows whose receiving counts as a delivery.
 * @param carries true for rows that count as carriers; a delivery that none of them carried is left out.
 */
export function deliveriesOf(
  { count, ends, rows }: Walks,
  order: number,
  receives: (row: number) => boolean,
  carries: (row: number) => boolean,
): Halves {
  const halves = [new Builder(), new Builder()] as const;
  // The walk that a row was last seen in, from 1.
  const seen = new Uint32Array(order);
  let from = 0;
  for (let walk = 0; walk < count; walk++) {
    const end = ends[walk]!;
    const last = rows[end - 1]!;
    if (receives(last)) {
      const half = halves[walk & 1]!;
      seen[last] = walk + 1;
      for (let at = from; at < end; at++) {
        const row = rows[at]!;
        if (seen[row] === walk + 1) continue;
        seen[row] = walk + 1;
        if (carries(row)) half.carriers.push(row);
      }
      half.close();
    }
    from = end;
  }
  return { chosen: halves[0].finish(), reported: halves[1].finish() };
}

class Builder {
  readonly carriers: number[] = [];
  readonly #ends: number[] = [];

  close(): void {
    if (this.carriers.length > (this.#ends.at(-1) ?? 0)) this.#ends.push(this.carriers.length);
  }

  finish(): Deliveries {
    return {
      count: this.#ends.length,
      ends: Uint32Array.from(this.#ends),
      carriers: Uint32Array.from(this.carriers),
    };
  }
}
