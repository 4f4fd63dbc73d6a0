/**
 * The order in which rows stand in a solve: those that are swept every time, then speakers, then the
 * silent; which is how batch columns come. Where rows hear of few, as packages do of what depends on them,
 * strongly connected components (Tarjan 1972) are looked for; if most edges lie between them, they stand in
 * topological order, so that each can be solved once all that reaches it is known. O(order + edges), and
 * the result depends on the graph alone.
 */
import type { System } from '../../graph/columns.ts';
import { Role } from '../../graph/columns.ts';

export interface Arrangement {
  /** The row of the system that stands at each place; null where it is the same one. */
  readonly rows: Uint32Array | null;
  /** First place of a speaker, and of a silent row. */
  readonly speakers: number;
  readonly silent: number;
  /** First place of each component of the active rows, and the end of the last; null where not told apart. */
  readonly components: Uint32Array | null;
}

/** Mean sources of an active row from which components are not looked for: one of them is all but certain. */
const DENSE = 12;
const UNSEEN = 0xffff_ffff;

/** @param whole True where the rows depend on one another by more than edges: a cap makes them. */
export function arrange(system: System, whole: boolean): Arrangement {
  const { order } = system;
  const [active, silent, rows] = byRole(system);
  const bounds = { speakers: active, silent };
  const sparse = system.activeEdges < DENSE * active;
  if (whole || system.objections !== null || !sparse) return { rows, ...bounds, components: null };
  const component = new Uint32Array(order).fill(UNSEEN);
  const count = tarjan(system, rows, active, component);
  if (2 * innerEdges(system, component) > system.activeEdges) return { rows, ...bounds, components: null };
  // A stable counting sort, so that the busiest stand first in each component.
  const components = new Uint32Array(count + 1);
  for (let place = 0; place < active; place++) components[component[rows?.[place] ?? place]! + 1]!++;
  for (let c = 0; c < count; c++) components[c + 1]! += components[c]!;
  const cursor = components.slice(0, count);
  const arranged = rows?.slice() ?? Uint32Array.from({ length: order }, (_, v) => v);
  for (let place = 0; place < active; place++) {
    const v = rows?.[place] ?? place;
    arranged[cursor[component[v]!]!++] = v;
  }
  return { rows: arranged, ...bounds, components };
}

/** First places of speakers and of the silent, and the row at each place; null where it is the same one. */
function byRole(system: System): [number, number, Uint32Array | null] {
  const { order } = system;
  const role = system.role.subarray(0, order);
  // Where rows come in order, as batch columns do, searches of the language say so in no time.
  const active = role.lastIndexOf(Role.active) + 1;
  const silent = Math.max(active, role.lastIndexOf(Role.speaker) + 1);
  const before = (place: number, other: number) => {
    const first = role.indexOf(other);
    return first >= 0 && first < place;
  };
  if (!before(active, Role.speaker) && !before(silent, Role.silent)) return [active, silent, null];
  const counts = [0, 0, 0];
  for (let v = 0; v < order; v++) counts[role[v]!]!++;
  const [first, second] = [counts[0]!, counts[0]! + counts[1]!];
  const rows = new Uint32Array(order);
  const cursor = [0, first, second];
  for (let v = 0; v < order; v++) rows[cursor[role[v]!]!++] = v;
  return [first, second, rows];
}

/** Edges between active rows of one component. */
function innerEdges({ order, endorsements }: System, component: Uint32Array): number {
  const { starts, ends, sources } = endorsements;
  let inner = 0;
  for (let v = 0; v < order; v++) {
    const own = component[v]!;
    if (own === UNSEEN) continue;
    for (let k = starts[v]!; k < ends[v]!; k++) if (component[sources[k]!] === own) inner++;
  }
  return inner;
}

/**
 * Numbers the components of the active rows so that sources stand in components of the same or a lower
 * number. Returns how many there are. Without recursion: `path` holds the rows that are being looked into.
 */
function tarjan(
  { order, role, endorsements }: System,
  rows: Uint32Array | null,
  active: number,
  component: Uint32Array,
): number {
  const { starts, ends, sources } = endorsements;
  const index = new Uint32Array(order).fill(UNSEEN);
  const low = new Uint32Array(order);
  const cursor = new Uint32Array(order);
  const open = new Uint32Array(active);
  const path = new Uint32Array(active);
  let [count, seen, opened] = [0, 0, 0];
  for (let place = 0; place < active; place++) {
    const root = rows?.[place] ?? place;
    if (index[root] !== UNSEEN) continue;
    let depth = 0;
    path[depth++] = root;
    index[root] = low[root] = seen++;
    cursor[root] = starts[root]!;
    open[opened++] = root;
    while (depth > 0) {
      const v = path[depth - 1]!;
      const end = ends[v]!;
      let k = cursor[v]!;
      let lowest = low[v]!;
      let next = UNSEEN;
      for (; k < end; k++) {
        const u = sources[k]!;
        if (role[u] !== Role.active || component[u] !== UNSEEN) continue;
        if (index[u] === UNSEEN) {
          next = u;
          break;
        }
        if (index[u]! < lowest) lowest = index[u]!;
      }
      low[v] = lowest;
      // An unseen source is met again when it is done: for what it could reach.
      cursor[v] = k;
      if (next !== UNSEEN) {
        index[next] = low[next] = seen++;
        cursor[next] = starts[next]!;
        open[opened++] = next;
        path[depth++] = next;
        continue;
      }
      depth--;
      if (depth > 0) {
        const parent = path[depth - 1]!;
        if (lowest < low[parent]!) low[parent] = lowest;
      }
      if (lowest !== index[v]) continue;
      for (let u = UNSEEN; u !== v; ) {
        u = open[--opened]!;
        component[u] = count;
      }
      count++;
    }
  }
  return count;
}
