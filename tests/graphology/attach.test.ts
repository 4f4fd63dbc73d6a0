/**
 * An engine that follows a live graph, event by event: what each change says, what is refused and where the
 * error goes, detaching and attaching again. model.test.ts mixes all of it at random.
 */
import type Graph from 'graphology';
import { DirectedGraph, MultiGraph, UndirectedGraph } from 'graphology';
import { describe, expect, it } from 'vitest';
import { attach, fromGraphology } from '../../src/graphology.ts';
import { type EventInput, PeerageError, TrustEngine } from '../../src/index.ts';
import { expectAgreement } from './graphs.ts';

/** An engine that writes down what it is told, and how often, refusals included. */
function listening(options = {}) {
  const engine = new TrustEngine(options);
  const told: EventInput[] = [];
  const apply = engine.apply.bind(engine);
  let calls = 0;
  engine.apply = (events) => {
    calls++;
    const sequence = apply(events);
    told.push(...(Symbol.iterator in events ? events : [events]));
    return sequence;
  };
  return { engine, told, calls: () => calls, since: () => told.splice(0) };
}

function pair(weight = 1) {
  const graph = new DirectedGraph();
  graph.mergeEdgeWithKey('e', 'ada', 'linus', { weight });
  return graph;
}

describe('what a change of the graph says', () => {
  it('an edge: an endorsement, below zero an objection, undirected one each way, a loop one', () => {
    const graph = new MultiGraph();
    const { engine, since } = listening();
    attach(graph, { engine });
    graph.addNode('ada');
    graph.addNode('linus');
    since();
    graph.addDirectedEdgeWithKey('a', 'ada', 'linus', { weight: 2 });
    graph.addDirectedEdgeWithKey('b', 'linus', 'ada', { weight: -3 });
    graph.addUndirectedEdgeWithKey('c', 'ada', 'linus');
    graph.addUndirectedEdgeWithKey('d', 'ada', 'ada');
    expect(since()).toEqual([
      { type: 'endorse', id: 'edge:1:a', source: 'ada', target: 'linus', weight: 2 },
      { type: 'object', id: 'edge:1:b', source: 'linus', target: 'ada', weight: 3 },
      { type: 'endorse', id: 'edge:1:c', source: 'ada', target: 'linus', weight: 1 },
      { type: 'endorse', id: 'reverse:1:c', source: 'linus', target: 'ada', weight: 1 },
      { type: 'endorse', id: 'edge:1:d', source: 'ada', target: 'ada', weight: 1 },
    ]);
    graph.dropEdge('c');
    expect(since()).toEqual([
      { type: 'retract', of: 'edge:1:c' },
      { type: 'retract', of: 'reverse:1:c' },
    ]);
  });

  it('a changed weight: a retraction and an endorsement with a new id; an unchanged one: nothing', () => {
    const graph = pair();
    const { engine, since } = listening();
    attach(graph, { engine });
    since();
    graph.setEdgeAttribute('e', 'colour', 'red');
    graph.setEdgeAttribute('e', 'weight', 1);
    graph.removeEdgeAttribute('e', 'weight');
    expect(since()).toEqual([]);
    graph.setEdgeAttribute('e', 'weight', 5);
    graph.dropEdge('e');
    graph.addEdgeWithKey('e', 'linus', 'ada');
    expect(since()).toEqual([
      { type: 'retract', of: 'edge:1:e' },
      { type: 'endorse', id: 'edge:2:e', source: 'ada', target: 'linus', weight: 5 },
      { type: 'retract', of: 'edge:2:e' },
      { type: 'endorse', id: 'edge:3:e', source: 'linus', target: 'ada', weight: 1 },
    ]);
  });

  it.each<[string, (graph: DirectedGraph) => void]>([
    ['setEdgeAttribute', (graph) => graph.setEdgeAttribute('e', 'weight', 7)],
    ['updateEdgeAttribute', (graph) => graph.updateEdgeAttribute('e', 'weight', () => 7)],
    ['mergeEdgeAttributes', (graph) => graph.mergeEdgeAttributes('e', { weight: 7 })],
    ['replaceEdgeAttributes', (graph) => graph.replaceEdgeAttributes('e', { weight: 7 })],
    ['updateEdgeAttributes', (graph) => graph.updateEdgeAttributes('e', () => ({ weight: 7 }))],
    ['mergeEdge', (graph) => graph.mergeEdge('ada', 'linus', { weight: 7 })],
    ['updateEdge', (graph) => graph.updateEdge('ada', 'linus', () => ({ weight: 7 }))],
    ['updateEachEdgeAttributes', (graph) => graph.updateEachEdgeAttributes(() => ({ weight: 7 }))],
    [
      'updateEachEdgeAttributes with hints',
      (graph) => graph.updateEachEdgeAttributes(() => ({ weight: 7 }), { attributes: ['weight'] }),
    ],
  ])('%s is heard', (_, change) => {
    const graph = pair();
    const { engine, since } = listening();
    attach(graph, { engine });
    since();
    change(graph);
    expect(since()).toMatchObject([{ type: 'retract' }, { type: 'endorse', weight: 7 }]);
  });

  it.each<[string, (graph: DirectedGraph) => void]>([
    ['setNodeAttribute', (graph) => graph.setNodeAttribute('ada', 'seed', 7)],
    ['mergeNode', (graph) => graph.mergeNode('ada', { seed: 7 })],
    ['updateNode', (graph) => graph.updateNode('ada', () => ({ seed: 7 }))],
    ['replaceNodeAttributes', (graph) => graph.replaceNodeAttributes('ada', { seed: 7 })],
    [
      'updateEachNodeAttributes',
      (graph) => graph.updateEachNodeAttributes((node) => (node === 'ada' ? { seed: 7 } : {})),
    ],
    [
      'updateEachNodeAttributes with hints',
      (graph) =>
        graph.updateEachNodeAttributes((node) => (node === 'ada' ? { seed: 7 } : {}), {
          attributes: ['seed'],
        }),
    ],
  ])('%s is heard, the new credential before the old one goes', (_, change) => {
    const graph = pair();
    graph.setNodeAttribute('ada', 'seed', 1);
    const { engine, since } = listening();
    attach(graph, { engine, credentials: 'seed' });
    since();
    change(graph);
    graph.setNodeAttribute('ada', 'seed', 0);
    expect(since()).toEqual([
      { type: 'grant', id: 'credential:2:ada', target: 'ada', weight: 7 },
      { type: 'revoke', of: 'credential:1:ada' },
      { type: 'revoke', of: 'credential:2:ada' },
    ]);
  });

  it('a changed kind, date or end of an edge: the same', () => {
    const graph = new DirectedGraph();
    for (const node of ['ada', 'linus', 'grace']) graph.addNode(node);
    const { engine, since } = listening();
    const read = { engine, getEdgeKind: 'kind', getEdgeDate: 'at' };
    let { detach } = attach(graph, read);
    graph.addEdgeWithKey('e', 'ada', 'linus', { kind: 'review', at: 0 });
    since();
    graph.setEdgeAttribute('e', 'kind', 'thanks');
    expect(since()).toMatchObject([{ type: 'retract' }, { type: 'endorse', kind: 'thanks', at: 0 }]);
    graph.setEdgeAttribute('e', 'at', '1970-01-02');
    expect(since()).toMatchObject([{ type: 'retract' }, { type: 'endorse', kind: 'thanks', at: 86_400_000 }]);
    for (const [source, target] of [
      ['grace', 'linus'],
      ['grace', 'ada'],
    ]) {
      detach();
      const attributes = graph.getEdgeAttributes('e');
      graph.dropEdge('e');
      graph.addEdgeWithKey('e', source, target, attributes);
      ({ detach } = attach(graph, read));
      expect(since()).toMatchObject([{ type: 'retract' }, { type: 'endorse', source, target }]);
    }
  });

  it('attributes of a node, where a function of edges may read them', () => {
    const graph = pair();
    const { engine, since } = listening();
    attach(graph, { engine, getEdgeWeight: (_e, _a, _s, _t, { level = 1 }) => level as number });
    since();
    graph.setNodeAttribute('ada', 'level', 4);
    graph.updateEachNodeAttributes((_, attributes) => ({ ...attributes, level: 6 }), {
      attributes: ['level'],
    });
    expect(since()).toMatchObject([
      { type: 'retract' },
      { type: 'endorse', weight: 4 },
      { type: 'retract' },
      { type: 'endorse', weight: 6 },
    ]);
  });

  it('hints of attributes that are not read: nothing is read', () => {
    const graph = pair();
    attach(graph, { credentials: 'seed' });
    // In place, and so unseen until something is read.
    graph.getEdgeAttributes('e').weight = Number.NaN;
    graph.getNodeAttributes('ada').seed = Number.NaN;
    graph.updateEachEdgeAttributes((_, attributes) => attributes, { attributes: ['colour'] });
    graph.updateEachNodeAttributes((_, attributes) => attributes, { attributes: ['colour'] });
    for (const hints of [undefined, { attributes: ['colour', 'weight', 'seed'] }]) {
      expect(() => graph.updateEachEdgeAttributes((_, given) => given, hints)).toThrow('edge "e": NaN');
      expect(() => graph.updateEachNodeAttributes((_, given) => given, hints)).toThrow('node "ada": NaN');
    }
  });

  it('a dropped node: its edges retracted, and itself forgotten', () => {
    const graph = pair();
    const { engine, since } = listening();
    attach(graph, { engine });
    since();
    graph.dropNode('ada');
    expect(since()).toEqual([
      { type: 'retract', of: 'edge:1:e' },
      { type: 'forget', contributor: 'ada' },
    ]);
    expect([...engine.scores()].map(({ contributor }) => contributor)).toEqual(['linus']);
    graph.addNode('ada');
    graph.addEdgeWithKey('e', 'ada', 'linus');
    expectAgreement(engine, fromGraphology(graph));
  });

  it('clear and clearEdges: nothing but what the host said itself is left', () => {
    const graph = pair();
    const { engine } = attach(graph);
    engine.apply({ type: 'endorse', source: 'grace', target: 'mary' });
    graph.clearEdges();
    expect([engine.order, engine.endorsements, engine.size]).toEqual([4, 1, 1]);
    graph.clear();
    expect([...engine.scores()].map(({ contributor }) => contributor)).toEqual(['mary', 'grace']);
    graph.mergeEdgeWithKey('e', 'ada', 'linus');
    expect([engine.order, engine.endorsements, engine.size]).toEqual([4, 2, 2]);
  });

  it('import: as if it had been added one by one', () => {
    const graph = new UndirectedGraph();
    const { engine } = attach(graph);
    const other = new UndirectedGraph();
    other.mergeEdge('ada', 'linus', { weight: 2 });
    other.addNode('grace');
    graph.import(other);
    expectAgreement(engine, fromGraphology(other));
  });

  it('a node under a policy with kinds: a mention of a kind that it has', () => {
    const graph = new DirectedGraph();
    const { engine, since } = listening({ policy: { kinds: { review: { weight: 2 } } } });
    attach(graph, { engine });
    graph.addNode('ada');
    expect(since()).toMatchObject([{ type: 'endorse', kind: 'review' }, { type: 'retract' }]);
  });

  it('under a half-life: also a node that comes before any date', () => {
    const graph = new DirectedGraph();
    const [getEdgeDate, policy] = ['at', { halfLife: 30, reserve: 1 }];
    const { engine, since } = listening({ policy });
    attach(graph, { engine, getEdgeDate });
    graph.addNode('ada');
    graph.mergeEdge('ada', 'linus', { at: 1 });
    since();
    graph.addNode('grace');
    // Not by a credential, which would be the first and the last, and so weigh everything again.
    expect(since()).toEqual([
      { type: 'endorse', id: 'node:1:grace', source: 'grace', target: 'grace', at: 1 },
      { type: 'retract', id: 'unsaid:1:grace', of: 'node:1:grace' },
    ]);
    expectAgreement(engine, fromGraphology(graph, { getEdgeDate, policy }));
  });
});

