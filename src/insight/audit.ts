/**
 * The power audit: who holds trust, and through whom it flows. Held trust, groups, issuers and what passes
 * through a contributor are exact within the bound of the scores; the waist and survival are measured on
 * seeded walks and say how far sampling may put them off. The same engine and seed give the same audit.
 */
import { PeerageError, quote } from '../error.ts';
import type { Scores } from '../scores.ts';
import type { Audit, NamedWaist } from './audited.ts';
import { holderOf, settledChain } from './chain.ts';
import type { Thresholds } from './findings.ts';
import { findingsOf, THRESHOLDS } from './findings.ts';
import { GroupMeasure, type Membership, rowsOfGroups } from './groups.ts';
import { held, lorenz } from './held.ts';
import { issuersOf } from './issuers.ts';
import { mobilityOf } from './mobility.ts';
import type { Settlement } from './settlement.ts';
import { type Communities, MOST_PAIRS, pairsOf, type SuspicionOptions, suspicious } from './suspicious.ts';
import { through } from './through.ts';
import { samplingError, type Waist } from './waist.ts';
import { FEWEST_WALKS, survivalOf, waistsOf } from './waists.ts';

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

/** Without a name, what passes through is computed only where that is quick. */
const QUICK_PAIRS = 1_000_000;

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
