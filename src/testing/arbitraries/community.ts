/**
 * Communities as graphs of known families: who endorses whom, and who holds credentials. Small ones, since
 * a property that fails on a large community nearly always fails on a small one; whoever wants a large one
 * says how large. A family is built from the number of contributors and a list of plain numbers.
 */
import type { Arbitrary } from 'fast-check';
import type { EventInput } from '../../event.ts';
import { fc } from '../fast-check.ts';
import { contributorIds } from './contributor.ts';
import { at, pick } from './number.ts';
import type { Weights } from './statement.ts';
import { weightOf } from './statement.ts';

/** Pairs of places: who endorses whom. `picks` are numbers to choose by. */
type Build = (order: number, picks: readonly number[]) => [number, number][];

const range = (count: number) => Array.from({ length: Math.max(0, count) }, (_, k) => k);

const random: Build = (order, picks) =>
  picks.map((drawn) => {
    const u = drawn % order;
    return [u, (u + 1 + (Math.floor(drawn / order) % (order - 1))) % order];
  });
const path: Build = (order) => range(order - 1).map((u) => [u, u + 1]);
const cycle: Build = (order) => range(order).map((u) => [u, (u + 1) % order]);
const star: Build = (order) => range(order - 1).flatMap((u) => [[u + 1, 0] as [number, number], [0, u + 1]]);
const clique: Build = (order) =>
  range(order).flatMap((u) =>
    range(order)
      .filter((v) => v !== u)
      .map((v): [number, number] => [u, v]),
  );
/** Two of them, one beside the other. */
const halves = (build: Build): Build => {
  return (order, picks) => {
    const half = order >> 1;
    const behind = build(order - half, picks).map(([u, v]): [number, number] => [u + half, v + half]);
    return [...(half < 2 ? [] : build(half, picks)), ...behind];
  };
};

/** Families by name; each leaves out nobody but where its name says so. */
const FAMILIES = {
  /** Whoever endorses whomever. */
  random,
  /** One in the middle, all others around, both ways. */
  star,
  path,
  cycle,
  clique,
  /** Two cliques with a bridge there and back. */
  communities: (order, picks) => [...halves(clique)(order, picks), [0, order - 1], [order - 1, 0]],
  /** Newcomers endorse whom many endorse already, and are endorsed back now and then. */
  'power-law': (order, picks) => {
    const edges: [number, number][] = [[1, 0]];
    for (let u = 2; u < order; u++) {
      for (const drawn of picks.slice(2 * u, 2 * u + 2)) {
        const v = at([...edges.map((edge) => edge[1]), ...range(u)], drawn);
        if (v !== u) edges.push(drawn % 3 === 2 ? [v, u] : [u, v]);
      }
    }
    return edges;
  },
  /** Two cycles that know nothing of each other. */
  disconnected: halves((order, picks) => (order < 2 ? [] : cycle(order, picks))),
  /** Half of them endorse, the others only hear. */
  dangling: (order, picks) => {
    const speakers = (order + 1) >> 1;
    return random(order, picks).map(([u, v]) => {
      const speaker = u % speakers;
      return [speaker, v === speaker ? order - 1 : v];
    });
  },
} satisfies Record<string, Build>;

/** The name of a family of graphs. */
export type Family = keyof typeof FAMILIES;

export interface CommunityConstraints {
  /** All of them unless given. */
  families?: readonly Family[];
  /** Contributors, 2 to 10 unless given; at least 2. */
  least?: number;
  most?: number;
  /** Holders of credentials: somebody unless told. */
  credentials?: 'none' | 'some';
  /** `unit` unless told. */
  weights?: Weights;
  /** Ordinary names alone; true unless told otherwise. */
  plainIds?: boolean;
}

/** A community: credentials first, then endorsements. */
export interface Community {
  readonly family: Family;
  readonly contributors: readonly string[];
  /** Who holds a credential. */
  readonly holders: readonly string[];
  readonly events: readonly EventInput[];
}

/**
 * Communities of all families, without objections. Endorsements have no ids and no dates.
 * @example
 * community({ families: ['clique', 'dangling'], most: 50 });
 */
export function community(constraints: CommunityConstraints = {}): Arbitrary<Community> {
  const { families = Object.keys(FAMILIES) as Family[], least = 2, most = 10, plainIds = true } = constraints;
  return fc
    .record({
      family: fc.constantFrom(...families),
      order: fc.integer({ min: least, max: most }),
      ids: contributorIds(most, { plain: plainIds }),
      picks: fc.array(pick(), { minLength: 2 * most, maxLength: 3 * most, size: 'max' }),
      holders: fc.array(pick(), { minLength: 1, maxLength: 3 }),
    })
    .map(({ family, order, ids, picks, holders }) => {
      const contributors = ids.slice(0, order);
      return laidOut(
        family,
        contributors,
        picks,
        constraints.credentials === 'none' ? [] : holders,
        constraints,
      );
    });
}

function laidOut(
  family: Family,
  contributors: readonly string[],
  picks: readonly number[],
  held: readonly number[],
  { weights = 'unit' }: CommunityConstraints,
): Community {
  const holders = [...new Set(held.map((drawn) => at(contributors, drawn)))];
  const grants = holders.map((target): EventInput => ({ type: 'grant', target }));
  const build: Build = FAMILIES[family];
  const said = build(contributors.length, picks).map(([u, v], k): EventInput => {
    const weight = weightOf(at(picks, k), weights);
    const [source, target] = [contributors[u]!, contributors[v]!];
    return { type: 'endorse', source, target, ...(weight !== 1 && { weight }) };
  });
  // Whom nobody endorses is there by a word for himself, which counts for nothing.
  const heard = new Set([...holders, ...said.flatMap((event) => ends(event))]);
  const alone = contributors.filter((id) => !heard.has(id));
  const mentions = alone.map((id): EventInput => ({ type: 'endorse', source: id, target: id }));
  return { family, contributors, holders, events: [...grants, ...said, ...mentions] };
}

function ends(event: EventInput): string[] {
  return event.type === 'endorse' ? [event.source, event.target] : [];
}
