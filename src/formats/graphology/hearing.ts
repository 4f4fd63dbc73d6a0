/**
 * What an engine was told of a graphology graph, and how it is told more: the edges and nodes that may have
 * changed are read as they stand and compared with what was told, and the difference is one batch of events.
 * What an event of the graph itself says is never used. So a listener that changes the graph again, or events
 * that arrive out of order, leave graph and engine in agreement all the same.
 */
import type { AbstractGraph, Attributes } from 'graphology-types';
import { PeerageError } from '../../error.ts';
import type { EventInput, Milliseconds } from '../../event.ts';
import type { GraphReader, Said } from './reading.ts';
import { about, same } from './reading.ts';

/** What is told: an engine. */
export interface Hearer {
  apply(events: Iterable<EventInput>): unknown;
  readonly policy: { readonly kinds: object | null; readonly halfLife: number | null };
}

/** What an engine was told of an edge: events with ids numbered `number`; none once the edge is gone. */
interface HeardEdge {
  readonly number: number;
  readonly said: readonly Said[];
}
/** What an engine was told of a node; `number` is that of the last id that was used for it. */
interface HeardNode {
  readonly number: number;
  readonly present: boolean;
  readonly credential: number;
}

/** What makes an engine agree with a graph, and what it will then have been told. */
interface Change {
  readonly events: EventInput[];
  readonly edges: Map<string, HeardEdge>;
  readonly nodes: Map<string, HeardNode>;
}

/** Codes of withdrawals that find nothing: the host took it back in the engine itself. */
const GONE = new Set<string>(['unknown-event', 'already-retracted', 'unknown-contributor']);

/**
 * What one engine was told of a graph, and how it is told more. Ids count up with each statement about an
 * edge or node and are never used twice, so entries of what is gone stay.
 */
export class Hearing {
  readonly #edges = new Map<string, HeardEdge>();
  readonly #nodes = new Map<string, HeardNode>();
  /** The date of some edge that the engine has taken. */
  #date: Milliseconds | undefined;

  constructor(private readonly engine: Hearer) {}

  /**
   * Tells the engine what has changed of these edges and nodes, as one batch.
   * @throws PeerageError with the key of the edge or node; then nothing has changed.
   */
  catchUp<N extends Attributes, E extends Attributes>(
    graph: AbstractGraph<N, E>,
    reader: GraphReader<N, E>,
    edges: Iterable<string> | 'all' = 'all',
    nodes: Iterable<string> | 'all' = 'all',
  ): void {
    const change: Change = { events: [], edges: new Map(), nodes: new Map() };
    if (edges === 'all') {
      for (const edge of this.#edges.keys()) if (!graph.hasEdge(edge)) this.#hearEdge(change, edge, []);
      reader.eachEdge((edge, said) => this.#hearEdge(change, edge, said));
    } else for (const edge of edges) this.#hearEdge(change, edge, reader.edge(edge));

    const hearNode = (node: string) => {
      if (!graph.hasNode(node)) return this.#leaveNode(change, node);
      // Where all edges are read, they mention all nodes that have any.
      const mentioned = edges === 'all' && graph.degree(node) > 0;
      this.#hearNode(change, node, reader.credential(node), mentioned);
    };
    if (nodes === 'all') {
      for (const node of this.#nodes.keys()) if (!graph.hasNode(node)) hearNode(node);
      graph.forEachNode(hearNode);
    } else for (const node of nodes) hearNode(node);
    this.#tell(change);
  }

  #hearEdge({ events, edges }: Change, edge: string, said: Said[]): void {
    const before = this.#edges.get(edge) ?? { number: 0, said: [] };
    if (same(before.said, said)) return;
    for (const { id } of before.said) events.push({ type: 'retract', of: id! });
    const number = said.length > 0 ? before.number + 1 : before.number;
    for (const [place, one] of said.entries()) {
      one.id = `${place === 0 ? 'edge' : 'reverse'}:${number}:${edge}`;
      events.push(one);
    }
    edges.set(edge, { number, said });
  }

  #hearNode({ events, nodes }: Change, node: string, credential: number, mentioned: boolean): void {
    const before = this.#nodes.get(node) ?? { number: 0, present: false, credential: 0 };
    if (before.present && before.credential === credential) return;
    let { number } = before;
    const of = `credential:${number}:${node}`;
    if (credential > 0) {
      number++;
      events.push({ type: 'grant', id: `credential:${number}:${node}`, target: node, weight: credential });
    } else if (!before.present && !mentioned) {
      number++;
      events.push(...this.#mention(node, `${number}:${node}`));
    }
    // After the grant, so that the last credential in force is never taken away to be given again.
    if (before.credential > 0) events.push({ type: 'revoke', of });
    nodes.set(node, { number, present: true, credential });
  }

  #leaveNode({ events, nodes }: Change, node: string): void {
    const before = this.#nodes.get(node);
    if (!before?.present) return;
    events.push({ type: 'forget', contributor: node });
    nodes.set(node, { number: before.number, present: false, credential: 0 });
  }

  /**
   * Mentions a node that nobody endorses: it endorses itself, which the equations pass over, and retracts
   * that, so that it stands in the way of no later policy. Where a kind or date is asked for that no edge
   * has shown, a credential that is revoked at once does the same, at the cost of O(record).
   */
  #mention(node: string, name: string): EventInput[] {
    const { kinds, halfLife } = this.engine.policy;
    const kind = kinds === null ? undefined : Object.keys(kinds)[0];
    const said = { id: `node:${name}`, target: node };
    // The withdrawal has an id too, so that an engine that knows all this already takes nothing of it.
    const unsaid = { id: `unsaid:${name}`, of: said.id };
    if ((kinds !== null && kind === undefined) || (halfLife !== null && this.#date === undefined)) {
      return [
        { type: 'grant', ...said },
        { type: 'revoke', ...unsaid },
      ];
    }
    const fit = { ...(kind !== undefined && { kind }), ...(halfLife !== null && { at: this.#date! }) };
    return [
      { type: 'endorse', ...said, source: node, ...fit },
      { type: 'retract', ...unsaid },
    ];
  }

  #tell({ events, edges, nodes }: Change): void {
    while (events.length > 0) {
      try {
        this.engine.apply(events);
        break;
      } catch (error) {
        const event = error instanceof PeerageError ? events[error.index!] : undefined;
        if (event === undefined) throw error;
        const { code } = error as PeerageError;
        if (!GONE.has(code)) throw named(error as PeerageError, event);
        events.splice((error as PeerageError).index!, 1);
      }
    }
    for (const [node, heard] of nodes) this.#nodes.set(node, heard);
    for (const [edge, heard] of edges) {
      this.#edges.set(edge, heard);
      for (const { source, target, at } of heard.said) {
        if (at !== undefined) this.#date = at;
        for (const node of [source, target]) {
          const { number = 0, present = false } = this.#nodes.get(node) ?? {};
          if (!present) this.#nodes.set(node, { number, present: true, credential: 0 });
        }
      }
    }
  }
}

/** A refusal of the engine, told of the edge or node whose event it is. */
function named(error: PeerageError, event: EventInput): PeerageError {
  const [, what, key] = /^(edge|reverse|node|unsaid|credential):\d+:(.*)$/s.exec(event.id ?? '') ?? [];
  if (key === undefined) return error;
  return about(error, what === 'edge' || what === 'reverse' ? 'edge' : 'node', key);
}
