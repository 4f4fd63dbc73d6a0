/**
 * The two ways in which the incremental bench drives Peerage, behind one contract: the solver alone, given
 * rows and weights, and the engine as a host uses it, given events as objects. What a host would have at
 * hand, the rows or the objects, is prepared before anything is timed.
 */
import { TrustEngine } from '../src/engine.ts';
import type { EventInput } from '../src/event.ts';
import { Digraph } from '../src/graph/digraph.ts';
import type { Policy } from '../src/policy.ts';
import { Record } from '../src/record/record.ts';
import { weigh } from '../src/record/weigh.ts';
import { Settle } from '../src/solver/settle.ts';
import type { Community } from './community.ts';
import type { Events } from './events.ts';

export interface Answer {
  readonly bound: number;
  readonly edgeVisits: number;
}

export interface Host {
  /** Absorbs the `k`th event. */
  take(k: number): void;
  settle(tolerance: number): Answer;
  /** The published shares as they stand, by contributor, and their bound. */
  shares(): { readonly shares: Float64Array; readonly bound: number };
}

/** Frozen columns of a community, and the row of each contributor. */
export function columnsOf({ ids, source, target, credentials }: Community, policy: Policy) {
  const record = new Record({ policy });
  for (let v = 0; credentials !== null && v < credentials.length; v++) {
    record.apply({ type: 'grant', target: ids[v], weight: credentials[v], issuer: '' });
  }
  // All ids behind one another in one buffer, as a reader's window over its file would have them.
  const buffer = Buffer.from(ids.join(''), 'latin1');
  const ends = new Uint32Array(ids.length + 1);
  for (let v = 0; v < ids.length; v++) ends[v + 1] = ends[v] + ids[v].length;
  for (let s = 0; s < source.length; s++) {
    record.row({
      buffer,
      sourceFrom: ends[source[s]],
      sourceTo: ends[source[s] + 1],
      targetFrom: ends[target[s]],
      targetTo: ends[target[s] + 1],
      weight: 1,
      kind: 'endorsement',
      at: Number.NaN,
      id: undefined,
    });
  }
  const columns = weigh(record, policy, Number.NaN);
  const rowOfIndex = new Uint32Array(columns.order);
  for (let row = 0; row < columns.order; row++) rowOfIndex[columns.contributor[row]] = row;
  const rows = Uint32Array.from(ids, (id) => rowOfIndex[record.contributors.findText(id)]);
  return { columns, rows };
}

export type Columns = ReturnType<typeof columnsOf>;

/** Rows of the two ends of each event; newcomers get the next ones, in the order of their mention. */
export function rowsOf({ rows }: Columns, { source, target, count }: Events) {
  const row = (v: number) => (v < rows.length ? rows[v] : v);
  const from = new Uint32Array(count);
  const to = new Uint32Array(count);
  for (let k = 0; k < count; k++) {
    from[k] = row(source[k]);
    to[k] = row(target[k]);
  }
  return { from, to, row };
}

/** The solver alone, over a graph that moves. */
export class SolverHost implements Host {
  readonly graph: Digraph;
  readonly #settle: Settle;
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;
  readonly #weight: Uint32Array;
  readonly #row: (contributor: number) => number;

  constructor(base: Columns, events: Events, policy: Policy, voices?: Float64Array) {
    this.graph = new Digraph(base.columns);
    this.#settle = new Settle(this.graph, policy, { ...base.columns, ...(voices && { voices }) });
    const { from, to, row } = rowsOf(base, events);
    this.#from = from;
    this.#to = to;
    this.#row = row;
    this.#weight = events.weight;
  }

  take(k: number): void {
    const u = this.#from[k];
    const v = this.#to[k];
    while (u >= this.graph.order || v >= this.graph.order) this.#settle.add();
    if (u !== v) this.#settle.weigh(u, v, false, this.#weight[k]);
  }

  settle(tolerance: number): Answer {
    return this.#settle.settle({ tolerance });
  }

  shares() {
    const { order } = this.graph;
    const mass = new Float64Array(order);
    this.#settle.read(mass, new Float64Array(order));
    const sum = mass.reduce((total, each) => total + each, 0);
    const shares = new Float64Array(order);
    // Nobody objects here, so voice is mass.
    for (let v = 0; v < order; v++) shares[v] = mass[this.#row(v)] / sum;
    return { shares, bound: this.#settle.bound };
  }
}

/** The engine: a community whose every statement has an id, and events as objects. */
export class EngineHost implements Host {
  readonly #engine: TrustEngine;
  readonly #events: readonly EventInput[];
  readonly #ids: readonly string[];

  /** `ids` names every contributor that is there or will come. */
  constructor(community: Community, ids: readonly string[], events: Events, policy: Policy) {
    this.#engine = new TrustEngine({ policy });
    this.#ids = ids;
    if (community.ids.length > 0) this.#engine.apply(eventsOf(community));
    this.#events = Array.from({ length: events.count }, (_, k): EventInput => {
      const id = `s${events.statement[k]}`;
      if (events.makes[k] === 0) return { type: 'retract', of: id };
      return { type: 'endorse', id, source: ids[events.source[k]], target: ids[events.target[k]] };
    });
  }

  take(k: number): void {
    this.#engine.apply(this.#events[k]);
  }

  /** What the `k`th event would come to, if it were taken now. */
  whatIf(k: number, tolerance: number): Answer {
    return this.#engine.whatIf(this.#events[k], { tolerance });
  }

  settle(tolerance: number): Answer {
    return this.#engine.settle({ tolerance });
  }

  shares() {
    const scores = this.#engine.scores({ settle: false });
    const share = new Map<string, number>();
    for (const { contributor, trust } of scores) share.set(contributor, trust);
    const shares = Float64Array.from(this.#ids.slice(0, scores.length), (id) => share.get(id) ?? Number.NaN);
    return { shares, bound: scores.bound };
  }
}

function* eventsOf({ ids, source, target, credentials }: Community): Generator<EventInput> {
  for (let v = 0; credentials !== null && v < credentials.length; v++) {
    yield { type: 'grant', target: ids[v], weight: credentials[v] };
  }
  for (let s = 0; s < source.length; s++) {
    yield { type: 'endorse', id: `s${s}`, source: ids[source[s]], target: ids[target[s]] };
  }
}
