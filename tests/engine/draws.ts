/**
 * What random commands of the model-based run are made of: plain numbers, a setting that all commands of a
 * run share, and how the numbers become a policy or an event that is valid where it stands.
 */
import fc from 'fast-check';
import { NAMES as NASTY } from '../witness/arbitraries.ts';
import type { LedgerEvent, Policy } from '../witness/record.ts';
import type { World } from './world.ts';

/** What a command is made of; each number is taken modulo what exists. */
export interface Draw {
  act: Act;
  source: number;
  target: number;
  weight: number;
  date: number;
  pick: number;
  /** Events in a batch. */
  count: number;
}

export const SAY = [
  'endorse',
  'endorse',
  'endorse',
  'endorse',
  'object',
  'self',
  'grow',
  'withdraw',
] as const;
export const ACTS = {
  endorse: 24,
  object: 8,
  self: 1,
  grow: 6,
  wobble: 4,
  withdraw: 12,
  grant: 6,
  ungrant: 2,
  batch: 8,
  repeat: 2,
  policy: 5,
  advance: 3,
  forget: 2,
  refused: 8,
  settle: 16,
  budget: 8,
  view: 10,
  peek: 6,
  since: 4,
  lookBack: 5,
  canonical: 3,
  from: 3,
  restore: 3,
} as const;
export type Act = keyof typeof ACTS;

const NAMES = [...NASTY, 'toString'];
const KINDS = ['endorsement', 'review', 'thanks', 'toString'];
const EPOCH = Date.UTC(2015, 0, 1);
const DAY = 86_400_000;
export const TOLERANCES = [1e-3, 1e-6, 1e-9];

export const from = <T>(choices: readonly T[], pick: number): T => choices[pick % choices.length]!;

/** A policy for every number: each parameter over its range, its usual value often. */
export function policyOf(pick: number, dated: boolean): Policy {
  // A digit of its own for each parameter.
  let rest = pick;
  const digit = (base: number) => {
    const value = rest % base;
    rest = Math.floor(rest / base);
    return value;
  };
  const policy: Policy = {
    damping: from([0.85, 0.85, 0.5, 0.95, 0.7, 0.99, 0], digit(7)),
    balance: from([1, 1, 0.5, 0.2, 0.8], digit(5)),
    cap: from([null, null, 8, 1, 0.3, 2, 0.05], digit(7)),
    objectionWeight: from([1, 1, 0.5, 0, 0.01], digit(5)),
    reserve: from([0, 0, 1, 0.01, 50], digit(5)),
    concavity: from(['linear', 'linear', 'sqrt'], digit(3)),
    halfLife: dated ? from([null, 30, 1, 500, 0.5], digit(5)) : null,
    kinds: null,
  };
  const weights = from([null, null, [1, 1, 1, 1], [1, 2, 0.5, 30], [1e-3, 1, 1e3, 7]], digit(5));
  if (weights !== null) {
    policy.kinds = Object.fromEntries(KINDS.map((kind, k) => [kind, { weight: weights[k]! }]));
  }
  return policy;
}
const POLICIES = 7 * 5 * 7 * 5 * 5 * 3 * 5 * 5;

/** How a run is set up; all of its commands share it. */
export interface Setting {
  people: number;
  shape: 'any' | 'ring' | 'pair' | 'star' | 'fan' | 'halves';
  weights: 'unit' | 'moderate' | 'extreme';
  /** Days over which dates spread. */
  span: number;
  dated: boolean;
  policy: number;
}
export const settings: fc.Arbitrary<Setting> = fc.record({
  people: fc.integer({ min: 1, max: NAMES.length }),
  shape: fc.constantFrom('any', 'any', 'any', 'ring', 'pair', 'star', 'fan', 'halves'),
  weights: fc.constantFrom('unit', 'moderate', 'extreme'),
  span: fc.constantFrom(1, 30, 1000, 12_000),
  dated: fc.boolean(),
  policy: fc.nat(POLICIES - 1),
});

/** Nothing is dated later than this. */
export const LAST = EPOCH + 20_000 * DAY;

/** The numbers of a command, others for each event of a batch. */
export function turn(draw: Draw, n: number): Draw {
  const turned = (value: number) => Math.floor(value / 13 ** n) + 7 * n;
  return {
    ...draw,
    source: turned(draw.source),
    target: turned(draw.target),
    weight: turned(draw.weight),
    date: turned(draw.date),
    pick: turned(draw.pick),
  };
}

export function idFor(world: World, { pick }: Draw): { id?: string } {
  return pick % 4 === 0 ? {} : { id: `e${world.ids++}` };
}

export function dateOf(world: World, date: number): number {
  const { span } = world.setting!;
  return EPOCH + Math.round((span * DAY * (date % 1_000_003)) / 1_000_003);
}

/** An event that is valid where it stands. */
export function eventOf(world: World, draw: Draw, act: Act): LedgerEvent {
  const { people, shape, weights } = world.setting!;
  const { source, target, pick, weight, date } = draw;
  if (act === 'withdraw' && world.open.length > 0) {
    const { type, of } = from(world.open, pick);
    return { type, ...idFor(world, draw), of };
  }
  if (act === 'grant') {
    const issuer = pick % 3 === 0 ? {} : { issuer: `i${pick % 3}` };
    const amount = weights === 'extreme' ? weightOf(weights, weight) : { weight: 1 + (weight % 5) };
    return {
      type: 'grant',
      ...idFor(world, draw),
      target: from(NAMES, source % people),
      ...amount,
      ...issuer,
    };
  }
  // Newcomers arrive as the record grows.
  const known = Math.max(1, Math.min(people, 2 + (world.sequence >> 2)));
  let [u, v] = [source % known, target % known];
  if (act === 'grow') [u, v] = [0, 1 % known];
  else if (act === 'self') v = u;
  else if (shape === 'ring') v = (u + 1) % known;
  else if (shape === 'pair') [u, v] = [source % 2, 1 - (source % 2)];
  else if (shape === 'star') u = 0;
  else if (shape === 'fan') v = 0;
  else if (shape === 'halves') v -= (u + v) % 2;
  if (act !== 'self' && u === v && known > 1) v = (u + 1) % known;
  const dated = world.dated || date % 3 > 0;
  return {
    type: act === 'object' ? 'object' : 'endorse',
    ...idFor(world, draw),
    source: NAMES[u % people]!,
    target: NAMES[Math.abs(v) % people]!,
    ...weightOf(weights, weight),
    ...(pick % 5 === 0 ? {} : { kind: from(KINDS, pick) }),
    ...(dated ? { at: dateOf(world, date) } : {}),
  };
}

function weightOf(weights: Setting['weights'], weight: number): { weight?: number } {
  if (weights === 'unit') return weight % 2 === 0 ? {} : { weight: 1 };
  const digits = 1 + (weight % 97);
  if (weights === 'moderate') return { weight: weight % 5 === 0 ? digits / 100 : digits };
  return { weight: Math.min(1e12, digits * 10 ** ((Math.floor(weight / 97) % 22) - 9)) };
}
