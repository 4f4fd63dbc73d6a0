/**
 * An engine from a graph: every class of graph against the witness of the equations, and against pagerank of
 * graphology-metrics where it can say the same. What is refused, and in which words.
 */
import fc from 'fast-check';
import Graph, { DirectedGraph, MultiDirectedGraph, UndirectedGraph } from 'graphology';
import pagerank from 'graphology-metrics/centrality/pagerank.js';
import { describe, expect, it } from 'vitest';
import { fromGraphology } from '../../src/graphology.ts';
import { PeerageError, TrustEngine } from '../../src/index.ts';
import { CLASSES, expectAgreement, expectTrue } from './graphs.ts';

const RUNS = { numRuns: 60, interruptAfterTimeLimit: 20_000 };

/** Random graphs of a class: isolated nodes, loops, parallel edges where they may be, objections, credentials. */
function graphs(type: keyof typeof CLASSES, objections = true) {
  const edge = fc.record({
    source: fc.nat(8),
    target: fc.nat(8),
    weight: fc.option(fc.integer({ min: objections ? -9 : 1, max: 99 }), { nil: undefined }),
    undirected: fc.boolean(),
  });
  return fc
    .record({
      order: fc.integer({ min: 1, max: 9 }),
      edges: fc.array(edge, { maxLength: 30 }),
      credentials: fc.array(fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 9 })), { maxLength: 3 }),
    })
    .map(({ order, edges, credentials }) => {
      const graph = new CLASSES[type]() as Graph;
      for (let v = 0; v < order; v++) graph.addNode(`n${v}`);
      for (const { source, target, weight, undirected } of edges) {
        const [u, v] = [`n${source % order}`, `n${target % order}`];
        const both = graph.type === 'undirected' || (graph.type === 'mixed' && undirected);
        if (!graph.multi && (both ? graph.hasUndirectedEdge(u, v) : graph.hasDirectedEdge(u, v))) continue;
        const attributes = weight === undefined ? {} : { weight: weight === 0 ? 1 : weight };
        if (both) graph.addUndirectedEdge(u, v, attributes);
        else graph.addDirectedEdge(u, v, attributes);
      }
      for (const [v, verified] of credentials) graph.setNodeAttribute(`n${v % order}`, 'verified', verified);
      return graph;
    });
}

describe.each(Object.keys(CLASSES) as (keyof typeof CLASSES)[])('a %s', (type) => {
  it('is scored as the equations score what it says', () => {
    const policies = fc.record({
      damping: fc.constantFrom(0, 0.5, 0.85),
      balance: fc.constantFrom(0.2, 1),
      concavity: fc.constantFrom('linear' as const, 'sqrt' as const),
    });
    fc.assert(
      fc.property(graphs(type), policies, (graph, policy) => {
        const engine = fromGraphology(graph, { credentials: 'verified', policy, tolerance: 1e-9 });
        expect(engine.order).toBe(graph.order);
        expectTrue(engine, graph);
      }),
      RUNS,
    );
  });

  it('has the pagerank that graphology-metrics computes, where nobody objects or endorses itself', () => {
    fc.assert(
      fc.property(graphs(type, false), (graph) => {
        graph
          .filterEdges((edge) => graph.isSelfLoop(edge))
          .forEach((edge) => {
            graph.dropEdge(edge);
          });
        // They stop when a step moves less than order x tolerance; what is left is 0.85 / 0.15 of a step.
        const theirs = pagerank(graph, {
          getEdgeWeight: 'weight',
          tolerance: 1e-13 / graph.order,
          maxIterations: 10_000,
        });
        const scores = fromGraphology(graph, { tolerance: 1e-9 }).scores();
        let off = 0;
        for (const { contributor, trust } of scores) off += Math.abs(trust - theirs[contributor]!);
        expect(off).toBeLessThanOrEqual(scores.bound + 1e-12);
      }),
      RUNS,
    );
  });
});

