/** Every way of ranking gives the same places: by falling share, equal shares by id in code-unit order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankingOf } from '../src/ranking.ts';

/** Shares of all sizes that a double has from 0 up, many of them equal, as many as wanted. */
const shares = (count: number) =>
  fc
    .tuple(fc.array(fc.double({ min: 0, noNaN: true }), { minLength: 1, maxLength: 200 }), fc.nat())
    .map(([values, start]) => {
      let state = start;
      return Float64Array.from({ length: count }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        // No zero below zero: a share has no sign.
        return Math.abs(values[(state >>> 8) % values.length]!);
      });
    });

function witness(given: Float64Array, idOf: (row: number) => string): number[] {
  return Array.from(given, (share, row) => ({ share, row, id: idOf(row) }))
    .sort((a, b) => (a.share === b.share ? (a.id < b.id ? -1 : 1) : b.share < a.share ? -1 : 1))
    .map(({ row }) => row);
}

describe('a ranking', () => {
  it.each([0, 1, 2, 17, 4095, 4096, 9000])('of %s rows is that of a plain sort', (count) => {
    fc.assert(
      fc.property(shares(count), (given) => {
        const before = given.slice();
        const idOf = (row: number) => `c${(row * 7919) % 10_007}`;
        const { rows, place, below } = rankingOf(given, 0, idOf);
        expect([...rows]).toEqual(witness(given, idOf));
        expect(given).toEqual(before);
        for (let at = 0; at < count; at += 97) {
          expect(place[rows[at]!]).toBe(at);
          expect(below[at]).toBe(given.filter((share) => share < given[rows[at]!]!).length);
        }
      }),
      { numRuns: count > 1000 ? 8 : 60 },
    );
  });

  /** Ids that begin alike, end early, or are of characters that bytes do not hold; no two the same. */
  const ids = fc
    .tuple(
      fc.constantFrom('', 'c', 'contributor-', 'Ж', '𝒳'),
      fc.uniqueArray(
        fc.oneof(
          fc.nat().map(String),
          fc.string({
            unit: fc.constantFrom('a', 'b', '\0', 'é', 'ÿ', 'Ā', '\uffff', '𝒳', '\ue000'),
            maxLength: 12,
          }),
        ),
        { minLength: 1, maxLength: 300 },
      ),
    )
    .map(([beginning, endings]) => endings.map((ending) => beginning + ending));
  it('has all of one share in the order of their ids, whatever those are', () => {
    fc.assert(
      fc.property(ids, (names) => {
        const given = new Float64Array(names.length).fill(1 / names.length);
        const { rows } = rankingOf(given, 0, (row) => names[row]!);
        expect([...rows]).toEqual(witness(given, (row) => names[row]!));
      }),
      { numRuns: 200 },
    );
  });
});
