/**
 * The dial: the same community under other settings of balance, and on request of damping and cap. At each
 * point what matters about it is measured: the waist, what survives the loss of the strongest carriers, how
 * concentrated trust is, how far the order moves, and what a group could get. Each point is solved from the
 * one before to a certified bound that is small beside the sampling error of the walks.
 */
import { PeerageError, quote } from '../error.ts';
import type { Policy } from '../policy.ts';
import { LEAST_BALANCE } from '../policy.ts';
import { solveAlong } from '../solver/along.ts';
import { publishedBound } from '../solver/bound.ts';
import { type Constants, constants, restartRate, type State } from '../solver/equations.ts';
import { type Chain, chainOf, holderOf, settledChain } from './chain.ts';
import { type Group, GroupMeasure, type Membership, rowsOfGroups } from './groups.ts';
import { spearmanWith } from './mobility.ts';
import type { Settlement } from './settlement.ts';
import { samplingError } from './waist.ts';
import { FEWEST_WALKS, figuresOfWaists, survivalOf, type WaistFigures, waistsOf } from './waists.ts';
import { Weighed } from './walks.ts';

export interface DialOptions {
  /** Settings to try, all combinations; 11 balances (0.05, and 0.1 to 1 by tenths), and today's damping and cap, unless given. */
  balances?: readonly number[];
  dampings?: readonly number[];
  caps?: readonly (number | null)[];
  /** Named groups, whose region bound is part of each point. */
  groups?: Membership;
  /** Walks at each point; 10,000 unless given. */
  walks?: number;
  seed?: number;
  /** Who has less than this share of all credentials counts as without one. */
  holdersFrom?: number;
  /** Bound of the trust at each point (L1); 1e-3 unless given. */
  tolerance?: number;
}

export interface DialPoint extends WaistFigures {
  readonly balance: number;
  readonly damping: number;
  readonly cap: number | null;
  /** Proven L1 distance of the trust at this point. */
  readonly bound: number;
  /** 95% sampling error of shares of deliveries. */
  readonly error: number;
  readonly top1: number;
  /** Spearman's rank correlation with today, among the most trusted of today; null where nothing varies. */
  readonly agreement: number | null;
  /** damping / (a balance): mass that endorsements of a unit of flow can make, at most. */
  readonly exposure: number;
  readonly groups: readonly Group[];
}

export interface Dial {
  /** The settings in force, measured in the same way. */
  readonly today: DialPoint;
  /** By damping and cap as given, and falling balance. */
  readonly points: readonly DialPoint[];
  /** Contributors whose order is compared. */
  readonly compared: number;
  readonly walks: number;
  readonly seed: number;
}

const BALANCES = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05];
/** Of a larger community the order of so many is compared. */
const COMPARED = 20_000;