describe('options', () => {
  const graph = new DirectedGraph();
  for (const node of ['ada', 'linus', 'grace']) graph.addNode(node, { badge: node.length - 3 });
  graph.addEdgeWithKey('a', 'ada', 'linus', { weight: 3, thanks: 1, type: 'review', on: '2026-01-03' });
  graph.addEdgeWithKey('b', 'ada', 'grace', { thanks: 2, type: 'thanks', on: '2026-02-03' });
  const trust = (engine: TrustEngine) =>
    Object.fromEntries([...engine.scores()].map((score) => [score.contributor, score.trust]));
  /** Expects ada to endorse linus and grace with these weights. */
  const expectWeights = (engine: TrustEngine, linus: number, grace: number) => {
    const told = new TrustEngine();
    told.apply([
      { type: 'endorse', source: 'ada', target: 'linus', weight: linus },
      { type: 'endorse', source: 'ada', target: 'grace', weight: grace },
    ]);
    expectAgreement(engine, told);
  };

  it('take weights from "weight", 1 where there is none', () => {
    expectWeights(fromGraphology(graph), 3, 1);
  });
  it('take weights from the attribute they name', () => {
    expectWeights(fromGraphology(graph, { getEdgeWeight: 'thanks' }), 1, 2);
    expectWeights(fromGraphology(graph, { getEdgeWeight: 'nowhere' }), 1, 1);
  });
  it('take weights from a function of the edge and its ends', () => {
    const engine = fromGraphology(graph, {
      getEdgeWeight: (edge, { thanks }, source, target, a, b, undirected) =>
        edge === 'a' && source === 'ada' && target === 'linus' && !undirected && a.badge === 0
          ? 10 * b.badge
          : thanks,
    });
    expectWeights(engine, 20, 2);
  });
  it('take every weight as 1 where the weight is null', () => {
    expectWeights(fromGraphology(graph, { getEdgeWeight: null }), 1, 1);
  });
  it('take kinds for a policy with kinds', () => {
    const policy = { kinds: { review: { weight: 1 }, thanks: { weight: 4 } } };
    expectWeights(fromGraphology(graph, { getEdgeWeight: null, getEdgeKind: 'type', policy }), 1, 4);
  });
  it('take dates for a policy with a half-life', () => {
    const policy = { halfLife: 31 };
    const getEdgeDate = (_: string, { on }: { on?: string }) => new Date(on!);
    expectWeights(fromGraphology(graph, { getEdgeWeight: null, getEdgeDate, policy }), 1, 2);
  });
  it('take credentials from an attribute or a function, 0 and undefined for none', () => {
    expect(trust(fromGraphology(graph, { credentials: 'badge' }))).toMatchObject({ ada: 0, linus: 0.5 });
    const credentials = (node: string) => (node === 'grace' ? 1e-3 : undefined);
    expect(trust(fromGraphology(graph, { credentials }))).toEqual({ ada: 0, linus: 0, grace: 1 });
  });
  it('reach the engine', () => {
    const engine = fromGraphology(graph, { policy: { damping: 0.5 }, tolerance: 0.5 });
    expect(engine.policy.damping).toBe(0.5);
    expect(() => fromGraphology(graph, { tolerance: 3 })).toThrow('3 is not a tolerance');
    const dated = { getEdgeDate: 'on', notAfter: '2026-01-31' };
    expect(() => fromGraphology(graph, dated)).toThrow('edge "b": 2026-02-03');
  });
  it.each([
    [{ getEdgeWeight: 3 }, 'getEdgeWeight: 3 is refused; expected the name of an attribute'],
    [{ getEdgeKind: {} }, 'getEdgeKind: {} is refused'],
    [{ getEdgeDate: true }, 'getEdgeDate: true is refused'],
    [{ credentials: ['badge'] }, 'credentials: ["badge"] is refused'],
  ])('are refused as %j', (options, message) => {
    expect(() => fromGraphology(graph, options as object)).toThrow(message);
    expect(() => fromGraphology(graph, options as object)).toThrow(PeerageError);
  });
});

describe('isolated nodes', () => {
  it.each([
    ['the defaults', {}],
    ['kinds', { kinds: { review: { weight: 2 } } }],
    ['no kinds at all', { kinds: {} }],
    ['a half-life', { halfLife: 3 }],
    ['both, and a reserve', { halfLife: 3, kinds: { review: { weight: 2 } }, reserve: 1 }],
  ])('are contributors under %s, and nothing is said of them', (_, policy) => {
    const graph = new Graph();
    for (const node of ['ada', '__proto__', 'constructor', '0']) graph.addNode(node);
    const engine = fromGraphology(graph, { policy });
    expect([...engine.scores()].map(({ contributor, trust }) => [contributor, trust])).toEqual(
      ['0', '__proto__', 'ada', 'constructor'].map((node) => [node, 0.25]),
    );
    expect([engine.size, engine.endorsements, engine.objections]).toEqual([0, 0, 0]);
  });

  it('stand in the way of no later policy', () => {
    const graph = new Graph();
    graph.addNode('ada');
    const engine = fromGraphology(graph);
    engine.apply({ type: 'policy', policy: { halfLife: 3, kinds: { review: { weight: 2 } } } });
    expect(engine.order).toBe(1);
  });

  it('are none in an empty graph', () => {
    const engine = fromGraphology(new Graph());
    expect([engine.order, engine.sequence, [...engine.scores()]]).toEqual([0, 0, []]);
  });
});

