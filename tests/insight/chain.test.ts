/** The chain of a state: starts, voices and chances to follow are those of the definition, in every policy. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialOf, holderOf, settledChain } from '../../src/insight/chain.ts';
import { chainOfWitness, ledgers, walkingOf } from './chains.ts';
import { settlementOf } from './community.ts';

const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);
const near = (value: number) => 1e-12 * Math.max(1, Math.abs(value));

describe('a chain', () => {
  it('has the starts, voices and chances of the witness', () => {
    fc.assert(
      fc.property(ledgers(), (ledger) => {
        const walking = walkingOf(ledger);
        const chain = chainOfWitness(walking);
        const { x, y, starts, follow } = walking;
        for (let v = 0; v < chain.order; v++) {
          expect(Math.abs(chain.voices[v]! - y[v]!)).toBeLessThanOrEqual(near(y[v]!));
          expect(Math.abs(chain.starts[v]! - starts[v]!)).toBeLessThanOrEqual(near(starts[v]!));
          const row = new Float64Array(chain.order);
          for (let j = chain.out.starts[v]!; j < chain.out.ends[v]!; j++) {
            const key = chain.out.others[j]!;
            if (key % 2 === 0) row[key / 2] = chain.out.weights[j]! * chain.gain[v]!;
          }
          follow[v]!.forEach((chance, to) => {
            expect(Math.abs(row[to]! - chance)).toBeLessThanOrEqual(1e-12);
          });
        }
        expect(Math.abs(chain.total - sum(x))).toBeLessThanOrEqual(near(sum(x)));
        expect(Math.abs(chain.voiced - sum(y))).toBeLessThanOrEqual(near(sum(y)));
        expect(Math.abs(chain.started - sum(starts))).toBeLessThanOrEqual(near(sum(starts)));
      }),
    );
  });

  it('of a settled community is what is counted by hand', () => {
    // x(a) = 1 + x(a) / 4; half of what a passes on goes to b, who earns as much; nothing gives c or d any mass.
    const settlement = settlementOf(['+a*4', 'a>b', 'a!c', 'd>c'], { damping: 0.5, balance: 0.5 });
    const chain = settledChain(settlement);
    const told = (values: Float64Array) => [...'abcd'].map((id) => values[settlement.row(id)]);
    const wanted = (...values: number[]) => values.map((value) => expect.closeTo(value, 12));
    const a = 1 / 0.75;
    const b = (0.5 * a) / 2 / 0.75;
    expect(told(chain.mass)).toEqual(wanted(a, b, 0, 0));
    expect(told(chain.voices)).toEqual(wanted(a, b, 0, 0));
    expect(told(chain.starts)).toEqual(wanted(1 + 0.25 * a, 0.25 * b, 0, 0));
    // Of two things that a says one is an endorsement; b says nothing, c and d have no voice.
    expect(told(chain.gain)).toEqual(wanted(0.25, 0, 0, 0));
    expect(told(chain.credentials!)).toEqual([4, 0, 0, 0]);
    expect(chain).toMatchObject({ order: 4, credentialSum: 4, rate: expect.closeTo(0.25, 12) });
    expect(chain.constants).toMatchObject({ damping: 0.5, floor: 0.25 });
  });

  it('starts no more at whoever is over the cap than the cap, and the rest at credentials', () => {
    const settlement = settlementOf(['+a', 'b>c'], { damping: 0.5, balance: 0.5, cap: 0.5 });
    const chain = settledChain(settlement);
    const a = settlement.row('a');
    // K = 1/6; x(a) = 1/4 + 1/4 of the excess and of K, which is 1/3.
    expect(chain.mass[a]).toBeCloseTo(1 / 3, 12);
    expect(chain.starts[a]).toBeCloseTo(1 / 3, 12);
    expect(chain.rate).toBeCloseTo(0.25 + 0.25 / 6, 12);
  });

  it('counts everybody as granted 1 where no credential is in force', () => {
    const chain = settledChain(settlementOf(['a>b']));
    expect(chain.credentials).toBeNull();
    expect([credentialOf(chain, 0), credentialOf(chain, 1)]).toEqual([1, 1]);
    expect([...chain.starts]).toEqual([expect.closeTo(0.15, 12), expect.closeTo(0.15, 12)]);
    expect(chain.credentialSum).toBe(2);
  });
});

describe('holders of credentials', () => {
  const credentials = Float64Array.of(6, 3, 1, 0);

  it('are those with a share of all credentials, and some', () => {
    const holders = (from: number) => [0, 1, 2, 3].filter(holderOf({ credentials, credentialSum: 10 }, from));
    expect(holders(0)).toEqual([0, 1, 2]);
    expect(holders(0.1)).toEqual([0, 1, 2]);
    expect(holders(0.11)).toEqual([0, 1]);
    expect(holders(0.3)).toEqual([0, 1]);
    expect(holders(1)).toEqual([]);
    expect(credentialOf({ credentials }, 1)).toBe(3);
  });

  it('are nobody where none is in force', () => {
    const holder = holderOf({ credentials: null, credentialSum: 3 }, 0);
    expect([0, 1, 2].map(holder)).toEqual([false, false, false]);
  });
});