/** @throws PeerageError `bad-option`, `unknown-contributor`. */
export function dialOf(settlement: Settlement, policy: Policy, options: DialOptions = {}): Dial {
  const { balances = BALANCES, dampings = [policy.damping], caps = [policy.cap] } = options;
  const { groups = [], walks = 10_000, seed = 1, holdersFrom = 0, tolerance = 1e-3 } = options;
  each('balances', balances, (value) => value >= LEAST_BALANCE && value <= 1, 'numbers from 1e-9 to 1');
  each('dampings', dampings, (value) => value >= 0 && value < 1, 'numbers from 0 to below 1');
  each('caps', caps, (value) => value === null || value > 0, 'numbers above 0, or null for none');
  each(
    'walks',
    [walks],
    (value) => Number.isSafeInteger(value) && value >= FEWEST_WALKS,
    `a whole number from ${FEWEST_WALKS}`,
  );
  each('seed', [seed], Number.isSafeInteger, 'a whole number');
  const { graph, solver, scores } = settlement;
  const { order } = graph;
  const named = rowsOfGroups(groups, settlement.row);
  const now = settledChain(settlement);
  const weighed = new Weighed(graph.out);
  const strongest = mostTrusted(now.voices, COMPARED);
  const orders = spearmanWith(Float64Array.from(strongest, (row) => now.voices[row]!));
  const measured = (
    chain: Chain,
    setting: Pick<Policy, 'balance' | 'damping' | 'cap'>,
    bound: number,
  ): DialPoint => {
    const { all, peers } = waistsOf(chain, holderOf(chain, holdersFrom), { walks, seed }, weighed);
    const measure = new GroupMeasure(chain);
    const { balance, damping, cap } = setting;
    return {
      balance,
      damping,
      cap,
      bound,
      ...figuresOfWaists(all, peers, survivalOf(all)),
      error: samplingError(0.5, all.deliveries),
      top1: chain.voiced > 0 ? largestSum(chain.voices, Math.ceil(order / 100)) / chain.voiced : 0,
      agreement: orders(Float64Array.from(strongest, (row) => chain.voices[row]!)),
      exposure: damping / ((1 - damping) * balance),
      groups: [...named].map(([group, rows]) => measure.of(group, rows, graph.endorsements)),
    };
  };
  const today = measured(now, policy, scores.bound);
  const settings = dampings.flatMap((damping) =>
    caps.flatMap((cap) => [...balances].sort((a, b) => b - a).map((balance) => ({ balance, damping, cap }))),
  );
  const points = new Array<DialPoint>(settings.length);
  if (order > 0) {
    const system = solver.system;
    const parts = settings.map((setting, at) => ({
      setting,
      at,
      fixed: constants({ ...policy, ...setting }, system),
    }));
    const { demand, credentials, credentialSum } = system;
    const state = stateOf(now, demand, solver.constants);
    solver.read(state.x, state.z);
    // The setting in force has been measured.
    for (const { setting, at } of parts) {
      const same = setting.balance === policy.balance && setting.damping === policy.damping;
      if (same && setting.cap === policy.cap && scores.bound <= tolerance) points[at] = today;
    }
    // Where an excess can arise rows are laid out otherwise.
    for (const capped of [false, true]) {
      const run = parts.filter(({ fixed, at }) => fixed.capped === capped && points[at] === undefined);
      solveAlong(
        state,
        system,
        run.map(({ fixed }) => fixed),
        tolerance,
        (solution, k) => {
          const { setting, at, fixed } = run[k]!;
          const { x, z, excess } = solution.state;
          const rate = restartRate(fixed, fixed.capped ? excess : 0, credentialSum);
          const chain = chainOf({
            order,
            out: graph.out,
            x,
            z,
            demand,
            credentials,
            credentialSum,
            rate,
            constants: fixed,
          });
          points[at] = measured(chain, setting, publishedBound(fixed, solution.residual, solution.voices));
        },
      );
    }
  } else for (const [at, setting] of settings.entries()) points[at] = { ...today, ...setting };
  return { today, points, compared: strongest.length, walks, seed };
}

/** The settled state as sweeps begin from it. */
function stateOf(
  { order, mass, voices }: Chain,
  demand: Float64Array,
  { ceiling, capped }: Constants,
): State {
  const f = new Float64Array(order);
  let excess = 0;
  for (let v = 0; v < order; v++) {
    if (demand[v]! > 0) f[v] = voices[v]! / demand[v]!;
    if (capped) excess += Math.max(0, mass[v]! - ceiling);
  }
  return { x: new Float64Array(order), z: new Float64Array(order), f, excess };
}

/** The rows with the most, at most `count`; those at the edge by their number. */
function mostTrusted(voices: Float64Array, count: number): Uint32Array {
  const rows = Uint32Array.from(voices, (_, row) => row);
  if (voices.length <= count) return rows;
  const least = selected(voices, count)[voices.length - count]!;
  return rows.filter((row) => voices[row]! >= least).subarray(0, count);
}

function largestSum(values: Float64Array, count: number): number {
  const left = selected(values, count);
  let sum = 0;
  for (let k = left.length - count; k < left.length; k++) sum += left[k]!;
  return sum;
}

/** A copy in which the `count` largest stand at the end, the least of them first (Hoare 1961). */
function selected(values: Float64Array, count: number): Float64Array {
  const left = values.slice();
  const place = left.length - count;
  let [low, high] = [0, left.length - 1];
  while (low < high) {
    const pivot = left[(low + high) >>> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (left[i]! < pivot) i++;
      while (left[j]! > pivot) j--;
      if (i <= j) {
        const kept = left[i]!;
        left[i++] = left[j]!;
        left[j--] = kept;
      }
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return left;
}

function each<T>(field: string, values: readonly T[], fits: (value: T) => boolean, expected: string): void {
  const wrong = values.length === 0 ? 'nothing' : values.find((value) => !fits(value));
  if (values.length > 0 && wrong === undefined) return;
  throw new PeerageError('bad-option', `${quote(wrong)} is refused; expected ${expected}`, {
    field,
    value: wrong,
  });
}
