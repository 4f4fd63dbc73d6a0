/**
 * Door "./graphology": an engine from a graph of graphology, an engine that follows a live graph through its
 * events, and scores written back as attributes of its nodes. A node is a contributor, an edge an
 * endorsement (of a weight below zero: an objection), an undirected edge one each way. graphology is the
 * host's: nothing of it is imported but types.
 */
import type { AbstractGraph, Attributes, GraphEvents } from 'graphology-types';
import type { EngineOptions } from './engine.ts';
import { TrustEngine } from './engine.ts';
import { PeerageError, quote } from './error.ts';
import { Hearing } from './formats/graphology/hearing.ts';
import type { ReadingOptions } from './formats/graphology/reading.ts';
import { GraphReader } from './formats/graphology/reading.ts';

export type { AssignOptions, Scored } from './formats/graphology/assign.ts';
export { assign } from './formats/graphology/assign.ts';
export { louvain } from './formats/graphology/louvain.ts';
export type { EdgeValue, ReadingOptions } from './formats/graphology/reading.ts';

/** How a graph is read, and the options of the engine that is made of it. */
export interface GraphologyOptions<N extends Attributes = Attributes, E extends Attributes = Attributes>
  extends ReadingOptions<N, E>,
    EngineOptions {}

/** How a graph is read and followed. */
export interface AttachOptions<N extends Attributes = Attributes, E extends Attributes = Attributes>
  extends GraphologyOptions<N, E> {
  /** The engine that follows the graph, whose options are its own; a new one unless given. */
  engine?: TrustEngine;
  /** Is told of a change that was refused, which is otherwise thrown out of the call that changed the graph. */
  onError?: (error: PeerageError) => void;
}

/** An engine that follows a graph. */
export interface Attachment {
  readonly engine: TrustEngine;
  /** Stops following; the engine keeps what it was told. */
  detach(): void;
}

/** What each engine was told of a graph. */
const hearings = new WeakMap<TrustEngine, Hearing>();
/** The engines that follow a graph. */
const followers = new WeakSet<TrustEngine>();

/**
 * An engine that holds what a graph says, isolated nodes included. The event of an edge has the id
 * `edge:1:KEY`, and `reverse:1:KEY` for the way back of an undirected edge.
 * @throws PeerageError `bad-option` for what is not a graph, and for an edge or node that is refused, with
 * its key: `bad-weight` (NaN, 0, infinite, no number), `bad-id`, `bad-date`, `unknown-kind`, `missing-date`.
 * @example
 * const engine = fromGraphology(graph, { getEdgeWeight: 'thanks', credentials: 'verified' });
 */
export function fromGraphology<N extends Attributes = Attributes, E extends Attributes = Attributes>(
  graph: AbstractGraph<N, E>,
  options: GraphologyOptions<N, E> = {},
): TrustEngine {
  const reader = new GraphReader(graph, options);
  const engine = new TrustEngine(options);
  hearingOf(engine).catchUp(graph, reader);
  return engine;
}

/**
 * An engine that says what a graph says, now and after each change of it, until `detach`. A node that is
 * dropped is forgotten. An edge that comes to say something else is retracted and endorsed anew: its event
 * is then `edge:2:KEY`, and so on. An engine that was made of a graph, or followed one, catches up with all
 * that has changed since; what it holds from elsewhere stays.
 *
 * graphology tells of a change once it is made. If the change is refused the engine stays as it was, but the
 * graph does not, and the error comes out of the call that changed it: perhaps out of the middle, as where
 * `mergeEdge` adds a node first; `onError` avoids that. What was refused is read again when it next changes.
 *
 * Notes: attributes changed in place, behind graphology's back, are not seen. An engine follows one graph at
 * a time. One restored from a snapshot takes what it knows once, but must be given the graph as it was then,
 * and refuses (`id-conflict`) one with an edge that it was told of twice: make a new engine of that.
 * @throws PeerageError as `fromGraphology`, and `bad-option` for an engine that follows a graph already.
 * @example
 * const { engine, detach } = attach(graph, { onError: console.error });
 */
export function attach<N extends Attributes = Attributes, E extends Attributes = Attributes>(
  graph: AbstractGraph<N, E>,
  options: AttachOptions<N, E> = {},
): Attachment {
  const { onError } = options;
  const reader = new GraphReader(graph, options);
  const engine = options.engine === undefined ? new TrustEngine(options) : checkEngine(options);
  const hearing = hearingOf(engine);
  hearing.catchUp(graph, reader);

  const hear = (edges: Iterable<string> | 'all', nodes: Iterable<string> | 'all') => {
    try {
      hearing.catchUp(graph, reader, edges, nodes);
    } catch (error) {
      if (onError === undefined || !(error instanceof PeerageError)) throw error;
      onError(error);
    }
  };
  const edge = ({ key }: { key: string }) => hear([key], []);
  const node = ({ key }: { key: string }) => hear([], [key]);
  const all = () => hear('all', 'all');
  const listeners: Partial<GraphEvents<N, E>> = {
    edgeAdded: edge,
    edgeDropped: edge,
    edgeAttributesUpdated: edge,
    nodeAdded: node,
    nodeDropped: node,
    nodeAttributesUpdated: ({ key }) => hear(reader.edgesSeeNodes ? graph.edges(key) : [], [key]),
    eachEdgeAttributesUpdated: ({ hints }) => {
      if (reader.readsOfEdges(hints?.attributes)) hear('all', []);
    },
    eachNodeAttributesUpdated: ({ hints }) => {
      const nodes = reader.readsOfNodes(hints?.attributes) ? 'all' : [];
      if (nodes === 'all' || reader.edgesSeeNodes) hear(reader.edgesSeeNodes ? 'all' : [], nodes);
    },
    edgesCleared: all,
    cleared: all,
  };
  const names = Object.keys(listeners) as (keyof GraphEvents)[];
  for (const name of names) graph.on(name, listeners[name]!);
  followers.add(engine);
  let attached = true;
  return {
    engine,
    detach() {
      if (!attached) return;
      attached = false;
      for (const name of names) graph.off(name, listeners[name]!);
      followers.delete(engine);
    },
  };
}

function hearingOf(engine: TrustEngine): Hearing {
  let hearing = hearings.get(engine);
  if (hearing === undefined) {
    hearing = new Hearing(engine);
    hearings.set(engine, hearing);
  }
  return hearing;
}

/** @throws PeerageError `bad-option`. */
function checkEngine(options: { engine?: TrustEngine } & EngineOptions): TrustEngine {
  const { engine, policy, tolerance, notAfter } = options;
  if (!(engine instanceof TrustEngine)) throw refusal('engine', engine, `${quote(engine)} is not an engine`);
  for (const [field, value] of Object.entries({ policy, tolerance, notAfter })) {
    if (value !== undefined) throw refusal(field, value, 'is the business of the "engine" that is given');
  }
  if (followers.has(engine)) {
    throw refusal('engine', engine, 'follows a graph already, and only one at a time; detach it first');
  }
  return engine;
}

function refusal(field: string, value: unknown, reason: string): PeerageError {
  return new PeerageError('bad-option', reason, { field, value });
}
