/**
 * Policies over the ranges of their parameters. The common values are drawn as often as all the others, and
 * what is shrunk to is the default. Fields that are fixed stay as they are, so nothing is filtered away.
 */
import type { Arbitrary } from 'fast-check';
import type { Policy } from '../../policy.ts';
import { parsePolicy } from '../../policy.ts';
import { fc } from '../fast-check.ts';
import { between, magnitude, usually } from './number.ts';

export interface PolicyConstraints {
  /** Fields that have one value. */
  fixed?: Partial<Policy>;
  /** The longest walks: 0.95 unless given; below 1. */
  maxDamping?: number;
  /** The least top-down: 0.05 unless given; above 0. */
  minBalance?: number;
}

/** The kinds that policies name and ledgers use. */
export const KINDS = ['endorsement', 'review', 'thanks', 'toString'] as const;

/**
 * Effective policies, every default filled in.
 * @example
 * policy({ fixed: { balance: 1, cap: null } }); // all that are top-down
 */
export function policy(constraints: PolicyConstraints = {}): Arbitrary<Policy> {
  const { fixed = {}, maxDamping = 0.95, minBalance = 0.05 } = constraints;
  const kinds = fc
    .array(magnitude(0.01, 100), { minLength: 1, maxLength: KINDS.length })
    .map((weights) => Object.fromEntries(weights.map((weight, k) => [KINDS[k]!, { weight }])));
  return fc
    .record({
      damping: between(
        0,
        maxDamping,
        [0.85, 0.5, 0].map((damping) => Math.min(damping, maxDamping)),
      ),
      balance: between(
        minBalance,
        1,
        [1, 0.5, 0.2].map((balance) => Math.max(balance, minBalance)),
      ),
      cap: usually<number | null>(null, magnitude(0.1, 10)),
      objectionWeight: between(0, 1, [1, 0]),
      reserve: usually(0, magnitude(0.01, 100)),
      concavity: usually<'linear' | 'sqrt'>('linear', fc.constant('sqrt')),
      halfLife: usually<number | null>(null, magnitude(1, 1000)),
      kinds: usually<Policy['kinds']>(null, kinds),
    })
    .map((drawn) => parsePolicy({ ...drawn, ...fixed }));
}
