/**
 * Decimal numbers read from bytes without a string. Fewer than 16 digits and a small power of ten, which is
 * nearly every number met, come from one exact integer and one correctly rounded operation; the rest goes to
 * `Number`, so every result is the double nearest to what is written (Clinger 1990, the fast case).
 */
import type { Buffer } from 'node:buffer';
import { CASE_BIT, DOT, LOWER_E, MINUS, NINE, PLUS, ZERO } from './ascii.ts';

/** Powers of ten that a double holds exactly. */
const TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const EXACT_INTEGER = 2 ** 53;

/** The value of bytes[from, to), or NaN where they are not `[+-]digits[.digits][e[+-]digits]`, nothing else. */
export function decimal(bytes: Buffer, from: number, to: number): number {
  let at = from;
  let mantissa = 0;
  let scale = 0;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  const whole = at;
  while (at < to && bytes[at] >= ZERO && bytes[at] <= NINE) mantissa = mantissa * 10 + (bytes[at++] - ZERO);
  if (at === whole) return Number.NaN;
  if (at < to && bytes[at] === DOT) {
    const point = ++at;
    while (at < to && bytes[at] >= ZERO && bytes[at] <= NINE) mantissa = mantissa * 10 + (bytes[at++] - ZERO);
    if (at === point) return Number.NaN;
    scale = point - at;
  }
  if (at < to && (bytes[at] | CASE_BIT) === LOWER_E) {
    at++;
    const down = bytes[at] === MINUS;
    if (at < to && (down || bytes[at] === PLUS)) at++;
    const first = at;
    let exponent = 0;
    while (at < to && bytes[at] >= ZERO && bytes[at] <= NINE) exponent = exponent * 10 + (bytes[at++] - ZERO);
    if (at === first) return Number.NaN;
    scale += down ? -exponent : exponent;
  }
  if (at !== to) return Number.NaN;
  if (mantissa <= EXACT_INTEGER && scale >= -22 && scale <= 22) {
    const value = scale < 0 ? mantissa / TEN[-scale] : mantissa * TEN[scale];
    return negative ? -value : value;
  }
  return Number(bytes.toString('latin1', from, to));
}
