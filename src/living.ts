/**
 * A record's trust, kept up to date: the weights of its pairs, the graph they make, and the solver that
 * settles it. Changes are absorbed one by one where the design says that costs O(1); after those that touch
 * everything (a policy, a forgotten contributor, the first and the last credential, time passing under a
 * reserve), and after so many that it is cheaper, all is weighed again and the solver starts from the
 * voices it had. More than 300 lines: rows, weights, graph and solver change together, and nobody else sees all four.
 */

import { Digraph, grown } from './graph/digraph.ts';
import { NONE } from './graph/interner.ts';
import type { Patch } from './graph/patch.ts';
import type { Evidence, Grant, Settlement, Statement } from './insight/settlement.ts';
import type { Column } from './record/column.ts';
import { draftOf } from './record/draft.ts';
import { Pairs } from './record/pairs.ts';
import type { Change, Record } from './record/record.ts';
import { Touching } from './record/touching.ts';
import { weighWith } from './record/weigh.ts';
import { Weights } from './record/weights.ts';
import type { ScoresInput } from './scores.ts';
import { Scores, standings } from './scores.ts';
import { Handing } from './settler/handing.ts';
import type { Settler, Task } from './settler/task.ts';
import type { SnapshotReader } from './snapshot/reader.ts';
import type { SnapshotWriter } from './snapshot/writer.ts';
import type { Found } from './solver/settle.ts';
import { Settle } from './solver/settle.ts';

import { View } from './view.ts';

export class Living {
  graph: Digraph;
  readonly #solver: Settle;
  /** What a settler found since the solver was last asked for: taken over when it is, since that visits all edges. */
  #found: Found | null = null;
  #weights: Weights;
  #pairs: Pairs;
  /** Row of each contributor, NONE for one without; and the contributor of each row. */
  #rowOf: Uint32Array;
  contributorOf: Uint32Array;
  /** Contributors that have been given a row, or never will. */
  #known: number;
  /** Grants of each holder, by contributor. */
  #grants = new Map<number, number[]>();
  /** Made when it is first asked who said what. */
  #touching: Touching | null = null;
  readonly #handing = new Handing();

