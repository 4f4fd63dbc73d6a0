/** Scores as attributes of nodes: which are written, under which names, and what the graph is told of it. */
import Graph, { DirectedGraph } from 'graphology';
import { describe, expect, it } from 'vitest';
import { assign, attach, fromGraphology } from '../../src/graphology.ts';
import { TrustEngine } from '../../src/index.ts';
import { CLASSES } from './graphs.ts';

function community() {
  const graph = new DirectedGraph();
  for (const node of ['ada', 'linus', 'grace', 'toString']) graph.addNode(node, { name: `${node}!` });
  graph.addEdge('ada', 'linus', { weight: 3 });
  graph.addEdge('grace', 'linus');
  graph.addEdge('linus', 'ada');
  return graph;
}

describe('assign', () => {
  it.each(Object.entries(CLASSES))('gives back what of(node) says, in a %s', (_, Class) => {
    const graph = new Class();
    for (const node of ['ada', 'linus', 'grace']) graph.addNode(node);
    graph.addEdge('ada', 'linus');
    const engine = fromGraphology(graph as Graph);
    assign(graph as Graph, engine);
    const scores = engine.scores();
    graph.forEachNode((node, attributes) => {
      expect(attributes).toEqual({ trust: scores.of(node)!.trust });
    });
  });

  it('writes each part of a score that is given a name, beside what the node had', () => {
    const graph = community();
    const scores = fromGraphology(graph).scores();
    assign(graph, scores, {
      nodeTrustAttribute: 'size',
      nodeMultipleAttribute: 'times',
      nodeRankAttribute: 'place',
      nodeRankFromAttribute: 'from',
      nodeRankToAttribute: 'to',
      nodePercentileAttribute: 'percent',
      nodeStandingAttribute: 'standing',
      nodeMassAttribute: 'mass',
      nodeDistrustAttribute: 'against',
    });
    for (const node of graph.nodes()) {
      const { contributor, ...score } = scores.of(node)!;
      expect(contributor).toBe(node);
      expect(graph.getNodeAttributes(node)).toEqual({
        name: `${node}!`,
        size: score.trust,
        times: score.multiple,
        place: score.rank,
        from: score.rankFrom,
        to: score.rankTo,
        percent: score.percentile,
        standing: score.standing,
        mass: score.mass,
        against: score.distrust,
      });
    }
  });

  it('takes the attribute from a node that has no score', () => {
    const graph = community();
    const engine = fromGraphology(graph);
    graph.addNode('late', { trust: 0.5, name: 'late!' });
    assign(graph, engine, { nodeRankAttribute: 'rank' });
    expect(graph.getNodeAttributes('late')).toEqual({ name: 'late!' });
    expect(graph.getNodeAttribute('linus', 'rank')).toBe(1);
  });

  it('tells the graph once, with the names', () => {
    const graph = community();
    const told: unknown[] = [];
    graph.on('eachNodeAttributesUpdated', (event) => told.push(event));
    graph.on('nodeAttributesUpdated', (event) => told.push(event));
    assign(graph, fromGraphology(graph), { nodeRankAttribute: 'rank' });
    expect(told).toEqual([{ hints: { attributes: ['trust', 'rank'] } }]);
  });

  it('does not disturb an engine that follows the graph, unless it reads what is written', () => {
    const graph = community();
    const { engine } = attach(graph, { credentials: 'seed' });
    const { sequence } = engine;
    assign(graph, engine);
    expect(engine.sequence).toBe(sequence);
    assign(graph, engine, { nodeTrustAttribute: 'seed' });
    expect(engine.sequence).toBe(sequence + 4);
  });

  it('reads whatever has scores of contributors', () => {
    const graph = community();
    assign(graph, { of: (id) => (id === 'ada' ? { trust: 1 } : undefined) }, { nodeRankAttribute: 'rank' });
    expect(graph.mapNodes((_, { trust, rank }) => [trust, rank])).toEqual([
      [1, undefined],
      ...[1, 2, 3].map(() => [undefined, undefined]),
    ]);
  });

  it('works on an empty graph', () => {
    expect(() => assign(new Graph(), new TrustEngine())).not.toThrow();
  });

  it('refuses by name what it cannot use, and then writes nothing', () => {
    const graph = community();
    const engine = fromGraphology(graph);
    expect(() => assign({} as Graph, engine)).toThrow('graph: {} is not a graph');
    expect(() => assign(graph, null as never)).toThrow('from: null has no scores; expected an engine');
    expect(() => assign(graph, { ada: 1 } as never)).toThrow('from: {"ada":1} has no scores');
    const nodeRankAttribute = 3 as unknown as string;
    expect(() => assign(graph, engine, { nodeRankAttribute })).toThrow(
      'nodeRankAttribute: 3 is not the name of an attribute',
    );
    expect(graph.hasNodeAttribute('ada', 'trust')).toBe(false);
  });
});
