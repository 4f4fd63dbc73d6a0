/**
 * What the tests of graphology share: every class of graph, what a graph says in events, written down a
 * second time from the description alone, and when two engines agree. Shares no code with the readers.
 */
import Graph, {
  DirectedGraph,
  MultiDirectedGraph,
  MultiGraph,
  MultiUndirectedGraph,
  UndirectedGraph,
} from 'graphology';
import { expect } from 'vitest';
import type { EventInput, TrustEngine } from '../../src/index.ts';
import { trustAllowance } from '../witness/allowance.ts';
import { fixedPoint } from '../witness/fixed-point.ts';
import { type LedgerEvent, type Policy, replay } from '../witness/record.ts';

export const CLASSES = {
  Graph,
  DirectedGraph,
  UndirectedGraph,
  MultiGraph,
  MultiDirectedGraph,
  MultiUndirectedGraph,
};

/** What a graph says: every node, then every edge both ways if it is undirected, then credentials. */
function told(graph: Graph): EventInput[] {
  const events: EventInput[] = [];
  graph.forEachNode((node) => {
    // Of oneself: a mention, and nothing more.
    events.push({ type: 'endorse', source: node, target: node });
  });
  graph.forEachEdge((_, { weight = 1, kind, at }, source, target, _s, _t, undirected) => {
    const type = weight > 0 ? 'endorse' : 'object';
    const rest = {
      type,
      weight: Math.abs(weight),
      ...(kind === undefined ? {} : { kind }),
      ...(at === undefined ? {} : { at }),
    } as const;
    events.push({ ...rest, source, target });
    if (undirected && source !== target) events.push({ ...rest, source: target, target: source });
  });
  graph.forEachNode((node, { verified }) => {
    if (verified) events.push({ type: 'grant', target: node, weight: verified });
  });
  return events;
}

/** Expects an engine to score a graph as the witness scores what the graph says. */
export function expectTrue(engine: TrustEngine, graph: Graph): void {
  const scores = engine.scores();
  const record = replay({ initial: engine.policy as Policy, events: told(graph) as LedgerEvent[] });
  expect([...scores].map(({ contributor }) => contributor).sort()).toEqual([...record.ids].sort());
  if (graph.order === 0) return;
  const { trust } = fixedPoint(record);
  let off = 0;
  record.ids.forEach((id, v) => {
    off += Math.abs(scores.of(id)!.trust - trust[v]!);
  });
  expect(off).toBeLessThanOrEqual(scores.bound + trustAllowance(record));
}

/** Expects two engines to hold the same community and, within both their bounds, the same trust. */
export function expectAgreement(one: TrustEngine, other: TrustEngine): void {
  const counts = ({ order, size, endorsements, objections }: TrustEngine) => ({
    order,
    size,
    endorsements,
    objections,
  });
  expect(counts(one)).toEqual(counts(other));
  const [scores, others] = [one.scores(), other.scores()];
  let off = 0;
  for (const { contributor, trust } of scores) off += Math.abs(trust - others.of(contributor)!.trust);
  expect(off).toBeLessThanOrEqual(scores.bound + others.bound);
}
