/**
 * What if: a record is changed as a batch changes it, looked at, and put back, and trust is found for what
 * it would have been. Where an engine is settled and the change touches single rows, that is an overlay of
 * its solver (solver/overlay.ts) and costs what the change moves; else all is weighed, and swept from the
 * voices there are. Neither changes anything that can be asked of the engine.
 */

import type { Columns } from '../graph/columns.ts';
import type { Interner } from '../graph/interner.ts';
import { NONE } from '../graph/interner.ts';
import { sumOf } from '../graph/lost.ts';
import type { Patch } from '../graph/patch.ts';
import type { Living } from '../living.ts';
import type { Policy } from '../policy.ts';
import type { Record } from '../record/record.ts';
import { weigh } from '../record/weigh.ts';
import { constants, emptyState, voice } from '../solver/equations.ts';
import type { Overlaid } from '../solver/overlay.ts';
import { Overlay } from '../solver/overlay.ts';
import type { Settle } from '../solver/settle.ts';
import { sweepFrom } from '../solver/sweep.ts';
import type { Move, Passing, Shifted } from './shift.ts';
import { Standing, shiftOf } from './shift.ts';

export interface WhatIfOptions {
  /** Wanted bound of the shares on either side, above 0, at most 2; the engine's unless given. */
  tolerance?: number;
  /** Smallest change of a share that is told of; what the bound does not prove is left out unless given. */
  threshold?: number;
  /** How many moves are told of, the farthest first; all unless given. */
  top?: number;
}

/** Who would move, and by how much. */
export interface WhatIf {
  /** Events of the record as it is. */
  readonly sequence: number;
  /** Proven: all changes told of are, together, within this of the exact ones. */
  readonly bound: number;
  /** The policy that would be in force, where it is another. */
  readonly policy?: Policy;
  /** The farthest first; contributors that are there on both sides. */
  readonly moves: readonly Move[];
  /** Contributors that would move by more than the threshold, those that are not told of included. */
  readonly moved: number;
  /** Contributors that would come, and that would go, by rank. */
  readonly arrived: readonly Passing[];
  readonly gone: readonly Passing[];
  /** L1 distance of all shares from what they would be: twice the share of all trust that changes hands. */
  readonly total: number;
  readonly edgeVisits: number;
}

/** What is asked about. */
export interface Subject {
  readonly record: Record;
  /** What keeps its trust settled, where that was asked for. */
  readonly living: Living | null;
  /** Voices by contributor to start from, where there is none. */
  readonly voices: Float64Array | null;
}

/** What the record would be: rows that differ, or all of it weighed. */
interface Imagined {
  readonly patch: Patch | null;
  readonly columns: Columns | null;
  readonly policy: Policy;
  readonly contributors: number;
  /** Ids of the contributors that come. */
  readonly names: readonly string[];
}

/** Voices by contributor, 0 for those that are not there, and how exact they are. */
interface Solved {
  readonly contributor: Uint32Array;
  readonly voices: Float64Array;
  readonly total: number;
  readonly bound: number;
  readonly edgeVisits: number;
}

/** Rounding of the sums that shares are divided by. */
const ROUNDED = 16 * Number.EPSILON;

/** Keeps what many questions about one state have in common. */
export class Trials {
  #overlay: { readonly solver: Settle; readonly overlay: Overlay } | null = null;
  #standing: { readonly standing: Standing; readonly state: readonly unknown[] } | null = null;

  /** @throws what `change` throws; the record is then as it was, too. */
  whatIf(
    subject: Subject,
    change: () => void,
    { tolerance, threshold, top = Number.POSITIVE_INFINITY }: WhatIfOptions & { tolerance: number },
  ): WhatIf {
    const { record, living } = subject;
    const { sequence, policy } = record;
    const settled = living !== null && living.solver.bound <= tolerance && living.graph.order > 0;
    let imagined = imagine(record, change, settled ? living : null);
    const none = { sequence, moves: [], moved: 0, arrived: [], gone: [], total: 0, edgeVisits: 0 };
    if (imagined === null) return { ...none, bound: 0 };
    const { standing, visits } = this.#before(subject, tolerance, settled);
    let shifted: Answered | null = null;
    if (imagined.patch !== null) {
      const overlaid = this.#overlayOf(living!.solver).solve(imagined.patch, tolerance);
      if (overlaid !== null) shifted = overlaidShares(overlaid, living!, standing);
      else imagined = imagine(record, change, null)!;
    }
    shifted ??= weighedShares(imagined, record.contributors, standing, tolerance);
    const bound = standing.bound + shifted.bound + ROUNDED;
    const { names } = imagined;
    const idOf = (contributor: number) =>
      contributor < record.contributors.length
        ? standing.idOf(contributor)
        : names[contributor - record.contributors.length]!;
    const { count, ...told } = shiftOf(standing, shifted, { threshold: threshold ?? bound, top }, idOf);
    return {
      sequence,
      bound: Math.min(2, bound),
      ...(JSON.stringify(imagined.policy) !== JSON.stringify(policy) && { policy: imagined.policy }),
      ...told,
      moved: count,
      edgeVisits: visits + shifted.edgeVisits,
    };
  }

  #overlayOf(solver: Settle): Overlay {
    if (this.#overlay?.solver !== solver) this.#overlay = { solver, overlay: new Overlay(solver) };
    return this.#overlay.overlay;
  }

