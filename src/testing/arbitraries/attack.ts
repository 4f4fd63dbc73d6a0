/**
 * Attacks: fake accounts laid on an honest community, in a shape of their own, with endorsements bought from
 * honest contributors. The fakes endorse each other and honest ones as they like, and hold no credential.
 * Small and random, for properties; measured scenarios at scale are another matter.
 */
import type { Arbitrary } from 'fast-check';
import type { EventInput } from '../../event.ts';
import { fc } from '../fast-check.ts';
import type { Community, CommunityConstraints } from './community.ts';
import { community } from './community.ts';
import { fresh } from './edit.ts';
import { at, pick } from './number.ts';

/** How the fakes endorse each other; `copy` as the honest do. */
export type AttackShape = 'lone' | 'path' | 'cycle' | 'clique' | 'star' | 'copy';

const SHAPES: readonly AttackShape[] = ['lone', 'path', 'cycle', 'clique', 'star', 'copy'];

export interface AttackConstraints {
  /** The honest community. */
  community?: CommunityConstraints;
  /** All of them unless given. */
  shapes?: readonly AttackShape[];
  /** Fakes at most; 6 unless given. A copy has as many as there are honest. */
  fakes?: number;
  /** Endorsements from honest to fake at most; 4 unless given. */
  bought?: number;
}

export interface Attack {
  readonly shape: AttackShape;
  /** Before the attack. */
  readonly community: Community;
  readonly fakes: readonly string[];
  /** Endorsements of fakes by honest contributors. */
  readonly bought: readonly EventInput[];
  /** What the fakes say: of each other, and of honest ones. */
  readonly inside: readonly EventInput[];
  /** All of it: the community, then the fakes, then what was bought. */
  readonly events: readonly EventInput[];
}

/**
 * Attacks on communities of all families.
 * @example
 * attack({ shapes: ['clique'], bought: 1, community: { most: 20 } });
 */
export function attack(constraints: AttackConstraints = {}): Arbitrary<Attack> {
  const { shapes = SHAPES, fakes = 6, bought = 4 } = constraints;
  return fc
    .record({
      honest: community(constraints.community),
      shape: fc.constantFrom(...shapes),
      count: fc.integer({ min: 1, max: fakes }),
      bought: fc.array(fc.tuple(pick(), pick()), { maxLength: bought }),
      outward: fc.array(fc.tuple(pick(), pick()), { maxLength: 3 }),
    })
    .map((drawn) => laidOn(drawn));
}

type Pairs = readonly (readonly [number, number])[];

interface Drawn {
  honest: Community;
  shape: AttackShape;
  count: number;
  bought: Pairs;
  outward: Pairs;
}

function laidOn({ honest, shape, count, bought, outward }: Drawn): Attack {
  const { contributors } = honest;
  const fakes = names(shape === 'copy' ? contributors.length : shape === 'lone' ? 1 : count, contributors);
  const said = (source: string, target: string): EventInput => ({ type: 'endorse', source, target });
  const buy = bought.map(([u, v]) => said(at(contributors, u), at(fakes, v)));
  const among =
    shape === 'copy'
      ? copied(honest, fakes)
      : inner(shape, fakes.length).map(([u, v]) => said(fakes[u]!, fakes[v]!));
  // Each is there by a word for himself, which counts for nothing.
  const mentions = fakes.map((id) => said(id, id));
  const inside = [...mentions, ...among, ...outward.map(([u, v]) => said(at(fakes, u), at(contributors, v)))];
  return {
    shape,
    community: honest,
    fakes,
    bought: buy,
    inside,
    events: [...honest.events, ...inside, ...buy],
  };
}

function names(count: number, honest: readonly string[]): string[] {
  return Array.from({ length: count }, (_, k) => fresh(`fake ${k + 1}`, (id) => honest.includes(id)));
}

function inner(shape: AttackShape, count: number): [number, number][] {
  const all = Array.from({ length: count }, (_, k) => k);
  const others = all.slice(1);
  switch (shape) {
    case 'path':
      return others.map((k) => [k - 1, k]);
    case 'cycle':
      return count < 2 ? [] : all.map((k) => [k, (k + 1) % count]);
    case 'star':
      return others.flatMap((k): [number, number][] => [
        [0, k],
        [k, 0],
      ]);
    case 'clique':
      return all.flatMap((u) => all.filter((v) => v !== u).map((v): [number, number] => [u, v]));
    default:
      return [];
  }
}

/** The endorsements of the honest among each other, as those of their doubles. */
function copied({ contributors, events }: Community, fakes: readonly string[]): EventInput[] {
  const double = new Map(contributors.map((id, k) => [id, fakes[k]!]));
  return events.flatMap((event) =>
    event.type === 'endorse'
      ? [{ ...event, source: double.get(event.source)!, target: double.get(event.target)! }]
      : [],
  );
}
