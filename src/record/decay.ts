/**
 * Forward decay (Cormode, Shkapenyuk, Srivastava and Xu, 2009): an event of age d half-lives weighs
 * 2^-d, kept as 2^(at / halfLife) with the whole part of the exponent apart, so that no old weight is
 * touched when time passes. Powers of two come from multiplication by square roots of two alone: Math.pow
 * may differ between JavaScript engines, and the scores must not.
 */

/** 2^(digit / 64^(level + 1)) for nine base-64 digits, enough for the 53 bits of a fraction. */
const POWERS = powers();

function powers(): Float64Array {
  const table = new Float64Array(9 * 64);
  let root = 2;
  for (let level = 0; level < 9; level++) {
    const base = level * 64;
    table.fill(1, base, base + 64);
    for (let bit = 32; bit >= 1; bit >>= 1) {
      root = Math.sqrt(root);
      for (let digit = 0; digit < 64; digit++) if (digit & bit) table[base + digit]! *= root;
    }
  }
  return table;
}

/** 2^fraction, 0 <= fraction < 1, to about 2e-15 relative and the same bits everywhere. */
export function powerOfTwo(fraction: number): number {
  let value = 1;
  let rest = fraction;
  for (let base = 0; base < 9 * 64 && rest > 0; base += 64) {
    rest *= 64;
    const digit = Math.floor(rest);
    rest -= digit;
    value *= POWERS[base + digit]!;
  }
  return value;
}

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const high = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** value x 2^exponent, exact as long as the result is a normal number; far below that it is 0, above it infinite. */
export function scale(value: number, exponent: number): number {
  if (exponent < -1000) return 0;
  // Of any number but 0 the three steps that are left then make infinity.
  if (exponent > 1000) return scale(value * TWO_TO_1000, Math.min(exponent - 1000, 3000));
  words[1 - high] = 0;
  words[high] = (exponent + 1023) << 20;
  return value * bits[0]!;
}

const TWO_TO_1000 = scale(1, 1000);
/** The largest double below 1. */
const LAST_FRACTION = 1 - Number.EPSILON / 2;

/** Whole part of a date in half-lives since 1970; both in milliseconds. */
export function wholeHalfLives(at: number, halfLife: number): number {
  // A remainder is exact in floating point, and so then is the quotient of what is left.
  const rest = at % halfLife;
  return Math.round((at - rest) / halfLife) - (rest < 0 ? 1 : 0);
}

/** The part of a half-life that `wholeHalfLives` leaves, 0 <= fraction < 1. */
export function fractionOfHalfLife(at: number, halfLife: number): number {
  const rest = at % halfLife;
  const fraction = (rest < 0 ? rest + halfLife : rest) / halfLife;
  // A remainder of -1e-20 plus the half-life rounds to the half-life itself.
  return fraction < 1 ? fraction : LAST_FRACTION;
}