  /** The shares as they are: those of the engine where it is settled, else found for the occasion. */
  #before({ record, living, voices }: Subject, tolerance: number, settled: boolean) {
    const state = [record.sequence, record.policy, record.time, living, settled && living!.solver.version];
    const kept = this.#standing;
    const same = kept?.state.every((part, at) => Object.is(part, state[at])) ?? false;
    if (same && kept!.standing.bound <= tolerance) return { standing: kept!.standing, visits: 0 };
    const { contributors } = record;
    let solved: Solved;
    if (settled) solved = voicesNow(living!);
    else
      solved = solve(
        weigh(record, record.policy, record.time),
        record.policy,
        tolerance,
        living?.voices() ?? voices,
      );
    const { contributor, total, bound, edgeVisits } = solved;
    const idOf = (index: number) => contributors.text(index);
    const standing = new Standing(contributor, solved.voices, total, bound, contributors.length, idOf);
    this.#standing = { standing, state };
    return { standing, visits: edgeVisits };
  }
}

/** What the record would be; null if it would be the same. */
function imagine(record: Record, change: () => void, living: Living | null): Imagined | null {
  const { order, policy } = record;
  const known = record.contributors.length;
  const before = record.changes?.length ?? 0;
  return record.imagine(change, () => {
    const { contributors } = record;
    const changes = record.changes!.slice(before);
    if (changes.length === 0 && record.order === order && record.policy === policy) return null;
    const patch = living?.draft(changes) ?? null;
    return {
      patch,
      columns: patch === null ? weigh(record, record.policy, record.time) : null,
      policy: record.policy,
      contributors: contributors.length,
      names: Array.from({ length: contributors.length - known }, (_, at) => contributors.text(known + at)),
    };
  });
}

/** The voices of an engine as they stand. */
function voicesNow({ graph, solver, contributorOf }: Living): Solved {
  const voices = new Float64Array(graph.order);
  for (let row = 0; row < voices.length; row++) voices[row] = solver.voice(row);
  const contributor = contributorOf.slice(0, graph.order);
  return { contributor, voices, total: sumOf(voices), bound: solver.bound, edgeVisits: 0 };
}

/** Solves what was weighed, from voices by contributor. */
function solve(columns: Columns, policy: Policy, tolerance: number, start: Float64Array | null): Solved {
  const { order, contributor, demand } = columns;
  if (order === 0) return { contributor, voices: new Float64Array(0), total: 0, bound: 0, edgeVisits: 0 };
  const fixed = constants(policy, columns);
  const state = emptyState(order);
  for (let row = 0; row < order; row++) {
    const y = start?.[contributor[row]!] ?? 0;
    if (!(y > 0)) continue;
    state.x[row] = y;
    if (demand[row]! > 0) state.f[row] = y / demand[row]!;
  }
  const { bound, edgeVisits } = sweepFrom(state, columns, fixed, { tolerance });
  const voices = state.x.map((x, row) => voice(x, state.z[row]!, fixed.k));
  return { contributor, voices, total: sumOf(voices), bound, edgeVisits };
}

/** Voices by contributor again, to start from. */
function voicesOf({ trust, total }: Standing): Float64Array {
  return trust.map((share) => (Number.isNaN(share) ? 0 : share * total));
}

type Answered = Shifted & { readonly bound: number; readonly edgeVisits: number };

function overlaidShares(
  { rows, before, after, bound, edgeVisits }: Overlaid,
  living: Living,
  { trust, total }: Standing,
): Answered {
  const { graph, contributorOf, contributors } = living;
  const had = new Float64Array(rows.length);
  const has = new Float64Array(rows.length);
  const changes = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place++) {
    had[place] = before[place]! / total;
    has[place] = after[place]! / total;
    changes[place] = has[place]! - (Number.isNaN(had[place]!) ? 0 : had[place]!);
  }
  const contributor = (place: number) => {
    const row = rows[place]!;
    return row < graph.order ? contributorOf[row]! : contributors + row - graph.order;
  };
  let sum = 1 + sumOf(changes);
  if (sum < 0.5) {
    // Most went: what is left is summed for itself, or rounding of what went would be all there is.
    const left = trust.map((share) => (Number.isNaN(share) ? 0 : share));
    for (let place = 0; place < rows.length; place++) {
      const one = contributor(place);
      if (one < left.length) left[one] = 0;
    }
    sum = sumOf(left) + sumOf(has);
  }
  return { had, has, factor: 1 / sum, contributor, bound, edgeVisits };
}

function weighedShares(
  { columns, policy, contributors, names }: Imagined,
  known: Interner,
  before: Standing,
  tolerance: number,
): Answered {
  const { contributor, voices, total, bound, edgeVisits } = solve(
    columns!,
    policy,
    tolerance,
    voicesOf(before),
  );
  const shares = new Float64Array(contributors).fill(Number.NaN);
  for (let row = 0; row < voices.length; row++) {
    const one = contributor[row]!;
    // Who is forgotten and mentioned again comes under another number, and has not gone.
    const same = one < known.length ? NONE : known.findText(names[one - known.length]!);
    shares[same === NONE ? one : same] = voices[row]! / total;
  }
  const trust = (one: number) => (one < before.trust.length ? before.trust[one]! : Number.NaN);
  const there = (one: number) => !Number.isNaN(shares[one]!) || !Number.isNaN(trust(one));
  const all = Uint32Array.from(shares, (_, one) => one).filter(there);
  const had = Float64Array.from(all, trust);
  const has = Float64Array.from(all, (one) => shares[one]!);
  return { had, has, factor: 1, contributor: (place) => all[place]!, bound, edgeVisits };
}
