/**
 * The power audit: who holds trust, and through whom it flows. Held trust, groups, issuers and what passes
 * through a contributor are exact within the bound of the scores; the waist and survival are measured on
 * seeded walks and say how far sampling may put them off. The same engine and seed give the same audit.
 */
import { PeerageError, quote } from '../error.ts';
import type { Scores } from '../scores.ts';
import { type Chain, chainOf, holderOf } from './chain.ts';
import type { Figures } from './condition.ts';
import { deliveriesOf } from './deliveries.ts';
import type { Finding, Thresholds } from './findings.ts';
import { findingsOf, THRESHOLDS } from './findings.ts';
import { type Group, GroupMeasure, type Membership, rowsOfGroups } from './groups.ts';
import { type Held, held, type LorenzPoint, lorenz } from './held.ts';
import { type Issuers, issuersOf } from './issuers.ts';
import { type Mobility, mobilityOf } from './mobility.ts';
import type { Settlement } from './settlement.ts';
import {
  type Communities,
  MOST_PAIRS,
  pairsOf,
  type SuspicionOptions,
  type SuspiciousGroup,
  suspicious,
} from './suspicious.ts';
import { type Through, through } from './through.ts';
import { samplingError, type Waist, waistOf } from './waist.ts';
import { drawWalks, type Walks, type Weighed } from './walks.ts';

