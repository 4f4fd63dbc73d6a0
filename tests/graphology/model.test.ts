/**
 * Whatever happens to a graph in whatever order, the engine that is attached to it holds the community of
 * an engine built from the graph anew, and the same trust within both bounds; at the end also that of the
 * witness. Scores are asked for at random moments, so that changes also add up between two. Among what
 * happens: refused weights (put right or dropped later), detaching, attaching again, keys used again.
 *
 * Reserves with half-lives are left out: they are measured at the first date that an engine met, which a
 * later look at the graph cannot know.
 */
import fc from 'fast-check';
import type Graph from 'graphology';
import { describe, expect, it } from 'vitest';
import type { GraphologyOptions } from '../../src/graphology.ts';
import { type Attachment, assign, attach, fromGraphology } from '../../src/graphology.ts';
import { PeerageError } from '../../src/index.ts';
import { CLASSES, expectAgreement, expectTrue } from './graphs.ts';

interface Model {
  /** Nodes and edges that hold what the engine refuses. */
  refused: Set<string>;
}
interface Real {
  graph: Graph;
  attachment: Attachment;
  options: GraphologyOptions;
}

const node = fc.nat(7).map((u) => ['ada', 'linus', 'mary', '0', 'a b', 'é', '𝒳', 'grace'][u]!);
const key = fc.nat(11).map((e) => `e${e}`);
const weight = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 2, arbitrary: fc.integer({ min: -9, max: -1 }) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, 1e-9, 1e12, -1e12) },
);
const kind = fc.constantFrom('review', 'thanks');
const at = fc.nat(1000).map((day) => day * 86_400_000);
const attributes = fc.record({ weight, kind, at }, { noNullPrototype: true });

/** A command that any graph can carry out, or pass over where it does not apply. */
class Change implements fc.Command<Model, Real> {
  constructor(
    private readonly said: string,
    private readonly change: (graph: Graph, model: Model, real: Real) => void,
  ) {}
  check() {
    return true;
  }
  run(model: Model, real: Real) {
    this.change(real.graph, model, real);
  }
  toString() {
    return this.said;
  }
}

function change<T>(
  name: string,
  given: fc.Arbitrary<T>,
  act: (graph: Graph, value: T, model: Model, real: Real) => void,
): fc.Arbitrary<fc.Command<Model, Real>> {
  return given.map(
    (value) =>
      new Change(`${name}(${fc.stringify(value)})`, (graph, model, real) => act(graph, value, model, real)),
  );
}

/** Adds an edge if this class of graph lets it. */
function add(
  graph: Graph,
  [edge, u, v, said, undirected]: readonly [string, string, string, object, boolean],
) {
  const both = graph.type === 'undirected' || (graph.type === 'mixed' && undirected);
  const there = both ? graph.hasUndirectedEdge(u, v) : graph.hasDirectedEdge(u, v);
  if (graph.hasEdge(edge) || (there && !graph.multi)) return;
  if (both) graph.mergeUndirectedEdgeWithKey(edge, u, v, said);
  else graph.mergeDirectedEdgeWithKey(edge, u, v, said);
}

