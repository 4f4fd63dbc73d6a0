/** Expectations of walks on chains that are short enough to be counted through. */
import { describe, expect, it } from 'vitest';
import { expect as expectation } from '../../src/insight/expect.ts';
import { through } from '../../src/insight/through.ts';
import { exactChainOf } from './community.ts';

const line = exactChainOf(['+a', 'a>b', 'b>c', 'c>d'], { damping: 0.5 });
const fresh = (order: number) => new Float64Array(order);

describe('what a walk is to expect', () => {
  it('from each row of a line is a geometric sum, whichever way it runs', () => {
    const wanted = [1.875, 1.75, 1.5, 1].map((value) => expect.closeTo(value, 12));
    const ask = { reward: () => 1, tolerance: 1e-12 };
    expect([...expectation(line, { ...ask, values: fresh(4) }).values]).toEqual(wanted);
    const back = exactChainOf(['+d', 'd>c', 'c>b', 'b>a'], { damping: 0.5 });
    expect([...expectation(back, { ...ask, values: fresh(4) }).values]).toEqual(wanted);
  });

  it('is found along a chain in a few sweeps, whichever way it runs', () => {
    const ids = Array.from({ length: 200 }, (_, k) => `m${k}`);
    const along = ids.slice(1).map((id, k) => `${ids[k]}>${id}`);
    const against = ids.slice(1).map((id, k) => `${id}>${ids[k]}`);
    for (const pairs of [along, against]) {
      // Everybody mentioned in the same order.
      const chain = exactChainOf([...ids.map((id) => `${id}>${id}`), ...pairs]);
      let looks = 0;
      const reward = () => {
        looks++;
        return 1;
      };
      const { values, error } = expectation(chain, { reward, tolerance: 1e-9, values: fresh(200) });
      expect(error).toBeLessThanOrEqual(1e-9);
      expect(values[pairs === along ? 0 : 199]).toBeCloseTo((1 - 0.85 ** 200) / 0.15, 9);
      // Two sweeps see all, a third that nothing moves, and a look at what is left.
      expect(looks).toBeLessThanOrEqual(4 * 200);
    }
  });

  it('round a ring is what no sweep reaches at once, within its certificate', () => {
    const ring = exactChainOf(['+a', 'a>b', 'b>c', 'c>a'], { damping: 0.5 });
    for (const tolerance of [1e-1, 1e-3, 1e-9]) {
      const { values, error } = expectation(ring, { reward: () => 1, tolerance, values: fresh(3) });
      expect(error).toBeLessThanOrEqual(tolerance);
      for (const value of values) expect(Math.abs(value - 2)).toBeLessThanOrEqual(error + 1e-15);
    }
  });

  it('goes on from the values it is given, and says so where they are right already', () => {
    const values = Float64Array.of(1.875, 1.75, 1.5, 1);
    const told = expectation(line, { reward: () => 1, tolerance: 1e-9, values });
    expect(told.values).toBe(values);
    expect(told.error).toBeLessThanOrEqual(1e-15);
  });

  it('has its error proven by what is left, not by what moved', () => {
    // Nothing is worth anything, and from 1 in each row of a ring at 0.5 a sweep leaves a fraction.
    const ring = exactChainOf(['+a', 'a>b', 'b>a'], { damping: 0.5 });
    const told = expectation(ring, { reward: () => 0, tolerance: 0.3, values: Float64Array.of(1, 1) });
    const largest = Math.max(...told.values.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(told.error);
    expect(told.error).toBeLessThanOrEqual(0.3);
  });

  it('ends at a row that is given, and weighs what lies before it by the chance to come there', () => {
    const fork = exactChainOf(['+a', 'a>b*3', 'a>c', 'b>d', 'c!d', 'c>a'], { damping: 0.5 });
    const { values } = expectation(fork, {
      reward: () => 0,
      stop: { row: 1, value: 1 },
      tolerance: 1e-13,
      values: fresh(4),
    });
    // g(a) = 3/8 + 1/8 g(c), g(c) = 1/4 g(a); d is after b.
    const a = 0.375 / (1 - 1 / 32);
    expect([...values]).toEqual([a, 1, a / 4, 0].map((value) => expect.closeTo(value, 11)));
  });

  it('is given up where no work would do, with the error that it then may have', () => {
    const ring = exactChainOf(['+a', 'a>b', 'b>a']);
    const endless = { ...ring, gain: ring.gain.map(() => 1) };
    let looks = 0;
    const reward = () => {
      looks++;
      return 1;
    };
    const { error } = expectation(endless, { reward, tolerance: 1e-9, values: fresh(2) });
    expect(error).toBeGreaterThan(1e-9);
    expect(error).toBeLessThan(Number.POSITIVE_INFINITY);
    // 200,000 sweeps of two rows, and a look at what they leave.
    expect(looks).toBe(400_002);
  });

  it('takes a reward of its own from each row', () => {
    const { values } = expectation(line, { reward: (row) => row, tolerance: 1e-12, values: fresh(4) });
    // 3; 2 + 3/2; 1 + 3.5/2; 0 + 2.75/2.
    expect([...values]).toEqual([1.375, 2.75, 3.5, 3].map((value) => expect.closeTo(value, 12)));
  });
});

describe('what passes through', () => {
  it('of a line is all that comes by and does not end there', () => {
    const told = ['a', 'b', 'c', 'd'].map((_, row) => through(line, row));
    expect(told.map(({ reaches }) => reaches)).toEqual(
      [1, 0.5, 0.25, 0.125].map((v) => expect.closeTo(v, 12)),
    );
    expect(told.map(({ ends }) => ends)).toEqual([0.5, 0.25, 0.125, 0.125].map((v) => expect.closeTo(v, 12)));
    expect(told.map(({ passes }) => passes)).toEqual([0.5, 0.25, 0.125, 0].map((v) => expect.closeTo(v, 12)));
    for (const { error } of told) expect(error).toBeLessThanOrEqual(1e-9);
  });

  it('is a share of what starts, whatever that comes to', () => {
    // Rows a, c, b, and credentials of 5 and 15; c objects to b, which is no way to go on.
    const chain = exactChainOf(['+a*5', '+c*15', 'a>b', 'c>a', 'c!b', 'b>c'], {
      damping: 0.5,
      objectionWeight: 0,
    });
    const { reaches, ends, passes } = through(chain, 2);
    const [start, chance] = [[0.25, 0, 0.75], { ab: 0.5, ca: 0.25, bc: 0.5 }];
    // To come to b: from a at 1/2, from c by a.
    const comes = start[0]! * chance.ab + start[2]! * chance.ca * chance.ab;
    expect(reaches).toBeCloseTo(comes, 9);
    // Once there, the chance to be back is a loop of 1/16, and half of each visit ends.
    expect(ends).toBeCloseTo((comes / (1 - chance.bc * chance.ca * chance.ab)) * 0.5, 9);
    expect(passes).toBeCloseTo(reaches - ends, 9);
  });

  it('goes on along endorsements alone', () => {
    const chain = exactChainOf(['+a', 'a>b', 'b>c', 'b!d*3'], { damping: 0.5, objectionWeight: 0 });
    // Of half of what comes to b an eighth in all goes on to c.
    const { reaches, ends, passes } = through(chain, 1);
    expect([reaches, ends, passes]).toEqual([0.5, 0.5 * (7 / 8), 0.5 / 8].map((v) => expect.closeTo(v, 9)));
  });
});
