/** A memory in which columns are made side by side: aligned, zero, and no longer the only place where one is not. */
import { describe, expect, it } from 'vitest';
import { ALIGNED, Home, homeBytes, homeOf } from '../../../src/solver/kernel/home.ts';
import { COLUMNS } from '../../../src/solver/kernel/slots.ts';

const homeWith = (bytes: number) => new Home({ buffer: new ArrayBuffer(COLUMNS + bytes) });

describe('a home', () => {
  it('gives arrays their places one after another, each at the beginning of a line', () => {
    const home = homeWith(1024);
    const [first, second, third] = [home.whole(17), home.real(3), home.whole(1)];
    expect([first, second, third].map(({ byteOffset }) => byteOffset)).toEqual(
      [0, 128, 192].map((at) => COLUMNS + at),
    );
    expect([first.length, second.length, third.length]).toEqual([17, 3, 1]);
    for (const one of [first, second, third]) expect(one.buffer).toBe(home.buffer);
    expect(home.left).toBe(1024 - 256);
    expect(home.place(64)).toBe(COLUMNS + 256);
    expect(ALIGNED).toBe(64);
    expect(homeOf({ endorsements: { sources: first } } as never)).toBe(home);
    expect(homeOf({ endorsements: { sources: new Uint32Array(1) } } as never)).toBeUndefined();
  });

  it('may be entered once, and not at all where something had to stand elsewhere', () => {
    const home = homeWith(256);
    home.whole(16);
    expect([home.enter(), home.enter()]).toEqual([true, false]);
    for (const make of ['whole', 'real'] as const) {
      const small = homeWith(256);
      expect(small[make](16).buffer).toBe(small.buffer);
      const elsewhere = small[make](65);
      expect(elsewhere.buffer).not.toBe(small.buffer);
      expect(elsewhere).toHaveLength(65);
      expect(small[make](8).buffer).toBe(small.buffer);
      expect(small.enter()).toBe(false);
    }
    // What just fits, fits.
    const exact = homeWith(256);
    expect(exact.real(32).buffer).toBe(exact.buffer);
    expect([exact.left, exact.enter()]).toEqual([0, true]);
  });

  it('lends what is free, and gives zeros to who comes after', () => {
    const home = homeWith(512);
    let lent: Uint16Array | undefined;
    home.lend(100, (small) => {
      lent = small;
      small.fill(7);
    });
    expect([lent!.buffer, lent!.byteOffset, lent!.length]).toEqual([home.buffer, COLUMNS, 100]);
    expect(home.left).toBe(512);
    expect([...new Set(home.whole(10))]).toEqual([0]);
    expect([...new Set(home.real(24))]).toEqual([0]);
    // Too much is made elsewhere, and takes no place here.
    let elsewhere: Uint16Array | undefined;
    home.lend(1000, (small) => {
      elsewhere = small;
    });
    expect(elsewhere).toHaveLength(1000);
    expect(elsewhere!.buffer).not.toBe(home.buffer);
    const before = home.left;
    expect(home.borrow(before + 1, () => expect.unreachable())).toBe(false);
    expect(home.borrow(before, (start) => expect(start).toBe(COLUMNS + 512 - before))).toBe(true);
    expect([home.left, home.enter()]).toEqual([before, true]);
  });

  it('leaves alone what stands before and behind a place', () => {
    const home = homeWith(512);
    const first = home.whole(16).fill(3);
    home.borrow(20, (start) => new Uint8Array(home.buffer, start, 20).fill(9));
    const bytes = new Uint8Array(home.buffer);
    bytes[COLUMNS + 64 + 24] = 5;
    const second = home.whole(16);
    expect([...new Set(first)]).toEqual([3]);
    // 20 bytes were lent: 24 are cleared, and what was never lent is not looked at.
    expect([...second.subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(second[6]).not.toBe(0);
  });

  it('is as large as columns, a solve and sorting may need', () => {
    const rest = 1 << 25;
    expect(homeBytes({ order: 0, statements: 0, weighted: false })).toBe(rest);
    expect(homeBytes({ order: 10, statements: 100, weighted: false })).toBe(3200 + 1200 + rest);
    expect(homeBytes({ order: 10, statements: 100, weighted: true })).toBe(3200 + 2800 + rest);
  });
});