const entry = fc.tuple(key, node, node, attributes, fc.boolean());
const COMMANDS = [
  change('addNode', node, (graph, u) => graph.mergeNode(u)),
  ...[1, 2, 3, 4].map(() => change('addEdge', entry, add)),
  change('setWeight', fc.tuple(key, weight), (graph, [edge, to], { refused }) => {
    if (!graph.hasEdge(edge)) return;
    refused.delete(edge);
    graph.setEdgeAttribute(edge, 'weight', to);
  }),
  change('replaceEdge', fc.tuple(key, attributes), (graph, [edge, to], { refused }) => {
    if (!graph.hasEdge(edge)) return;
    refused.delete(edge);
    graph.replaceEdgeAttributes(edge, to);
  }),
  change('refusedWeight', fc.tuple(key, fc.constantFrom(0, Number.NaN)), (graph, [edge, to], { refused }) => {
    if (!graph.hasEdge(edge)) return;
    refused.add(edge);
    expect(() => graph.setEdgeAttribute(edge, 'weight', to)).toThrow(PeerageError);
  }),
  change('dropEdge', key, (graph, edge, { refused }) => {
    if (graph.hasEdge(edge)) graph.dropEdge(edge);
    refused.delete(edge);
  }),
  change('dropNode', node, (graph, u, { refused }) => {
    if (!graph.hasNode(u)) return;
    for (const edge of graph.edges(u)) refused.delete(edge);
    graph.dropNode(u);
  }),
  change('setCredential', fc.tuple(node, fc.nat(3)), (graph, [u, verified]) => {
    if (graph.hasNode(u)) graph.setNodeAttribute(u, 'verified', verified);
  }),
  change('setEveryWeight', weight, (graph, to, { refused }) => {
    refused.clear();
    graph.updateEachEdgeAttributes((_, said) => ({ ...said, weight: to }), { attributes: ['weight'] });
  }),
  change('setEveryCredential', fc.nat(2), (graph, verified) => {
    graph.updateEachNodeAttributes((_, held) => ({ ...held, verified }));
  }),
  change('clearEdges', fc.constant(null), (graph, _, { refused }) => {
    refused.clear();
    graph.clearEdges();
  }),
  change('clear', fc.constant(null), (graph, _, { refused }) => {
    refused.clear();
    graph.clear();
  }),
  ...[1, 2, 3, 4].map(() =>
    change('compare', fc.constant(null), (graph, _, { refused }, { attachment, options }) => {
      if (refused.size === 0) expectAgreement(attachment.engine, fromGraphology(graph, options));
    }),
  ),
  change('assign', fc.constant(null), (graph, _, __, { attachment: { engine } }) => {
    const { sequence } = engine;
    assign(graph, engine);
    expect(engine.sequence).toBe(sequence);
  }),
  change('changeWhileDetached', fc.array(entry, { maxLength: 4 }), (graph, entries, { refused }, real) => {
    if (refused.size > 0) return;
    const { engine, detach } = real.attachment;
    detach();
    const { sequence } = engine;
    for (const edge of graph.edges().filter((_, place) => place % 3 === 0)) graph.dropEdge(edge);
    for (const [u] of graph.nodes().entries()) if (u === 4) graph.dropNode(graph.nodes()[u]);
    for (const one of entries) add(graph, one);
    expect(engine.sequence).toBe(sequence);
    const { policy: _, tolerance: __, ...reading } = real.options;
    real.attachment = attach(graph, { ...reading, engine });
  }),
];

const POLICIES = [
  {},
  { damping: 0.5, balance: 0.2, cap: 2 },
  { concavity: 'sqrt' as const, reserve: 2 },
  { kinds: { review: { weight: 3 }, thanks: { weight: 0.5 } } },
  { halfLife: 90, concavity: 'sqrt' as const, objectionWeight: 0.5 },
];

describe.each(Object.entries(CLASSES))('an engine attached to a %s', (_, Class) => {
  it('is what an engine built from the graph anew would be', () => {
    fc.assert(
      fc.property(
        fc.commands(COMMANDS, { maxCommands: 60, size: 'max' }),
        fc.constantFrom(...POLICIES),
        fc.constantFrom(1e-3, 1e-9),
        fc.boolean(),
        (commands, policy, tolerance, credentials) => {
          const options = {
            policy,
            tolerance,
            getEdgeKind: 'kind',
            getEdgeDate: 'at',
            ...(credentials && { credentials: 'verified' }),
          };
          const model = () => {
            const graph = new Class() as Graph;
            return {
              model: { refused: new Set<string>() },
              real: { graph, options, attachment: attach(graph, options) },
            };
          };
          let last: Real | undefined;
          fc.modelRun(() => {
            const state = model();
            last = state.real;
            return state;
          }, commands);
          const { graph, attachment } = last!;
          for (const edge of graph.edges()) graph.setEdgeAttribute(edge, 'weight', 2);
          expectAgreement(attachment.engine, fromGraphology(graph, options));
          if (!credentials) graph.updateEachNodeAttributes(() => ({}));
          expectTrue(attachment.engine, graph);
        },
      ),
      { numRuns: 40, interruptAfterTimeLimit: 20_000 },
    );
  });
});
