/**
 * A webhook is sent to global unicast addresses alone. The witness reads addresses into numbers of its own and compares
 * them with the ranges of the IANA registries, as first and last number.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/http/webhooks/addresses.ts';

const ranges = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .map((net) => {
      const [address, bits] = net.split('/') as [string, string];
      const size = address.includes(':') ? 128n : 32n;
      const low = numberOf(address);
      return [low, low + (1n << (size - BigInt(bits))) - 1n] as const;
    });

/** Of an address in full or with one gap. */
function numberOf(address: string): bigint {
  if (!address.includes(':')) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail = ''] = address.split('::').map((half) => half) as [string, string?];
  const parts = (half: string) => (half === '' ? [] : half.split(':'));
  const gap = 8 - parts(head).length - parts(tail).length;
  return [...parts(head), ...Array(gap).fill('0'), ...parts(tail)].reduce(
    (sum, part) => sum * 65_536n + BigInt(`0x${part}`),
    0n,
  );
}

const FORBIDDEN_4 = ranges(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32',
);
const ALLOWED_6 = ranges('2000::/3')[0]!;
const FORBIDDEN_6 = ranges('2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20');

const within = (value: bigint, [low, high]: readonly [bigint, bigint]) => value >= low && value <= high;
const allowed4 = (value: bigint) => !FORBIDDEN_4.some((range) => within(value, range));
const allowed6 = (value: bigint) =>
  within(value, ALLOWED_6) && !FORBIDDEN_6.some((range) => within(value, range));

const text4 = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
const text6 = (value: bigint) =>
  [7n, 6n, 5n, 4n, 3n, 2n, 1n, 0n].map((part) => ((value >> (part * 16n)) & 0xffffn).toString(16)).join(':');
/** Numbers anywhere, and at and just past the ends of ranges. */
const near = (edges: readonly (readonly [bigint, bigint])[], bits: bigint) => {
  const most = (1n << bits) - 1n;
  const edge = fc
    .tuple(fc.constantFrom(...edges.flat()), fc.bigInt({ min: -2n, max: 2n }))
    .map(([value, off]) => (value + off < 0n ? 0n : value + off > most ? most : value + off));
  const inside = fc.constantFrom(...edges).chain(([min, max]) => fc.bigInt({ min, max }));
  return fc.oneof(edge, inside, fc.bigInt({ min: 0n, max: most }));
};

describe('an address', () => {
  it('of IPv4 is public where no special range has it', () => {
    fc.assert(
      fc.property(near(FORBIDDEN_4, 32n), (value) => {
        expect(isPublicAddress(text4(value))).toBe(allowed4(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('of IPv6 is public where it is global unicast and no special range has it', () => {
    fc.assert(
      fc.property(near([ALLOWED_6, ...FORBIDDEN_6], 128n), (value) => {
        expect(isPublicAddress(text6(value))).toBe(allowed6(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('of IPv6 is not public where it holds one of IPv4, whichever and however it is written', () => {
    const forms = (v4: bigint) => {
      const high = (v4 >> 16n).toString(16);
      const low = (v4 & 0xffffn).toString(16);
      return [
        ...[`::ffff:${text4(v4)}`, `::ffff:${high}:${low}`, `::FFFF:0:${text4(v4)}`, `::${text4(v4)}`],
        ...[
          `64:ff9b::${text4(v4)}`,
          `64:ff9b:1::${high}:${low}`,
          `2002:${high}:${low}::1`,
          `2001:0:${high}:${low}::`,
        ],
        `0:0:0:0:0:ffff:${high}:${low}`,
      ];
    };
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }), (v4) => {
        expect(forms(v4).filter(isPublicAddress)).toEqual([]);
      }),
    );
  });

  it.each([
    ...['::1', '::', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', 'fc00::', 'ff02::1', '2606:4700::1111%2'],
    ...['169.254.169.254', '100.100.100.200', '192.0.0.192', '255.255.255.255'],
    ...[
      '',
      'localhost',
      '127.1',
      '0x7f.0.0.1',
      '2130706433',
      '127.0.0.1.',
      ' 8.8.8.8',
      '8.8.8.8:80',
      '[2606::1]',
    ],
  ])('%j is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '172.32.0.1', '100.128.0.1'])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});