  constructor(
    private readonly record: Record,
    /** Where to start from, by contributor; from nothing unless given. */
    voices: Float64Array | null = null,
  ) {
    const { policy } = record;
    this.#weights = new Weights(record, policy, record.time);
    this.#pairs = new Pairs(record, this.#weights, policy);
    const onRepeated = (_u: number, _v: number, _against: boolean, entries: number[]) =>
      this.#pairs.know(entries);
    const { columns, rowOf } = weighWith(record, policy, this.#weights, onRepeated);
    this.#rowOf = rowOf;
    this.#known = rowOf.length;
    for (let u = 0; u < rowOf.length; u++) if (!record.present(u)) rowOf[u] = NONE;
    this.contributorOf = columns.contributor;
    this.#gatherGrants();
    this.graph = new Digraph(columns);
    const start = {
      ...columns,
      ...(policy.reserve > 0 && {
        reserve: Float64Array.from(columns.contributor, (u) => this.#weights.reserve(u)),
      }),
      ...(voices && { voices: Float64Array.from(columns.contributor, (u) => voices[u] ?? 0) }),
    };
    this.#solver = new Settle(this.graph, policy, start);
  }

  /** Settled as far as anybody has settled it. O(order + edges) after a settler, else O(1). */
  get solver(): Settle {
    if (this.#found !== null) this.#solver.take(this.#found);
    this.#found = null;
    return this.#solver;
  }

  save(to: SnapshotWriter): void {
    this.graph.save(to);
    this.solver.save(to);
    this.#weights.save(to);
    this.#pairs.save(to);
    to.array('living.rowOf', Uint32Array, this.#rowOf.subarray(0, this.#known));
    to.array('living.contributorOf', Uint32Array, this.contributorOf.subarray(0, this.graph.order));
  }

  /** Takes over what was saved; made of an empty record, which has been loaded since. */
  load(from: SnapshotReader): void {
    this.graph.load(from);
    this.solver.load(from);
    this.#weights.load(from);
    this.#pairs.load(from);
    this.#rowOf = from.array('living.rowOf', Uint32Array);
    this.#known = this.#rowOf.length;
    this.contributorOf = from.array('living.contributorOf', Uint32Array, this.graph.order);
    this.#gatherGrants();
  }

  /** The scores as they stand. */
  view(of: Pick<ScoresInput, 'contributors' | 'policy' | 'sequence'>): Scores {
    const { graph, solver } = this;
    const mass = new Float64Array(graph.order);
    const distrust = new Float64Array(graph.order);
    solver.read(mass, distrust);
    const objections = graph.objected > 0 ? graph.objections : null;
    return new Scores({
      ...of,
      mass,
      distrust,
      contributor: this.contributorOf.slice(0, graph.order),
      standing: (voices) => standings(graph.endorsements, objections, graph.largest(), voices),
      credentialSum: solver.credentialSum,
      bound: solver.bound,
    });
  }

  /** Scores within a tolerance, found by a settler; goes on from there, unless somebody settled it meanwhile. */
  async viewBy(
    settler: Settler,
    asked: Pick<Task, 'tolerance' | 'hurried'>,
    of: Pick<ScoresInput, 'contributors' | 'policy' | 'sequence'>,
  ): Promise<{ scores: Scores; edgeVisits: number }> {
    const solver = this.#solver;
    const { credentialSum } = solver;
    const contributor = this.contributorOf.slice(0, this.graph.order);
    const names = of.contributors.texts();
    const outcome = await this.#handing.settle(solver, settler, this.#found, {
      contributor,
      names,
      ...asked,
    });
    const { mass, distrust, voices, trust, ranking, standing, bound, excess, edgeVisits } = outcome;
    if (solver.bound > asked.tolerance) this.#found = { x: mass, z: distrust, excess };
    const rows = { mass, distrust, contributor, standing: () => standing, found: { voices, trust, ranking } };
    return { scores: new Scores({ ...of, ...rows, credentialSum, bound }), edgeVisits };
  }

  /** What insight reads of it, with the scores as they stand. */
  settlement(scores: Scores): Settlement {
    const { graph, solver } = this;
    const { contributors } = this.record;
    const ids = contributors.ids();
    return {
      graph,
      solver,
      scores,
      evidence: this.#evidence(),
      id: (row) => ids.text(this.contributorOf[row]!),
      row: (id) => {
        const contributor = contributors.findText(id);
        const row = contributor === NONE ? NONE : this.#rowOf[contributor]!;
        return row === NONE ? -1 : row;
      },
    };
  }

  #evidence(): Evidence {
    const { contributors, statements, credentials, kinds } = this.record;
    const { source, target, weight, kind, at, dead, id } = statements;
    const idOf = (index: number) => (index === NONE ? undefined : this.record.eventId(index));
    const touching = (row: number, end: Column<Uint32Array>): Statement[] => {
      const contributor = this.contributorOf[row]!;
      const entries: number[] = [];
      this.#touching ??= new Touching(statements);
      this.#touching.each(contributor, contributors.length, (entry) => {
        if (
          end.get(entry) === contributor &&
          dead.get(entry) === 0 &&
          source.get(entry) !== target.get(entry)
        )
          entries.push(entry);
      });
      return entries
        .sort((one, other) => one - other)
        .map((entry) => ({
          source: this.#rowOf[source.get(entry)]!,
          target: this.#rowOf[target.get(entry)]!,
          against: weight.get(entry) < 0,
          weight: Math.abs(weight.get(entry)),
          kind: kinds.names[kind.get(entry)]!,
          at: at.get(entry),
          id: idOf(id.get(entry)),
        }));
    };
    const grants = (row: number): Grant[] =>
      (this.#grants.get(this.contributorOf[row]!) ?? []).map((entry) => ({
        holder: row,
        weight: credentials.weight.get(entry),
        issuer: credentials.issuer[entry]!,
        at: credentials.at.get(entry),
        id: idOf(credentials.id.get(entry)),
      }));
    return { about: (row) => touching(row, target), by: (row) => touching(row, source), grants };
  }

  /** Trust as one contributor sees it. */
  viewOf(viewer: string, contributor: number, tolerance: number): View {
    const { contributors, sequence } = this.record;
    const personal = this.solver.personal(this.#rowOf[contributor]!, { tolerance });
    return new View({ ...personal, contributorOf: this.contributorOf, contributors, viewer, sequence });
  }

  /** Contributors that have a row, or never will. */
  get contributors(): number {
    return this.#known;
  }

  /** y by contributor; 0 for one that has no row. */
  voices(): Float64Array {
    const rows = this.#rowOf.subarray(0, this.#known);
    return Float64Array.from(rows, (row) => (row === NONE ? 0 : this.solver.voice(row)));
  }

  /** Absorbs what the record went through; false if all has to be weighed again. */
  absorb(changes: readonly Change[]): boolean {
    if (this.#touchEverything(changes)) return false;
    this.#welcome();
    for (const { type, entry } of changes) {
      if (type === 'said' || type === 'unsaid') {
        if (!this.#state(entry, type === 'said')) return false;
      } else if (type === 'granted' || type === 'revoked') this.#credit(entry, type === 'granted');
    }
    return true;
  }

  /** True if all has to be weighed again, or that is cheaper. */
  #touchEverything(changes: readonly Change[]): boolean {
    const { record } = this;
    if (changes.length > 1000 + record.statements.length / 2) return true;
    const { reserve, halfLife } = record.policy;
    const uniform = this.#grants.size === 0;
    for (const { type } of changes) {
      // Before the first credential and after the last, every contributor counts 1.
      if (uniform && (type === 'granted' || type === 'revoked')) return true;
      if (type === 'everything' || (type === 'advanced' && reserve > 0 && halfLife !== null)) return true;
    }
    return record.credentialsInForce === 0 && !uniform;
  }

  /**
   * What changes that the record is only tried with, and is still with, would do to the rows, newcomers in the
   * rows from `order` on; null if all has to be weighed. Nothing is changed.
   */
  draft(changes: readonly Change[]): Patch | null {
    if (this.#touchEverything(changes)) return null;
    const { graph, record } = this;
    return draftOf(changes, {
      record,
      graph,
      weights: this.#weights,
      pairs: this.#pairs,
      newcomers: record.contributors.length - this.#known,
      rowOf: (u) => (u < this.#known ? this.#rowOf[u]! : graph.order + u - this.#known),
      grants: (u) => this.#grants.get(u) ?? [],
    });
  }

  /** Rows for the contributors that came. */
  #welcome(): void {
    const { contributors } = this.record;
    const first = this.#known;
    if (contributors.length > this.#rowOf.length)
      this.#rowOf = grown(this.#rowOf, 2 * contributors.length + 16);
    for (let u = first; u < contributors.length; u++) {
      const row = this.#solver.add(this.#weights.reserve(u));
      if (row >= this.contributorOf.length) this.contributorOf = grown(this.contributorOf, 2 * row + 16);
      this.#rowOf[u] = row;
      this.contributorOf[row] = u;
    }
    this.#known = contributors.length;
  }

  /** A statement was made or taken back; false if the row is to be weighed again. */
  #state(entry: number, said: boolean): boolean {
    const { source, target, weight } = this.record.statements;
    const from = source.get(entry);
    const to = target.get(entry);
    if (from === to) return true;
    const u = this.#rowOf[from]!;
    const v = this.#rowOf[to]!;
    const against = weight.get(entry) < 0;
    if (said && this.graph.says[u] === 0) this.#weights.restart(from);
    const factor = said ? this.#weights.admit(entry) : 1;
    if (factor === null) this.#solver.withhold(u, this.#weights.reserve(from));
    else if (factor !== 1) this.#solver.rescale(u, factor, this.#weights.reserve(from));
    const before = this.graph.weight(u, v, against);
    this.#solver.weigh(u, v, against, said ? this.#pairs.with(entry, before) : this.#pairs.without(entry));
    // The newest event of a row may have gone, and with it what its unit was made for.
    return said || !this.#solver.faint(u);
  }

  /** A credential was granted or revoked: its holder's add up anew, in the order they were granted. */
  #credit(entry: number, granted: boolean): void {
    const { holder, weight } = this.record.credentials;
    const contributor = holder.get(entry);
    const grants = this.#grantsOf(contributor);
    if (granted) grants.push(entry);
    else grants.splice(grants.indexOf(entry), 1);
    let credential = 0;
    for (const grant of grants) credential += weight.get(grant);
    if (grants.length === 0) this.#grants.delete(contributor);
    this.#solver.credit(this.#rowOf[contributor]!, credential);
  }

  #gatherGrants(): void {
    const { holder, dead } = this.record.credentials;
    for (let entry = 0; entry < this.record.credentials.length; entry++) {
      if (dead.get(entry) === 0) this.#grantsOf(holder.get(entry)).push(entry);
    }
  }

  #grantsOf(contributor: number): number[] {
    let grants = this.#grants.get(contributor);
    if (grants === undefined) {
      grants = [];
      this.#grants.set(contributor, grants);
    }
    return grants;
  }
}
