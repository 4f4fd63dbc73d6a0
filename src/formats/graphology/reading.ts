/**
 * Reads graphology graphs (https://graphology.github.io): what an edge says, as statements, and what
 * credential a node holds. Options name an attribute or are functions, as in graphology-metrics. Where that
 * takes what is missing or no number for a weight of 1, this takes only what is missing: anything else is
 * refused, with the key of the edge or node. Only types are imported; a graph is known by its methods.
 */
import type { AbstractGraph, Attributes, EdgeMapper, NodeMapper } from 'graphology-types';
import { PeerageError, quote } from '../../error.ts';
import type { Milliseconds } from '../../event.ts';
import { CREDENTIAL_RANGE, checkId, checkWeight, parseDate, WEIGHT_RANGE } from '../../event.ts';

/** An attribute of edges, or a function of an edge; null for none. */
export type EdgeValue<T, N extends Attributes, E extends Attributes> =
  | keyof E
  | EdgeMapper<T | undefined, N, E>
  | null;

/** How a graph is read. */
export interface ReadingOptions<N extends Attributes = Attributes, E extends Attributes = Attributes> {
  /**
   * Weight of an edge, `weight` unless given: 1e-9 to 1e12, below zero for an objection; 1 where it is
   * undefined, and for every edge where this is null.
   */
  getEdgeWeight?: EdgeValue<number, N, E>;
  /** Kind of an edge, for a policy with `kinds`; `endorsement` where it is undefined. */
  getEdgeKind?: EdgeValue<string, N, E>;
  /** Date of an edge, for a policy with a `halfLife`: ISO 8601, epoch milliseconds or a Date. */
  getEdgeDate?: EdgeValue<Milliseconds | string | Date, N, E>;
  /** Credential of a node: an attribute or a function, 1e-15 to 1e12; undefined or 0 for no credential. */
  credentials?: keyof N | NodeMapper<number | undefined, N> | null;
}

/** What an edge says in one direction: an event that has its id when it is applied. */
export interface Said {
  type: 'endorse' | 'object';
  id?: string;
  source: string;
  target: string;
  weight: number;
  kind?: string;
  at?: Milliseconds;
}

/** @throws PeerageError `bad-option` for anything that is not a graph of graphology. */
export function checkGraph(graph: unknown): void {
  const given = graph as Partial<AbstractGraph> | null;
  if (
    typeof given === 'object' &&
    typeof given?.addUndirectedEdgeWithKey === 'function' &&
    typeof given.dropNode === 'function' &&
    typeof given.multi === 'boolean'
  ) {
    return;
  }
  throw new PeerageError('bad-option', `${quote(graph)} is not a graph; expected one of graphology's`, {
    field: 'graph',
    value: graph,
  });
}

/** The same error, told of an edge or a node. */
export function about(error: PeerageError, what: 'edge' | 'node', key: string): PeerageError {
  const { code, reason, field, value } = error;
  return new PeerageError(code, `${what} ${quote(key)}: ${reason}`, {
    ...(field !== undefined && { field }),
    ...(value !== undefined && { value }),
  });
}

export class GraphReader<N extends Attributes, E extends Attributes> {
  /** True if what an edge says may depend on the attributes of nodes. */
  readonly edgesSeeNodes: boolean;
  readonly #graph: AbstractGraph<N, E>;
  readonly #weight: EdgeMapper<unknown, N, E> | null;
  readonly #kind: EdgeMapper<unknown, N, E> | null;
  readonly #date: EdgeMapper<unknown, N, E> | null;
  readonly #credential: NodeMapper<unknown, N> | null;
  /** The attributes that are read; null if a function may read any. */
  readonly #edgeNames: readonly unknown[] | null;
  readonly #nodeNames: readonly unknown[] | null;