describe('a listener that changes the graph again', () => {
  it('leaves graph and engine in agreement, whichever of the two hears first', () => {
    for (const before of [true, false]) {
      const graph = new DirectedGraph();
      for (const node of ['ada', 'linus', 'spam']) graph.addNode(node);
      const guard = ({ key, source }: { key: string; source: string }) => {
        if (source === 'spam') graph.dropEdge(key);
        else if (graph.getEdgeAttribute(key, 'weight') === 1) graph.setEdgeAttribute(key, 'weight', 2);
      };
      if (before) graph.on('edgeAdded', guard);
      const { engine } = attach(graph);
      if (!before) graph.on('edgeAdded', guard);
      graph.addEdge('spam', 'ada', { weight: 9 });
      graph.addEdge('ada', 'linus', { weight: 1 });
      expect([engine.order, engine.endorsements]).toEqual([3, 1]);
      expectAgreement(engine, fromGraphology(graph));
    }
  });
});

describe('a change that is refused', () => {
  it('comes out of the call that made it, and leaves the engine as it was', () => {
    const graph = pair(2);
    const { engine } = attach(graph, { credentials: 'seed' });
    const { sequence } = engine;
    const before = [...engine.scores()];
    expect(() => graph.setEdgeAttribute('e', 'weight', Number.NaN)).toThrow('weight: edge "e": NaN');
    expect(() => graph.addEdgeWithKey('f', 'linus', 'ada', { weight: 0 })).toThrow('weight: edge "f": 0');
    expect(() => graph.setNodeAttribute('ada', 'seed', -1)).toThrow('weight: node "ada": -1');
    expect(() => graph.addNode('')).toThrow('node: node "": is empty');
    expect(engine.sequence).toBe(sequence);
    expect([...engine.scores()]).toEqual(before);
    // The graph has changed all the same.
    expect([graph.size, graph.order]).toEqual([2, 3]);
  });

  it('is read again when it next changes', () => {
    const graph = pair(2);
    const { engine } = attach(graph);
    expect(() => graph.setEdgeAttribute('e', 'weight', Number.NaN)).toThrow(PeerageError);
    expect(() => graph.addEdgeWithKey('f', 'linus', 'ada', { weight: 0 })).toThrow(PeerageError);
    graph.setEdgeAttribute('f', 'weight', 4);
    graph.setEdgeAttribute('e', 'weight', 3);
    expectAgreement(engine, fromGraphology(graph));
    expect(() => graph.setEdgeAttribute('e', 'weight', Number.NaN)).toThrow(PeerageError);
    expect(() => graph.setEdgeAttribute('f', 'weight', Number.NaN)).toThrow(PeerageError);
    graph.dropEdge('e');
    graph.dropNode('linus');
    expectAgreement(engine, fromGraphology(graph));
  });

  it('of a node keeps no edge out, and is dropped with the node', () => {
    const graph = new DirectedGraph();
    const { engine } = attach(graph, { credentials: 'seed', onError: () => {} });
    graph.addNode('ada', { seed: -1 });
    expect(engine.order).toBe(0);
    graph.mergeEdge('linus', 'ada');
    expect(engine.order).toBe(2);
    graph.dropNode('ada');
    expectAgreement(engine, fromGraphology(graph));
  });

  it('of an edge keeps no node out', () => {
    const graph = new DirectedGraph();
    graph.addNode('ada');
    graph.on('nodeAdded', ({ key }) => graph.addEdge('ada', key, { weight: 0 }));
    const { engine } = attach(graph, { onError: () => {} });
    graph.addNode('linus');
    expect([engine.order, engine.endorsements]).toEqual([2, 0]);
  });

  it('of all edges at once is refused as a whole', () => {
    const graph = pair();
    graph.addEdgeWithKey('f', 'linus', 'ada');
    const { engine } = attach(graph);
    const { sequence } = engine;
    expect(() =>
      graph.updateEachEdgeAttributes((edge) => ({ weight: edge === 'f' ? Number.POSITIVE_INFINITY : 9 })),
    ).toThrow('weight: edge "f": Infinity');
    expect(engine.sequence).toBe(sequence);
  });

  it('is told to onError instead, and the graph carries on', () => {
    const graph = pair();
    const errors: PeerageError[] = [];
    const { engine } = attach(graph, { onError: (error) => errors.push(error) });
    graph.mergeEdgeWithKey('f', 'ada', '', { weight: 1 });
    graph.addEdgeWithKey('g', 'linus', 'ada', { weight: 'much' });
    expect(errors.map(({ code, reason }) => `${code} ${reason.split(';')[0]}`)).toEqual([
      'bad-id node "": is empty',
      'bad-id edge "f": is empty',
      'bad-weight edge "g": "much" is not a weight',
    ]);
    expect([graph.order, graph.size, engine.order, engine.endorsements]).toEqual([3, 3, 2, 1]);
  });

  it('is refused by the engine too: unknown kinds, late dates, with the key of the edge', () => {
    const graph = new DirectedGraph();
    const errors: PeerageError[] = [];
    const engine = new TrustEngine({ policy: { kinds: { review: { weight: 1 } } }, notAfter: '2026-01-01' });
    const read = { getEdgeKind: 'kind', getEdgeDate: 'at' };
    attach(graph, { engine, ...read, onError: (error) => errors.push(error) });
    graph.mergeEdgeWithKey('e', 'ada', 'linus', { kind: 'spam' });
    graph.setEdgeAttribute('e', 'kind', 'review');
    graph.setEdgeAttribute('e', 'at', '2026-01-02');
    expect(errors.map(({ code, field, reason, index }) => [code, field, reason.slice(0, 9), index])).toEqual([
      ['unknown-kind', 'kind', 'edge "e":', undefined],
      ['too-late', 'at', 'edge "e":', undefined],
    ]);
    expect(engine.endorsements).toBe(1);
  });

  it('by a function of the host that throws is not the business of onError', () => {
    const graph = pair();
    let broken = false;
    const getEdgeWeight = () => {
      if (broken) throw new RangeError('mine');
      return 1;
    };
    attach(graph, { getEdgeWeight, onError: () => expect.unreachable() });
    broken = true;
    expect(() => graph.setEdgeAttribute('e', 'weight', 2)).toThrow(RangeError);
  });

  it('at the start is thrown whatever onError is, and nothing follows the graph then', () => {
    const graph = pair(0);
    const engine = new TrustEngine();
    const attempt = () => attach(graph, { engine, onError: () => expect.unreachable() });
    expect(attempt).toThrow('weight: edge "e": 0');
    expect([engine.sequence, graph.listenerCount('edgeAdded')]).toEqual([0, 0]);
    graph.setEdgeAttribute('e', 'weight', 1);
    expect(attempt().engine.endorsements).toBe(1);
  });
});

