/**
 * Other ways to score a community, as scorers, to be measured beside ours: PageRank and HITS of graphology-metrics,
 * an optional peer that is loaded when one of them is asked for, and two that need nothing. All of them see
 * live endorsements of others; none knows credentials, and only the mean rating knows objections.
 */
import { PeerageError } from '../error.ts';
import type { Scorer } from '../testing/answer.ts';
import type { Standing } from '../testing/standing.ts';
import { standing } from '../testing/standing.ts';

/** How many others endorse a contributor. */
export const inDegree: Scorer = (events) => {
  const { contributors, pairs } = pairsOf(standing(events));
  const scores = new Map(contributors.map((id) => [id, 0]));
  for (const { target } of pairs.values()) scores.set(target, scores.get(target)! + 1);
  return scores;
};

/** The mean weight of what is said of a contributor, an objection counted as 0; 0 where nothing is. */
export const meanRating: Scorer = (events) => {
  const { contributors, statements } = standing(events);
  return new Map(
    contributors.map((id) => {
      const heard = statements.filter(({ source, target }) => target === id && source !== id);
      const sum = heard.reduce((all, { type, weight = 1 }) => all + (type === 'endorse' ? weight : 0), 0);
      return [id, heard.length === 0 ? 0 : sum / heard.length];
    }),
  );
};

/** PageRank at its usual damping of 0.85, restarted evenly, stopped where a pass moves less than 1e-12. */
export async function pagerank(): Promise<Scorer> {
  const [{ DirectedGraph }, rank] = await packages(() => import('graphology-metrics/centrality/pagerank.js'));
  return (events) => {
    const { graph, scores } = graphOf(new DirectedGraph(), events);
    if (graph.order === 0) return new Map();
    // It multiplies its tolerance by the number of nodes.
    return scores(
      rank(graph, { getEdgeWeight: 'weight', maxIterations: 5000, tolerance: 1e-12 / graph.order }),
    );
  };
}

/** Authority by HITS (Kleinberg 1999); 0 for all where nobody endorses anybody. */
export async function hits(): Promise<Scorer> {
  const [{ DirectedGraph }, rank] = await packages(() => import('graphology-metrics/centrality/hits.js'));
  return (events) => {
    const { graph, scores } = graphOf(new DirectedGraph(), events);
    if (graph.size === 0) return scores({});
    return scores(
      rank(graph, { getEdgeWeight: 'weight', maxIterations: 50_000, tolerance: 1e-12 }).authorities,
    );
  };
}

type Store = InstanceType<typeof import('graphology')['DirectedGraph']>;

/** Nodes have numbers for keys: by names, `__proto__` would be lost in the plain objects that are answered. */
function graphOf(graph: Store, events: Parameters<Scorer>[0]) {
  const { contributors, pairs } = pairsOf(standing(events));
  const key = new Map(contributors.map((id, place) => [id, String(place)]));
  for (const one of key.values()) graph.addNode(one);
  for (const { source, target, weight } of pairs.values()) {
    graph.addEdge(key.get(source), key.get(target), { weight });
  }
  const scores = (answer: Readonly<Record<string, number>>) =>
    new Map(contributors.map((id) => [id, answer[key.get(id)!] ?? 0]));
  return { graph, scores };
}

/** Endorsements of others, each pair's weights added up. */
function pairsOf({ contributors, statements }: Standing) {
  const pairs = new Map<string, { source: string; target: string; weight: number }>();
  for (const { type, source, target, weight = 1 } of statements) {
    if (type !== 'endorse' || source === target) continue;
    const key = JSON.stringify([source, target]);
    const before = pairs.get(key)?.weight ?? 0;
    pairs.set(key, { source, target, weight: before + weight });
  }
  return { contributors, pairs };
}

async function packages<T>(metric: () => Promise<{ default: T }>): Promise<[typeof import('graphology'), T]> {
  try {
    const [graphology, { default: found }] = await Promise.all([import('graphology'), metric()]);
    return [graphology, found];
  } catch (cause) {
    const reason = `cannot be loaded (${(cause as Error).message.split('\n')[0]}); npm install graphology-metrics`;
    throw new PeerageError('missing-package', reason, { field: 'graphology-metrics' });
  }
}