describe('refused', () => {
  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a text', 'graph'],
    ['a plain object', { nodes: [], edges: [] }],
    ['the class', Graph],
    ['what a graph exports', new Graph().export()],
  ])('is %s', (_, graph) => {
    const attempt = () => fromGraphology(graph as unknown as Graph);
    expect(attempt).toThrow("is not a graph; expected one of graphology's");
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-option', field: 'graph', value: graph }));
  });

  it.each([
    [Number.NaN, 'NaN'],
    [0, '0'],
    [-0, '0'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [1e-10, '1e-10'],
    [-1e13, '-10000000000000'],
    [null, 'null'],
    ['3', '"3"'],
  ])('is a weight of %s, with the key of its edge', (weight, quoted) => {
    const graph = new MultiDirectedGraph();
    graph.mergeEdgeWithKey('good', 'ada', 'linus');
    graph.mergeEdgeWithKey('k"1', 'ada', 'grace', { weight });
    const error = expect.objectContaining({
      name: 'PeerageError',
      code: 'bad-weight',
      message: `weight: edge "k\\"1": ${quoted} is not a weight; expected a number from 1e-9 to 1e12, below zero for an objection`,
      value: weight,
    });
    expect(() => fromGraphology(graph)).toThrow(error);
    const getEdgeWeight = () => weight as number;
    expect(() => fromGraphology(graph, { getEdgeWeight })).toThrow('edge "good"');
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 1e13, '1', true, null])(
    'is a credential of %s, with the key of its node',
    (verified) => {
      const graph = new Graph();
      graph.addNode('ada', { verified });
      expect(() => fromGraphology(graph, { credentials: 'verified' })).toThrow(
        expect.objectContaining({
          code: 'bad-weight',
          reason: expect.stringMatching(/^node "ada": .* is not/),
        }),
      );
    },
  );

  it('is a node or an edge whose key is no id', () => {
    const graph = new UndirectedGraph();
    graph.addNode('');
    expect(() => fromGraphology(graph)).toThrow('node: node "": is empty');
    const other = new UndirectedGraph();
    other.mergeEdgeWithKey('\ud800', 'ada', 'linus');
    expect(() => fromGraphology(other)).toThrow(/edge ".*": .* has a lone surrogate/);
  });

  it('is a kind or date that does not fit the policy, with the key of the edge', () => {
    const graph = new DirectedGraph();
    graph.mergeEdgeWithKey('a', 'ada', 'linus', { kind: 'review', at: 0 });
    graph.mergeEdgeWithKey('b', 'ada', 'grace', { kind: 'spam' });
    const read = { getEdgeKind: 'kind', getEdgeDate: 'at' };
    const kinds = { review: { weight: 1 } };
    expect(() => fromGraphology(graph, { ...read, policy: { kinds } })).toThrow(
      'kind: edge "b": "spam" is not a kind of the policy, which names "review"',
    );
    expect(() => fromGraphology(graph, { ...read, policy: { halfLife: 1 } })).toThrow(
      expect.objectContaining({
        code: 'missing-date',
        reason: expect.stringContaining('edge "b": is missing'),
      }),
    );
    graph.setEdgeAttribute('b', 'at', 'yesterday');
    expect(() => fromGraphology(graph, read)).toThrow('at: edge "b": "yesterday" is not a date');
    graph.setEdgeAttribute('b', 'kind', 7);
    expect(() => fromGraphology(graph, read)).toThrow('kind: edge "b": 7 is not a string');
  });

  it('is not what a function of the host throws: that comes through as it is', () => {
    const graph = new DirectedGraph();
    graph.mergeEdge('ada', 'linus');
    const getEdgeWeight = () => {
      throw new RangeError('mine');
    };
    expect(() => fromGraphology(graph, { getEdgeWeight })).toThrow(new RangeError('mine'));
  });
});
