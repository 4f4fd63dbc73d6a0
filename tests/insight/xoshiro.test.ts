/** Chance from a seed: the generator of its authors, word for word, and draws that are even and within their limits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Xoshiro } from '../../src/insight/xoshiro.ts';

const WORD = 1n << 32n;
const word = (value: bigint) => ((value % WORD) + WORD) % WORD;
const rotated = (value: bigint, by: bigint) => word((value << by) | (value >> (32n - by)));

/** xoshiro128** from four words of splitmix32, in whole numbers without limit, as the papers write them. */
function witness(seed: number): () => bigint {
  let state = word(BigInt(seed));
  const split = () => {
    state = word(state + 0x9e3779b9n);
    let z = word((state ^ (state >> 16n)) * 0x21f0aaadn);
    z = word((z ^ (z >> 15n)) * 0x735a2d97n);
    return z ^ (z >> 15n);
  };
  const s = [split(), split(), split(), split()] as [bigint, bigint, bigint, bigint];
  return () => {
    const result = word(rotated(word(s[1] * 5n), 7n) * 9n);
    const shifted = word(s[1] << 9n);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 11n);
    return result;
  };
}

describe('xoshiro128**', () => {
  it('draws what its definition draws, from any seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const drawn = new Xoshiro(seed);
        const next = witness(seed);
        for (let k = 0; k < 50; k++) expect(BigInt(drawn.next())).toBe(next());
      }),
    );
  });

  it('gives whole numbers below a limit, each as often as any other', () => {
    const drawn = new Xoshiro(7);
    const counts = new Array<number>(5).fill(0);
    for (let k = 0; k < 5000; k++) counts[drawn.below(5)]!++;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5000);
    // 1,000 each, by five standard deviations.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(142);
    const [one, same] = [new Xoshiro(3), witness(3)];
    for (let k = 0; k < 50; k++) expect(one.below(1000)).toBe(Number((same() * 1000n) / WORD));
  });

  it('makes a fraction of 27 high bits of one draw and 26 of the next', () => {
    const [drawn, next] = [new Xoshiro(11), witness(11)];
    for (let k = 0; k < 50; k++) {
      const bits = ((next() >> 5n) << 26n) | (next() >> 6n);
      expect(drawn.fraction()).toBe(Number(bits) / 2 ** 53);
    }
  });
});
