/**
 * Scores that others published (../shared/vectors, with their sources), and graphology-metrics as an
 * outside opinion on random graphs. Neither knows objections, a cap or a reserve; what our policies cannot
 * express is listed by name with the reason, and the list is asserted, so that it cannot grow unnoticed.
 */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DirectedGraph } from 'graphology';
import pagerank from 'graphology-metrics/centrality/pagerank.js';
import { describe, expect, it } from 'vitest';
import type { EventInput, Scores } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';

interface Vector {
  id: string;
  model: string;
  edges: [string | number, string | number, number][];
  params: {
    teleport: number;
    nodes?: string[];
    seeds: 'uniform' | Record<string, number>;
    dangling?: string | Record<string, number>;
  };
  expected: Record<string, number>;
  tolerance: number;
}

/** What no policy expresses, and why. */
const DECLARED_DIFFERENCES: Record<string, string> = {
  'networkx-dangling-vector':
    'sends the mass of contributors without endorsements to a vector of its own; here it ends, and publishing divides by what is left',
  'sourcecred-satellite-a0':
    'has a damping of 1: nothing ties the scores to the credentials, no proven bound',
};

const file = new URL('../../../shared/vectors/vectors.json', import.meta.url);
const present = existsSync(file);
if (!present) console.log('skipped: the published vectors need ../shared/vectors/vectors.json');
const vectors: Vector[] = present ? JSON.parse(readFileSync(file, 'utf8')).vectors : [];

describe.skipIf(!present)('published vectors', () => {
  it('the declared differences are exactly those that a policy cannot express', () => {
    const refused = vectors.filter((vector) => !expressible(vector)).map(({ id }) => id);
    expect(refused.sort()).toEqual(Object.keys(DECLARED_DIFFERENCES).sort());
    expect(vectors.length - refused.length).toBe(11);
    expect(() => new TrustEngine({ policy: { damping: 1 } })).toThrow('damping');
  });

  it.each(vectors.filter(expressible))('$id', ({ edges, params, expected, tolerance }) => {
    const nodes = params.nodes ?? [...new Set(edges.flatMap(([u, v]) => [String(u), String(v)]))];
    const seeds = params.seeds === 'uniform' ? {} : params.seeds;
    const scores = score(1 - params.teleport, [
      ...nodes.map((id): EventInput => ({ type: 'endorse', source: id, target: id })),
      ...edges.map(([u, v, weight]): EventInput => {
        return { type: 'endorse', source: String(u), target: String(v), weight };
      }),
      ...Object.entries(seeds).map(([target, weight]): EventInput => ({ type: 'grant', target, weight })),
    ]);
    expect(scores.length).toBe(Object.keys(expected).length);
    for (const [id, share] of Object.entries(expected)) {
      expect(Math.abs(scores.of(id)!.trust - share)).toBeLessThanOrEqual(tolerance + scores.bound);
    }
  });
});

/** Whether a policy says the same: personalised PageRank, dangling mass back to the restart vector. */
function expressible({ model, edges, params: { teleport, seeds, dangling } }: Vector): boolean {
  const outgoing = new Set(edges.map(([u]) => u));
  const everybodySpeaks = edges.every(([, v]) => outgoing.has(v));
  const back = dangling === 'seeds' || dangling === seeds || (dangling === undefined && everybodySpeaks);
  return model === 'pagerank' && teleport > 0 && back;
}

function score(damping: number, events: EventInput[]): Scores {
  const engine = new TrustEngine({ policy: { damping } });
  engine.apply(events);
  return engine.scores();
}

describe('an outside opinion', () => {
  it('with everybody alike and no objections, trust is what graphology-metrics calls pagerank', () => {
    const digraphs = fc.integer({ min: 1, max: 40 }).chain((order) =>
      fc.tuple(
        fc.constant(order),
        fc.array(fc.tuple(fc.nat(order - 1), fc.nat(order - 1), fc.integer({ min: 1, max: 1000 })), {
          maxLength: 200,
          size: 'max',
        }),
      ),
    );
    fc.assert(
      fc.property(digraphs, ([order, edges]) => {
        const graph = new DirectedGraph<{ [name: string]: number }, { weight: number }>();
        const events: EventInput[] = [];
        for (let v = 0; v < order; v++) {
          graph.addNode(`n${v}`);
          events.push({ type: 'endorse', source: `n${v}`, target: `n${v}` });
        }
        for (const [u, v, weight] of edges) {
          // They count a self-endorsement and refuse a second edge; the witness has both.
          if (u === v || graph.hasDirectedEdge(`n${u}`, `n${v}`)) continue;
          graph.addDirectedEdge(`n${u}`, `n${v}`, { weight });
          events.push({ type: 'endorse', source: `n${u}`, target: `n${v}`, weight });
        }
        // They stop when a step moves less than order x tolerance; what is left then is 0.85 / 0.15 of a step.
        const theirs = pagerank(graph, {
          getEdgeWeight: 'weight',
          tolerance: 1e-13 / order,
          maxIterations: 10_000,
        });
        const scores = score(0.85, events);
        let distance = 0;
        for (const { contributor, trust } of scores) distance += Math.abs(trust - theirs[contributor]!);
        expect(distance).toBeLessThanOrEqual(scores.bound + 1e-12);
      }),
      { numRuns: 100 },
    );
  });
});
