/**
 * Communities by the Louvain method (Blondel et al. 2008) of graphology-communities-louvain, which with
 * graphology is an optional peer: loaded when it is asked for. Seeded, so the same pairs give the same.
 */
import { PeerageError } from '../../error.ts';
import type { Communities } from '../../insight/suspicious.ts';
import { Xoshiro } from '../../insight/xoshiro.ts';

/** What is used of the two packages. */
type Louvain = (
  graph: object,
  options: { rng: () => number; getEdgeWeight: string },
) => Record<string, number>;
interface Store {
  addNode(key: number): void;
  mergeEdge(source: number, target: number): [edge: string, ...rest: unknown[]];
  updateEdgeAttribute(edge: string, name: string, update: (value: number | undefined) => number): void;
}

/**
 * Finds communities with the Louvain method, for `audit`.
 * @throws PeerageError `missing-package` where graphology or graphology-communities-louvain is not installed.
 * @example
 * engine.audit({ communities: await louvain() }).groups.suspicious;
 */
export async function louvain(): Promise<Communities> {
  const [{ UndirectedGraph }, find] = await packages();
  return ({ order, sources, targets, weights }, seed) => {
    const graph = new UndirectedGraph();
    for (let row = 0; row < order; row++) graph.addNode(row);
    for (let k = 0; k < sources.length; k++) {
      const [edge] = graph.mergeEdge(sources[k]!, targets[k]!);
      // A pair may have endorsed each other: their flows add up.
      graph.updateEdgeAttribute(edge, 'weight', (before = 0) => before + weights[k]!);
    }
    const random = new Xoshiro(seed);
    const labels = find(graph, { rng: () => random.fraction(), getEdgeWeight: 'weight' });
    return Uint32Array.from({ length: order }, (_, row) => labels[row]!);
  };
}

async function packages(): Promise<[{ UndirectedGraph: new () => Store }, Louvain]> {
  try {
    const [graphology, communities] = await Promise.all([
      import('graphology'),
      import('graphology-communities-louvain'),
    ]);
    return [whole(graphology), whole(communities)] as never;
  } catch (cause) {
    const reason = `cannot be loaded (${(cause as Error).message.split('\n')[0]}); npm install graphology graphology-communities-louvain`;
    throw new PeerageError('missing-package', reason, { field: 'graphology-communities-louvain' });
  }
}

/** What a CommonJS module exports, however it was wrapped on the way. */
function whole(module: object): unknown {
  let inner: unknown = module;
  while (typeof inner === 'object' && inner !== null && 'default' in inner && inner.default !== undefined) {
    if (inner.default === inner) break;
    inner = inner.default;
  }
  return typeof inner === 'function' && 'UndirectedGraph' in module ? module : inner;
}
