/**
 * What an audit says, as it is printed in JSON, and its figures by the names that conditions use. audit.ts
 * makes it.
 */
import type { Figures } from './condition.ts';
import type { Group } from './groups.ts';
import type { Held, LorenzPoint } from './held.ts';
import type { Issuers } from './issuers.ts';
import type { Mobility } from './mobility.ts';
import type { SuspiciousGroup } from './suspicious.ts';
import type { Through } from './through.ts';
import type { Waist } from './waist.ts';
import { figuresOfWaists } from './waists.ts';

export interface Finding {
  /** Stable, for programs. */
  readonly code: string;
  readonly text: string;
  /** The figure, and what it was held against. */
  readonly value: number;
  readonly threshold: number;
}

export interface NamedCarrier {
  readonly contributor: string;
  /** Share of the deliveries that it carries, and that it carries together with those before it. */
  readonly share: number;
  readonly together: number;
  /** True for a holder of a credential. */
  readonly credential: boolean;
}

export interface NamedWaist extends Omit<Waist, 'carriers' | 'curve'> {
  readonly carriers: readonly NamedCarrier[];
  /** [k, share of deliveries carried by the first k], thinned out. */
  readonly curve: readonly (readonly [k: number, share: number])[];
}

export interface NamedThrough extends Through {
  readonly contributor: string;
}

export interface Audit {
  readonly order: number;
  /** Endorsed pairs. */
  readonly size: number;
  readonly sequence: number;
  /** Of the scores that were audited. */
  readonly bound: number;
  readonly seed: number;
  readonly held: Held & { readonly lorenz: readonly LorenzPoint[] };
  readonly waist: {
    /** With credential holders counted as carriers, and without them. */
    readonly all: NamedWaist;
    readonly peers: NamedWaist;
    /** 1 - W50/R, R the fewest who hold half of the trust; null where there is no waist. */
    readonly hourglass: number | null;
    readonly walks: number;
    /** The largest 95% sampling error of what is measured of the deliveries. */
    readonly error: number;
  };
  /** Share of the deliveries that do without the k strongest carriers, by k. */
  readonly survival: Readonly<Record<string, number>>;
  readonly through: readonly NamedThrough[];
  readonly issuers: Issuers;
  readonly groups: {
    readonly named: readonly Group[];
    readonly suspicious: readonly SuspiciousGroup[];
    /** Why no groups were looked for; null where they were. */
    readonly skipped: string | null;
  };
  readonly mobility: Mobility | null;
  readonly findings: readonly Finding[];
}

/** The figures of an audit by the names that conditions use. */
export function figuresOf(audit: Audit): Figures {
  const { held, waist, survival, issuers, groups, mobility } = audit;
  const { all, peers } = waist;
  return {
    gini: held.gini,
    top1: held.top1,
    top10: held.top10,
    effective: held.effective,
    effectiveHHI: held.effectiveHHI,
    nakamoto50: held.nakamoto50,
    ...figuresOfWaists(all, peers, survival),
    hourglass: waist.hourglass,
    granted: issuers.granted,
    earned: issuers.earned,
    holders: issuers.holders.count === 0 ? null : issuers.holders.fewest,
    newcomers: mobility?.newcomersShare ?? null,
    spearman: mobility?.spearman ?? null,
    kendall: mobility?.kendall ?? null,
    used: groups.named.length === 0 ? null : Math.max(...groups.named.map(({ used }) => used)),
    suspicious: groups.skipped === null ? groups.suspicious.length : null,
  };
}