describe('what the host takes back in the engine itself', () => {
  it('is not missed when the graph drops it', () => {
    const graph = new DirectedGraph();
    graph.mergeEdgeWithKey('d', 'mary', 'linus');
    graph.mergeEdgeWithKey('e', 'ada', 'linus');
    graph.mergeEdgeWithKey('f', 'linus', 'ada');
    graph.mergeEdgeWithKey('g', 'linus', 'grace');
    const { engine } = attach(graph);
    engine.apply([
      { type: 'retract', of: 'edge:1:g' },
      { type: 'forget', contributor: 'ada' },
    ]);
    graph.setEdgeAttribute('g', 'weight', 2);
    expect(engine.endorsements).toBe(2);
    graph.clearEdges();
    graph.dropNode('ada');
    expectAgreement(engine, fromGraphology(graph));
  });
});

describe('detach', () => {
  it('stops following, for good, and leaves no listener', () => {
    const graph = pair();
    const { engine, detach } = attach(graph);
    detach();
    const { sequence } = engine;
    graph.mergeEdge('linus', 'grace');
    graph.clear();
    expect(engine.sequence).toBe(sequence);
    expect(graph.eventNames().map((name) => graph.listenerCount(name))).toEqual([]);
    const again = attach(graph, { engine });
    detach();
    graph.addNode('mary');
    expect(again.engine.order).toBe(1);
    expect(() => attach(graph, { engine })).toThrow('engine: follows a graph already');
  });

  it('leaves other engines attached', () => {
    const graph = pair();
    const [one, other] = [attach(graph), attach(graph, { getEdgeWeight: null })];
    one.detach();
    graph.addNode('grace');
    expect([one.engine.order, other.engine.order]).toEqual([2, 3]);
  });
});

