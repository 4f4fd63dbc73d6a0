/**
 * The trust equations as walks. Mass is what restart gives and endorsements pass on,
 *
 *     x(v) = s(v) + sum_u x(u) P(u,v),   P(u,v) = damping y(u) / x(u) W+(u,v) / D(u),   s = a t,
 *
 * so walks that begin by s, follow P, and end with the chance that is left (nothing to follow, voice lost to
 * objections, weight withheld or spent on objecting, restart), visit each row in proportion to its mass.
 *
 * Earned restart is a new start at the row that earned it: the walk that brought the mass has ended there.
 * It is a delivery of its own, carried by whoever carries it from there on; that is what makes a community
 * with a lower balance less dependent on its credential holders. What is over the cap starts at credentials.
 */
import type { SlackRows } from '../graph/slack-rows.ts';
import type { Constants } from '../solver/equations.ts';
import { voice } from '../solver/equations.ts';
import type { Settlement } from './settlement.ts';

export interface Chain {
  readonly order: number;
  /** By source: 2 x target, plus 1 for an objection. */
  readonly out: SlackRows;
  /** x, y and s by row. */
  readonly mass: Float64Array;
  readonly voices: Float64Array;
  readonly starts: Float64Array;
  /** P(u,v) / W+(u,v): the chance to follow a unit of weight. */
  readonly gain: Float64Array;
  /** Sums of x, y and s. */
  readonly total: number;
  readonly voiced: number;
  readonly started: number;
  /** C by row, null where everybody has 1; their sum; restart for a unit of it. */
  readonly credentials: Float64Array | null;
  readonly credentialSum: number;
  readonly rate: number;
  readonly constants: Constants;
}

/** What a chain is made of. */
export interface Solved {
  readonly order: number;
  readonly out: SlackRows;
  readonly x: Float64Array;
  readonly z: Float64Array;
  /** D by row; may be longer than there are rows. */
  readonly demand: Float64Array;
  readonly credentials: Float64Array | null;
  readonly credentialSum: number;
  readonly rate: number;
  readonly constants: Constants;
}

export function chainOf({
  order,
  out,
  x,
  z,
  demand,
  credentials,
  credentialSum,
  rate,
  constants,
}: Solved): Chain {
  const { damping, k, back, ceiling } = constants;
  const voices = new Float64Array(order);
  const starts = new Float64Array(order);
  const gain = new Float64Array(order);
  let [total, voiced, started] = [0, 0, 0];
  for (let v = 0; v < order; v++) {
    const mass = x[v]!;
    const y = voice(mass, z[v]!, k);
    voices[v] = y;
    starts[v] = rate * (credentials === null ? 1 : credentials[v]!) + back * Math.min(mass, ceiling);
    // Of whoever endorses nobody the demand may be the least reserve there is; a finite gain of nothing is nothing.
    if (y > 0 && demand[v]! > 0) gain[v] = Math.min((damping * (y / mass)) / demand[v]!, Number.MAX_VALUE);
    total += mass;
    voiced += y;
    started += starts[v]!;
  }
  return {
    order,
    out,
    mass: x,
    voices,
    starts,
    gain,
    total,
    voiced,
    started,
    credentials,
    credentialSum,
    rate,
    constants,
  };
}

/** C of a row. */
export function credentialOf({ credentials }: Pick<Chain, 'credentials'>, v: number): number {
  return credentials === null ? 1 : credentials[v]!;
}

/**
 * True for whoever holds at least `from` of all credentials, and any at all; nobody where none is in force.
 */
export function holderOf(
  { credentials, credentialSum }: Pick<Chain, 'credentials' | 'credentialSum'>,
  from: number,
): (row: number) => boolean {
  if (credentials === null) return () => false;
  return (row) => credentials[row]! > 0 && credentials[row]! >= from * credentialSum;
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