export interface AuditOptions {
  /** Walks to draw, from 100; 20,000 unless given. */
  walks?: number;
  /** A whole number; 1 unless given. */
  seed?: number;
  /** Named groups: pairs of a contributor and a group. */
  groups?: Membership;
  /** Finds the groups that nobody named, such as `louvain()` of the door "./graphology"; none unless given. */
  communities?: Communities;
  /** Endorsed pairs above which they are not looked for; 500,000 unless given. */
  mostPairs?: number;
  suspicion?: SuspicionOptions;
  /** Who has less than this share of all credentials counts as without one, 0..1; 0 unless given. */
  holdersFrom?: number;
  /** Contributors whose share that passes through is computed exactly; the three strongest carriers unless given. */
  through?: readonly string[];
  /** Earlier scores, to measure mobility from. */
  since?: Scores;
  /** Carriers, holders and movers to name; 10 unless given. */
  top?: number;
  /** What makes something a finding. */
  thresholds?: Partial<Thresholds>;
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

/** Without a name, what passes through is computed only where that is quick. */
const QUICK_PAIRS = 1_000_000;
const SURVIVAL = [1, 10, 100] as const;

/** @throws PeerageError `bad-option`, `unknown-contributor`. */
export function auditOf(settlement: Settlement, options: AuditOptions = {}): Audit {
  const { walks = 20_000, seed = 1, groups = [], top = 10, communities, mostPairs = MOST_PAIRS } = options;
  const { holdersFrom = 0 } = options;
  share('holdersFrom', holdersFrom);
  whole('walks', walks, FEWEST_WALKS);
  whole('seed', seed, Number.MIN_SAFE_INTEGER);
  whole('top', top, 0);
  const { graph, scores, id } = settlement;
  const named = rowsOfGroups(groups, settlement.row);
  const asked = options.through?.map((name) => [name, rowOf(settlement, name)] as const);
  const chain = settledChain(settlement);
  const trust = scores.trust();
  const holding = held(trust);
  const holder = holderOf(chain, holdersFrom);
  const { all, peers, drawn } = waistsOf(chain, holder, { walks, seed });
  const thresholds = { ...THRESHOLDS, ...options.thresholds };
  const name = (waist: Waist): NamedWaist => ({
    ...waist,
    carriers: waist.carriers.slice(0, top).map(({ row, share, together }) => ({
      contributor: id(row),
      share,
      together,
      credential: holder(row),
    })),
    curve: thinned(waist.curve),
  });
  const quick = graph.size <= QUICK_PAIRS ? all.carriers.slice(0, 3) : [];
  const passed = asked ?? quick.map(({ row }) => [id(row), row] as const);
  const measure = new GroupMeasure(chain);
  const skipped =
    communities === undefined
      ? 'nothing that finds communities was given'
      : graph.size > mostPairs
        ? `the community has ${graph.size} endorsed pairs, and communities are looked for in at most ${mostPairs}`
        : null;
  const found = {
    order: graph.order,
    size: graph.size,
    sequence: scores.sequence,
    bound: scores.bound,
    seed,
    held: { ...holding, lorenz: lorenz(trust) },
    waist: {
      all: name(all),
      peers: name(peers),
      hourglass: all.w50 === null || holding.nakamoto50 === 0 ? null : 1 - all.w50 / holding.nakamoto50,
      walks: drawn.count,
      error: Math.max(...[all, peers].map(({ deliveries }) => samplingError(0.5, deliveries))),
    },
    survival: survivalOf(all),
    through: passed.map(([contributor, row]) => ({ contributor, ...through(chain, row) })),
    issuers: issuersOf(settlement, chain, { share: thresholds.credentialShare, top }),
    groups: {
      named: [...named].map(([group, rows]) => measure.of(group, rows, graph.endorsements)),
      suspicious:
        skipped === null
          ? suspicious(chain, graph, communities!(pairsOf(chain), seed), id, { top, ...options.suspicion })
          : [],
      skipped,
    },
    mobility: options.since === undefined ? null : mobilityOf(options.since, scores, top),
  };
  return { ...found, findings: findingsOf(found, thresholds) };
}

export const FEWEST_WALKS = 100;

/** Both waists of a chain, and the walks that they were found on. */
export function waistsOf(
  chain: Chain,
  holder: (row: number) => boolean,
  options: { walks: number; seed: number },
  weighed?: Weighed,
): { all: Waist; peers: Waist; drawn: Walks } {
  const drawn = drawWalks(chain, options, weighed);
  const { order, gain, voices } = chain;
  const passes = (row: number): number => (gain[row]! > 0 ? voices[row]! : 0);
  const receives = (row: number): boolean => !holder(row);
  const all = waistOf(
    deliveriesOf(drawn, order, receives, () => true),
    order,
    passes,
  );
  const peers = waistOf(deliveriesOf(drawn, order, receives, receives), order, passes);
  return { all, peers, drawn };
}

/** Share of the deliveries that do without the k strongest carriers. */
export function survivalOf({ curve, deliveries }: Waist): Record<string, number> {
  return Object.fromEntries(
    SURVIVAL.map((k) => [String(k), deliveries === 0 ? 0 : 1 - curve[Math.min(k, curve.length - 1)]!]),
  );
}

/** The figures of an audit by the names that conditions use. */
export function figuresOf(audit: Audit): Figures {
  const { held, waist, survival, issuers, groups, mobility } = audit;
  const { all, peers } = waist;
  const delivered = all.deliveries > 0;
  return {
    gini: held.gini,
    top1: held.top1,
    top10: held.top10,
    effective: held.effective,
    effectiveHHI: held.effectiveHHI,
    nakamoto50: held.nakamoto50,
    waist50: all.w50,
    waist90: all.w90,
    peers50: peers.w50,
    peers90: peers.w90,
    hourglass: waist.hourglass,
    survive1: delivered ? survival['1']! : null,
    survive10: delivered ? survival['10']! : null,
    survive100: delivered ? survival['100']! : null,
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

/** The chain of a settled engine. */
export function settledChain({ graph, solver }: Pick<Settlement, 'graph' | 'solver'>): Chain {
  const { order, out } = graph;
  const x = new Float64Array(order);
  const z = new Float64Array(order);
  const demand = new Float64Array(order);
  solver.read(x, z);
  const credentials = solver.uniform ? null : new Float64Array(order);
  for (let v = 0; v < order; v++) {
    demand[v] = solver.demand(v);
    if (credentials !== null) credentials[v] = solver.credential(v);
  }
  const { credentialSum, rate, constants } = solver;
  return chainOf({ order, out, x, z, demand, credentials, credentialSum, rate, constants });
}

function rowOf({ row }: Settlement, contributor: string): number {
  const found = row(contributor);
  if (found >= 0) return found;
  const reason = `${quote(contributor)} is not a contributor of this record`;
  throw new PeerageError('unknown-contributor', reason, { field: 'through', value: contributor });
}

/** At most some hundred points of a curve: all of the first hundred, then fewer and fewer. */
function thinned(curve: Float64Array): [number, number][] {
  const points: [number, number][] = [];
  for (let k = 0; k < curve.length; k += k < 100 ? 1 : Math.ceil(k / 50)) points.push([k, curve[k]!]);
  const last = curve.length - 1;
  if (points.at(-1)?.[0] !== last) points.push([last, curve[last]!]);
  return points;
}

function whole(field: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const reason = `${quote(value)} is refused; expected a whole number${least > Number.MIN_SAFE_INTEGER ? ` from ${least}` : ''}`;
  throw new PeerageError('bad-option', reason, { field, value });
}

function share(field: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value <= 1) return;
  throw new PeerageError('bad-option', `${quote(value)} is refused; expected a number from 0 to 1`, {
    field,
    value,
  });
}