describe('an engine that is given', () => {
  it('keeps what it holds from elsewhere', () => {
    const engine = new TrustEngine({ policy: { damping: 0.5 } });
    engine.apply({ type: 'grant', target: 'ada', weight: 2 });
    attach(pair(), { engine });
    const other = fromGraphology(pair(), {
      policy: { damping: 0.5 },
      credentials: (node) => (node === 'ada' ? 1 : 0),
    });
    expectAgreement(engine, other);
  });

  it('catches up with what changed since it was made of the graph, or followed it', () => {
    const graph = pair(2);
    graph.mergeEdgeWithKey('f', 'linus', 'grace');
    graph.addNode('mary');
    const engine = fromGraphology(graph);
    const { sequence } = engine;
    attach(graph, { engine }).detach();
    expect(engine.sequence).toBe(sequence);
    graph.setEdgeAttribute('e', 'weight', 5);
    graph.dropNode('grace');
    graph.dropNode('mary');
    graph.mergeEdge('alan', 'ada', { weight: -1 });
    const { detach } = attach(graph, { engine });
    expectAgreement(engine, fromGraphology(graph));
    detach();
    graph.dropEdge('e');
    graph.addEdgeWithKey('e', 'ada', 'linus', { weight: 5 });
    graph.addNode('mary');
    attach(graph, { engine });
    expectAgreement(engine, fromGraphology(graph));
  });

  it('follows another graph when it is attached to that', () => {
    const { engine, detach } = attach(pair());
    detach();
    const other = new UndirectedGraph();
    other.mergeEdgeWithKey('e', 'linus', 'grace', { weight: 3 });
    attach(other, { engine });
    expectAgreement(engine, fromGraphology(other));
  });

  it('that knows the ids from elsewhere takes what is the same once', () => {
    const graph = pair(2);
    graph.addNode('grace');
    graph.addNode('mary');
    const { told, engine } = listening();
    attach(graph, { engine }).detach();
    const { engine: replayed, calls } = listening();
    replayed.apply(told);
    const { sequence } = replayed;
    attach(graph, { engine: replayed });
    expect([replayed.sequence, calls()]).toEqual([sequence, 2]);
    graph.setEdgeAttribute('e', 'weight', -3);
    graph.dropNode('grace');
    expectAgreement(replayed, fromGraphology(graph));
  });

  it('that knows an edge otherwise is refused, and stays as it was', () => {
    const graph = pair(2);
    const { told, engine } = listening();
    attach(graph, { engine });
    graph.setEdgeAttribute('e', 'weight', 3);
    const replayed = new TrustEngine();
    replayed.apply(told);
    const { sequence } = replayed;
    expect(() => attach(graph, { engine: replayed })).toThrow(
      expect.objectContaining({ code: 'id-conflict', reason: expect.stringContaining('edge "e": ') }),
    );
    expect(replayed.sequence).toBe(sequence);
  });

  it('is refused with options of its own, or if it is none', () => {
    const engine = new TrustEngine();
    expect(() => attach(pair(), { engine, policy: {} })).toThrow('policy: is the business of the "engine"');
    expect(() => attach(pair(), { engine, tolerance: 1 })).toThrow('tolerance: is the business');
    expect(() => attach(pair(), { engine, notAfter: 1 })).toThrow('notAfter: is the business');
    expect(() => attach(pair(), { engine: {} as TrustEngine })).toThrow('engine: {} is not an engine');
    expect(() => attach(pair(), { engine: null as never })).toThrow('engine: null is not an engine');
    expect(() => attach('graph' as unknown as Graph)).toThrow('graph: "graph" is not a graph');
    expect(engine.sequence).toBe(0);
  });
});
