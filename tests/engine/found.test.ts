/**
 * What the model-based run has found, each cut down to the calls that showed it and run for ever after.
 * Every step is checked as in the run itself: counts, bound, shares, and in the end every view read late.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventInput, type PolicyInput, TrustEngine } from '../../src/index.ts';
import type { LedgerEvent, Policy } from '../witness/record.ts';
import { CLASSIC } from '../witness/record.ts';
import { newTally, World } from './world.ts';

type Step = LedgerEvent | LedgerEvent[] | 'settle' | 'settle for nothing' | 'scores';

const EARLY = Date.UTC(2015, 0, 1);
const DAY = 86_400_000;

const endorse = (source: string, target: string, more: object = {}): LedgerEvent => ({
  type: 'endorse',
  source,
  target,
  ...more,
});

const FOUND: [string, Partial<Policy>, Step[]][] = [
  [
    'a row that said its last long after what it says next',
    { halfLife: 1 },
    [
      'settle',
      endorse('linus', 'ada', { id: 'e0', at: EARLY + 1300 * DAY }),
      { type: 'retract', of: 'e0' },
      { type: 'object', source: 'linus', target: 'ada', at: EARLY } as LedgerEvent,
      endorse('linus', 'ada', { at: EARLY + 300 * DAY }),
      'settle',
    ],
  ],
  ['the first contributor under a cap', { balance: 0.5, cap: 1 }, ['scores', endorse('ada', 'linus')]],
  [
    'settled without visiting an edge: only the excess in use was old',
    { damping: 0, balance: 0.5, cap: 0.05 },
    [endorse('ada', 'ada', { id: 'e0' }), { type: 'retract', of: 'e0' }, 'settle for nothing', 'scores'],
  ],
  [
    'the first credential, granted and revoked in one batch',
    {},
    [
      endorse('ada', 'linus'),
      [
        { type: 'grant', id: 'c1', target: 'ada', weight: 3 },
        { type: 'revoke', of: 'c1' },
      ],
      { type: 'grant', id: 'c2', target: 'linus' },
      [
        { type: 'revoke', of: 'c2' },
        { type: 'grant', id: 'c3', target: 'ada', weight: 1e-15 },
      ],
      { type: 'revoke', of: 'c3' },
    ],
  ],
  [
    'an event a thousand half-lives newer than its pair',
    { halfLife: 1 },
    [
      endorse('ada', 'linus', { at: EARLY }),
      endorse('ada', 'linus', { at: EARLY + 997 * DAY }),
      { type: 'object', source: 'ada', target: 'linus', at: EARLY + 2000 * DAY },
    ],
  ],
  [
    'the newest event of a row goes, and the old ones count again',
    { halfLife: 0.5, reserve: 1 },
    [
      endorse('ada', 'linus', { at: EARLY }),
      endorse('ada', 'grace', { at: EARLY + 3 * DAY }),
      endorse('ada', 'linus', { at: EARLY + 499 * DAY, id: 'e0' }),
      { type: 'retract', of: 'e0' },
      endorse('linus', 'ada', { at: EARLY + 500 * DAY }),
    ],
  ],
  [
    'the same under a square root, whose square is nothing',
    {
      halfLife: 0.5,
      concavity: 'sqrt',
      kinds: { endorsement: { weight: 1e-3 }, review: { weight: 1 } },
    },
    [
      endorse('ada', 'linus', { at: EARLY }),
      endorse('ada', 'linus', { at: EARLY + 533 * DAY, kind: 'review', id: 'e0' }),
      { type: 'retract', of: 'e0' },
    ],
  ],
  [
    'what one says of oneself, and when, does not matter',
    { damping: 0.5, halfLife: 3, reserve: 2 },
    [
      [
        { type: 'advance', at: EARLY },
        endorse('linus', 'linus', { at: EARLY + 3010 * DAY }),
        endorse('ada', 'ada', { at: EARLY + 3010 * DAY }),
      ],
      { type: 'policy', policy: { ...CLASSIC, damping: 0.5, halfLife: 3, reserve: 2 } },
      { type: 'object', source: 'linus', target: 'ada', at: EARLY },
      [
        { type: 'grant', target: 'ada' },
        endorse('ada', 'linus', { at: EARLY + DAY }),
        endorse('ada', 'grace', { at: EARLY }),
      ],
    ],
  ],
];

describe.each([1e-3, 1e-9])('found by the model, at a tolerance of %s', (tolerance) => {
  it.each(FOUND)('%s', (_, part, steps) => {
    const policy = { ...CLASSIC, ...part };
    const world = new World(policy, tolerance, true, newTally());
    const engine = new TrustEngine({ policy: policy as PolicyInput, tolerance });
    for (const step of steps) {
      if (step === 'settle') engine.settle();
      else if (step === 'settle for nothing') engine.settle({ budget: 1 });
      else if (step === 'scores') {
        const scores = engine.scores();
        expect(scores.bound).toBeLessThanOrEqual(tolerance);
        world.hold(scores);
      } else {
        for (const event of [step].flat()) world.take(event);
        engine.apply(step as EventInput | EventInput[]);
      }
      world.check(engine, false);
    }
    engine.settle({ tolerance: 1e-9 });
    world.check(engine, true);
    for (const held of world.held) world.read(held);
  });
});

it('the shortest half-life weighs any dates as it weighs those near 1970', () => {
  const DAY = 86_400_000;
  const property = fc.property(
    fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(2_000), fc.boolean()), { minLength: 1, maxLength: 12 }),
    fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 2 ** 31, 2 ** 32, 20_000_000_001),
    fc.constantFrom('linear', 'sqrt'),
    (said, shift, concavity) => {
      const halfLife = 1e-6;
      const scoresFrom = (start: number) => {
        const engine = new TrustEngine({ policy: { halfLife, concavity: concavity as 'linear' } });
        for (const [source, target, after, against] of said) {
          const type = against ? 'object' : 'endorse';
          engine.apply({ type, source: `p${source}`, target: `p${target}`, at: start + after });
        }
        return engine.scores();
      };
      // A whole number of half-lives later, up to what rounding makes of that.
      const [near, far] = [scoresFrom(0), scoresFrom(shift * halfLife * DAY)];
      expect(far.bound).toBeLessThan(2e-6);
      for (const { contributor, trust } of near.top(6)) {
        expect(Math.abs(far.of(contributor)!.trust - trust)).toBeLessThan(1e-4);
      }
    },
  );
  fc.assert(property, { numRuns: 100 });
});
