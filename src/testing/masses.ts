/**
 * Mass, where nobody objects: what the shares are shares of. It is told by the shares and by what is kept of all
 * credentials (weighed.ts), so a scorer need not tell it.
 */
import type { EventInput } from '../event.ts';
import type { Policy } from '../policy.ts';
import type { Scorer } from './answer.ts';
import type { Range } from './measured.ts';
import { exactly, times } from './measured.ts';
import type { Told } from './told.ts';
import { told } from './told.ts';
import { kept, PART_ERROR, weighed } from './weighed.ts';

export interface Masses {
  readonly scores: Told;
  /** sum x: the mass that a share of 1 would be. */
  readonly unit: Range;
  of(id: string): Range;
}

/** Mass by contributor, of a ledger that nobody objects in. */
export function masses(
  scorer: Scorer,
  events: readonly EventInput[],
  policy: Policy,
  tolerance: number,
): Masses {
  const scores = told(scorer, events, policy, tolerance);
  const ledger = weighed(events, policy);
  const unit = times(kept(scores, ledger, policy), exactly(ledger.credentialSum, PART_ERROR));
  return { scores, unit, of: (id) => times(unit, scores.of(id)) };
}

/** sum |x' - x| over all contributors. */
export function massMoved(here: Masses, there: Masses): Range {
  const middle = ({ low, high }: Range) => (low + high) / 2;
  const [mine, theirs] = [middle(here.unit), middle(there.unit)];
  let sum = 0;
  for (const [id, share] of here.scores.shares) {
    sum += Math.abs(mine * share - theirs * (there.scores.shares.get(id) ?? 0));
  }
  // Shares are off by their bound, and units by half the width of their range.
  const off =
    here.unit.high * here.scores.off +
    there.unit.high * there.scores.off +
    (here.unit.high - here.unit.low + there.unit.high - there.unit.low) +
    sum * PART_ERROR;
  return { low: Math.max(0, sum - off), high: sum + off };
}
