/**
 * Seeded random graphs for the benches: RMAT (Chakrabarti, Zhan and Faloutsos, 2004) with the parameters
 * of Graph500, and a slow-mixing variant of many small communities. Promises exactly edgeFactor x 2^scale
 * distinct pairs without self-loops: a draw that repeats a pair or hits the diagonal is drawn again. Ids
 * are permuted at random by the seed, and pairs come in the order drawn, as in a record ordered by time.
 * Cost: one hash set of 16 to 32 bytes a pair, and nothing else that grows.
 */
import { Xoshiro } from '../src/insight/xoshiro.ts';

/** Raise when the same parameters would give another graph: cached files of older versions are then not used. */
export const GENERATOR_VERSION = 1;

export interface GraphSpec {
  readonly kind: 'rmat' | 'communities';
  /** The graph has 2^scale ids; those that no pair mentions are not contributors. */
  readonly scale: number;
  readonly edgeFactor: number;
  readonly seed: number;
}

// Graph500: a pair falls into the quadrants of the matrix with chances .57, .19, .19 and .05, at every level.
const TOP_LEFT = 0.57 * 2 ** 32;
const TOP = (0.57 + 0.19) * 2 ** 32;
const NOT_BOTTOM_RIGHT = (0.57 + 0.19 + 0.19) * 2 ** 32;

const COMMUNITY_SCALE = 6;
const CROSS = 0.05 * 2 ** 32;

/** What a file's header says of how its pairs were drawn. */
export function describe({ kind, scale, edgeFactor, seed }: GraphSpec): string {
  const shape = kind === 'rmat' ? '' : `; communities of ${2 ** COMMUNITY_SCALE}, 5% of the pairs cross them`;
  return `RMAT .57 .19 .19 .05${shape}; scale ${scale}, edge factor ${edgeFactor}, seed ${seed}, generator ${GENERATOR_VERSION}`;
}

/** Draws the graph, one call of `emit` a pair. */
export function draw(spec: GraphSpec, emit: (source: number, target: number) => void): void {
  const random = new Xoshiro(spec.seed);
  const order = 2 ** spec.scale;
  const pairs = spec.edgeFactor * order;
  const label = permutation(order, random);
  const seen = new PairSet(pairs, order);
  const communities = order >> COMMUNITY_SCALE;
  const levels = spec.kind === 'rmat' ? spec.scale : COMMUNITY_SCALE;

  for (let drawn = 0; drawn < pairs; drawn++) {
    // Decided once a pair, not once a draw: pairs inside a community repeat more often, and must not lose to the others.
    const cross = spec.kind === 'communities' && random.next() < CROSS;
    let u = 0;
    let v = 0;
    do {
      u = 0;
      v = 0;
      if (cross) {
        u = random.below(order);
        v = random.below(order);
        if (u >> COMMUNITY_SCALE === v >> COMMUNITY_SCALE) v = u;
        continue;
      }
      for (let level = 0; level < levels; level++) {
        const r = random.next();
        u = (u << 1) | (r < TOP ? 0 : 1);
        v = (v << 1) | (r < TOP_LEFT || (r >= TOP && r < NOT_BOTTOM_RIGHT) ? 0 : 1);
      }
      if (spec.kind === 'communities') {
        const community = random.below(communities) << COMMUNITY_SCALE;
        u += community;
        v += community;
      }
    } while (u === v || !seen.add(u, v));
    emit(label[u], label[v]);
  }
}

function permutation(order: number, random: Xoshiro): Uint32Array {
  const label = Uint32Array.from({ length: order }, (_, u) => u);
  for (let u = order - 1; u > 0; u--) {
    const v = random.below(u + 1);
    const kept = label[u];
    label[u] = label[v];
    label[v] = kept;
  }
  return label;
}

/** Pairs already drawn: open addressing, at most half full. */
class PairSet {
  readonly #order: number;
  readonly #mask: number;
  readonly #slots: Float64Array;

  constructor(pairs: number, order: number) {
    const length = 2 ** Math.ceil(Math.log2(2 * pairs));
    this.#order = order;
    this.#mask = length - 1;
    this.#slots = new Float64Array(length);
  }

  /** True where the pair is new. */
  add(u: number, v: number): boolean {
    const slots = this.#slots;
    const mask = this.#mask;
    const pair = u * this.#order + v + 1; // 0 is an empty slot
    let hash = Math.imul(u, 0x9e3779b1) ^ Math.imul(v, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    while (slots[slot] !== 0) {
      if (slots[slot] === pair) return false;
      slot = (slot + 1) & mask;
    }
    slots[slot] = pair;
    return true;
  }
}
