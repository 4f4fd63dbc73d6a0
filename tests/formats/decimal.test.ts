/** Decimal numbers: the same double as the runtime reads, and nothing that is not written out in full. */

import { Buffer } from 'node:buffer';
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/formats/decimal.ts';

const read = (text: string) => decimal(Buffer.from(`9${text}9`), 1, 1 + Buffer.byteLength(text));

describe('decimal', () => {
  property.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])(
    'reads every double that is printed',
    (value) => {
      expect(read(String(value))).toBe(Number(String(value))); // -0 is printed as 0
      expect(read(value.toExponential())).toBe(Number(value.toExponential()));
    },
  );

  const digits = (maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });
  const written = fc
    .record({
      sign: fc.constantFrom('', '+', '-'),
      whole: digits(25),
      fraction: fc.option(digits(25), { nil: undefined }),
      exponent: fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits(3)), {
        nil: undefined,
      }),
    })
    .map(
      ({ sign, whole, fraction, exponent }) =>
        `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${exponent?.join('') ?? ''}`,
    );

  property.prop([written], { numRuns: 2000 })('rounds as the runtime does, however many digits', (text) => {
    expect(read(text)).toBe(Number(text));
  });

  it.each([
    ['9007199254740993', 9007199254740992], // 2^53 + 1: a tie, to even
    ['9007199254740992', 2 ** 53],
    ['1e22', 1e22],
    ['1e23', 1e23],
    ['4.010057840153264e-05', 4.010057840153264e-5],
    ['007', 7],
    ['-0', -0],
    ['1e999999999999999999999', Number.POSITIVE_INFINITY],
    ['1e-999999999999999999999', 0],
    ['0e999999999999999999999', 0],
  ])('reads %s', (text, value) => {
    expect(read(text)).toBe(value);
  });

  it.each([
    '',
    '+',
    '-',
    '.',
    'e',
    '.5',
    '5.',
    '1e',
    '1e+',
    '1e1.5',
    '1.e5',
    '--1',
    '+-1',
    '1 ',
    ' 1',
    '1_000',
    '1,5',
    '0x10',
    '0b1',
    'NaN',
    'nan',
    'Infinity',
    '-Infinity',
    'inf',
    '1e5e5',
    '1.2.3',
    '1f',
    '٣',
    '１',
  ])('refuses %j', (text) => {
    expect(read(text)).toBeNaN();
  });
});
