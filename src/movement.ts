/**
 * Who moved between two views: the trust of the last few that were handed out is kept, by contributor, so
 * that asking costs O(contributors) and no solving.
 */
import { PeerageError } from './error.ts';
import { ranked } from './ranking.ts';
import type { Scores } from './scores.ts';

export interface MovementOptions {
  /** Smallest change of a share that is told of; what the two bounds do not prove is left out unless given. */
  threshold?: number;
}

/** How far a contributor moved. */
export interface Movement {
  readonly contributor: string;
  /** Share of trust now, and what was added to it since; a newcomer had none. */
  readonly trust: number;
  readonly change: number;
  /** Rank now, and places gained since (lost: below 0); null for a newcomer. */
  readonly rank: number;
  readonly rankChange: number | null;
}

interface Kept {
  readonly sequence: number;
  readonly bound: number;
  readonly trust: Float64Array;
}

/** Views that are kept. */
const KEPT = 8;

export class Past {
  readonly #kept: Kept[] = [];

  keep(scores: Scores): void {
    const { sequence, bound } = scores;
    const at = this.#kept.findIndex((kept) => kept.sequence === sequence);
    if (at >= 0) this.#kept.splice(at, 1);
    this.#kept.push({ sequence, bound, trust: scores.trustByContributor() });
    if (this.#kept.length > KEPT) this.#kept.shift();
  }

  since(sequence: number, now: Scores, { threshold }: MovementOptions): Movement[] {
    const then = this.#kept.find((kept) => kept.sequence === sequence);
    if (then === undefined) {
      const known = this.#kept.map((kept) => kept.sequence).join(', ');
      const why = sequence > now.sequence ? 'is still to come' : 'is not among the views that are kept';
      throw new PeerageError('unknown-sequence', `${sequence} ${why}; expected one of ${known}`, {
        field: 'sequence',
        value: sequence,
      });
    }
    const least = threshold ?? then.bound + now.bound;
    const moved: { index: number; change: number }[] = [];
    const trust = now.trustByContributor();
    for (let index = 0; index < trust.length; index++) {
      if (Number.isNaN(trust[index]!)) continue;
      const before = index < then.trust.length ? then.trust[index]! : 0;
      const change = trust[index]! - before;
      if (Math.abs(change) > least) moved.push({ index, change });
    }
    if (moved.length === 0) return [];
    moved.sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || a.index - b.index);
    const rank = now.ranksByContributor();
    const rankThen = ranksOf(then.trust, now);
    return moved.map(({ index, change }) => ({
      contributor: now.idOf(index),
      trust: trust[index]!,
      change,
      rank: rank[index]!,
      rankChange: index < rankThen.length ? rankThen[index]! - rank[index]! : null,
    }));
  }
}

/** Rank by contributor index of an earlier trust, those left out that were forgotten even then. */
function ranksOf(trust: Float64Array, now: Scores): Uint32Array {
  const here = Uint32Array.from(trust, (_, index) => index).filter((index) => !Number.isNaN(trust[index]!));
  const values = Float64Array.from(here, (index) => trust[index]!);
  const ranks = new Uint32Array(trust.length);
  ranked(values, (row) => now.idOf(here[row]!)).forEach((row, place) => {
    ranks[here[row]!] = place + 1;
  });
  return ranks;
}
