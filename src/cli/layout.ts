/**
 * Where the contributors of a graph are drawn: ForceAtlas2 (Jacomy and others 2014) from a circle by rank, so
 * that the same graph is drawn in the same places every time. Every tie pulls alike: by the shares that they
 * bring those who have trust from few would be pulled in, and those who have it from many be left outside.
 */
import { DirectedGraph } from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';

export interface Tie {
  /** Places in the order of rank. */
  readonly source: number;
  readonly target: number;
}

const ITERATIONS = 300;
/** Repulsion of all pairs is summed up to so many contributors, beyond it is approximated. */
const EXACT_UP_TO = 1000;

/** A place for each of `order` contributors, within -1000 to 1000 each way. */
export function layout(order: number, ties: readonly Tie[]): { x: number; y: number }[] {
  const graph = new DirectedGraph();
  for (let rank = 0; rank < order; rank++) {
    const turn = (2 * Math.PI * rank) / order;
    graph.addNode(rank, { x: Math.cos(turn), y: Math.sin(turn) });
  }
  for (const { source, target } of ties) graph.mergeDirectedEdge(source, target);
  // One alone, or none, has nothing to be placed by.
  if (order > 1) {
    forceAtlas2.assign(graph, {
      iterations: ITERATIONS,
      getEdgeWeight: null,
      settings: { ...forceAtlas2.inferSettings(order), barnesHutOptimize: order > EXACT_UP_TO },
    });
  }
  return fitted(graph.mapNodes((_, { x, y }) => ({ x: x as number, y: y as number })));
}

/** Moved and scaled into the square, without what no screen shows. */
function fitted(places: readonly { x: number; y: number }[]): { x: number; y: number }[] {
  const xs = places.map(({ x }) => x);
  const ys = places.map(({ y }) => y);
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  const [left, top] = [middle(xs), middle(ys)];
  const reach = Math.max(...xs.map((x) => Math.abs(x - left)), ...ys.map((y) => Math.abs(y - top))) || 1;
  const scaled = (value: number, centre: number) => Math.round((1000 * (value - centre)) / reach);
  return places.map(({ x, y }) => ({ x: scaled(x, left), y: scaled(y, top) }));
}