  /** @throws PeerageError `bad-option`. */
  constructor(graph: AbstractGraph<N, E>, options: ReadingOptions<N, E>) {
    checkGraph(graph);
    const { getEdgeWeight = 'weight', getEdgeKind = null, getEdgeDate = null, credentials = null } = options;
    this.#graph = graph;
    const ofEdge = (name: string): EdgeMapper<unknown, N, E> => {
      return (_, attributes) => attributes[name];
    };
    this.#weight = getter('getEdgeWeight', getEdgeWeight, ofEdge);
    this.#kind = getter('getEdgeKind', getEdgeKind, ofEdge);
    this.#date = getter('getEdgeDate', getEdgeDate, ofEdge);
    this.#credential = getter('credentials', credentials, (name): NodeMapper<unknown, N> => {
      return (_, attributes) => attributes[name];
    });
    this.#edgeNames = named([getEdgeWeight, getEdgeKind, getEdgeDate]);
    this.#nodeNames = named([credentials]);
    this.edgesSeeNodes = this.#edgeNames === null;
  }

  /** Whether a change of these attributes of every edge (all, if they are not named) can say anything. */
  readsOfEdges(names: readonly unknown[] | undefined): boolean {
    return overlap(this.#edgeNames, names);
  }

  /** The same of nodes, for the credentials that they hold. */
  readsOfNodes(names: readonly unknown[] | undefined): boolean {
    return overlap(this.#nodeNames, names);
  }

  /**
   * What an edge says: nothing if it is not there, two statements if it is undirected and no loop.
   * @throws PeerageError with the key of the edge.
   */
  edge(edge: string): Said[] {
    const graph = this.#graph;
    if (!graph.hasEdge(edge)) return [];
    const [source, target] = graph.extremities(edge) as [string, string];
    return this.#say(
      edge,
      graph.getEdgeAttributes(edge),
      source,
      target,
      graph.getNodeAttributes(source),
      graph.getNodeAttributes(target),
      graph.isUndirected(edge),
    );
  }

  /** What every edge says, in the order of the graph. */
  eachEdge(hear: (edge: string, said: Said[]) => void): void {
    this.#graph.forEachEdge((edge, ...entry) => hear(edge, this.#say(edge, ...entry)));
  }

  /**
   * The credential of a node; 0 for none.
   * @throws PeerageError with the key of the node.
   */
  credential(node: string): number {
    try {
      checkId(node, 'node');
      const credential = this.#credential?.(node, this.#graph.getNodeAttributes(node));
      if (credential === undefined || credential === 0) return 0;
      return checkWeight(credential, CREDENTIAL_RANGE);
    } catch (error) {
      throw error instanceof PeerageError ? about(error, 'node', node) : error;
    }
  }

  readonly #say: EdgeMapper<Said[], N, E> = (...entry) => {
    const [edge, , source, target, , , undirected] = entry;
    try {
      const given = this.#weight?.(...entry);
      const weight = given === undefined ? 1 : checkEdgeWeight(given);
      const kind = this.#kind?.(...entry);
      const at = this.#date?.(...entry);
      const said: Said = {
        type: weight > 0 ? 'endorse' : 'object',
        source: checkId(source, 'source'),
        target: checkId(target, 'target'),
        weight: Math.abs(weight),
      };
      if (kind !== undefined) said.kind = checkId(kind, 'kind');
      if (at !== undefined) said.at = parseDate(at);
      return undirected && source !== target ? [said, { ...said, source: target, target: source }] : [said];
    } catch (error) {
      throw error instanceof PeerageError ? about(error, 'edge', edge) : error;
    }
  };
}

/** Whether two readings of an edge say the same. */
export function same(said: readonly Said[], other: readonly Said[]): boolean {
  return (
    said.length === other.length &&
    said.every(({ type, source, target, weight, kind, at }, place) => {
      const one = other[place]!;
      return (
        type === one.type &&
        source === one.source &&
        target === one.target &&
        weight === one.weight &&
        kind === one.kind &&
        at === one.at
      );
    })
  );
}

function checkEdgeWeight(weight: unknown): number {
  const [least, most] = WEIGHT_RANGE;
  if (typeof weight === 'number' && Math.abs(weight) >= least && Math.abs(weight) <= most) return weight;
  throw new PeerageError(
    'bad-weight',
    `${quote(weight)} is not a weight; expected a number from ${least} to 1e12, below zero for an objection`,
    { field: 'weight', value: weight },
  );
}

/** The function that an option stands for. */
function getter<T>(field: string, option: unknown, ofName: (name: string) => T): T | null {
  if (option === null) return null;
  if (typeof option === 'function') return option as T;
  if (typeof option === 'string') return ofName(option);
  throw new PeerageError(
    'bad-option',
    `${quote(option)} is refused; expected the name of an attribute, a function, or null`,
    { field, value: option },
  );
}

/** The attributes that options name; null if one is a function. */
function named(options: readonly unknown[]): readonly unknown[] | null {
  if (options.some((option) => typeof option === 'function')) return null;
  return options.filter((option) => option !== null);
}

function overlap(read: readonly unknown[] | null, changed: readonly unknown[] | undefined): boolean {
  return (
    read === null || (changed === undefined ? read.length > 0 : changed.some((name) => read.includes(name)))
  );
}
