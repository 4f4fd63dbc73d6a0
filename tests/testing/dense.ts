/**
 * A small scorer of its own, with one switch for each fault that a scorer may have: a replay into plain lists and
 * a fixed-point iteration of the equations of the design, pair by pair. Shares no code with src or with
 * tests/witness. With no fault it is a scorer like ours; with one it is a mutant that the invariants have to
 * find. It has more than one fault never.
 */
import type { EventInput, Policy } from '../../src/index.ts';

/** What is wrong with a mutant, each a sentence. */
export const FAULTS = {
  'dangling mass dropped': 'whoever endorses nobody loses what he received',
  'dangling mass spread': 'what reaches whoever endorses nobody goes to everybody',
  'self-loops counted': 'a word for oneself is followed like any other',
  'retraction ignored': 'what was taken back still counts',
  'revocation ignored': 'a credential that was revoked is still in force',
  'repeat counted': 'an event that is sent twice counts twice',
  'weights symmetrised': 'an endorsement counts both ways',
  'weights ignored': 'every endorsed pair weighs the same',
  'float32 drift': 'mass is kept in 32 bits',
  'restart missing': 'mass comes from endorsements alone',
  'restart everywhere': 'everybody has a little restart, whoever holds the credentials',
  'objection sign flipped': 'an objection counts as an endorsement',
  'distrust passed on': 'whoever is objected to passes distrust on to those he endorses',
  'cap ignored': 'earned restart has no limit',
  'excess lost': 'what is over the cap goes nowhere',
  'order-dependent': 'later endorsements weigh a little more',
  'N-scaled tolerance': 'the iteration stops at 1e-6 for each contributor',
  'off-by-one in the last row': 'what the last contributor says is left out',
  'first contributor favoured': 'whoever is mentioned first gets a little more',
  'names as keys': 'contributors stand in a plain object, which knows some names already',
} as const;

export type Fault = keyof typeof FAULTS;

interface Pair {
  u: number;
  v: number;
  weight: number;
  against: boolean;
}

interface Reading {
  ids: string[];
  pairs: Pair[];
  /** Reserve of each row, in the unit of its weights. */
  reserve: number[];
  credentials: number[];
  policy: Policy;
}

type Said = Extract<EventInput, { type: 'endorse' | 'object' | 'grant' }>;

const DAY = 86_400_000;
const dateOf = (at: EventInput['at']) => new Date(at ?? 0).getTime();

/** A scorer with a fault, or with none. */
export function dense(fault?: Fault): (events: readonly EventInput[], policy: Policy) => Map<string, number> {
  return (events, policy) => {
    const reading = replay(events, policy, fault);
    const trust = solve(reading, fault);
    return new Map(reading.ids.map((id, v) => [id, trust[v]!]));
  };
}

/** What is in force at the end. */
function replay(events: readonly EventInput[], initial: Policy, fault?: Fault): Reading {
  let policy = initial;
  let said: Said[] = [];
  let time: number | undefined;
  let advanced: number | undefined;
  const seen = new Set<string>();
  const present = new Set<string>();
  for (const event of events) {
    if (event.id !== undefined) {
      if (seen.has(event.id) && fault !== 'repeat counted') continue;
      seen.add(event.id);
    }
    if (event.type === 'endorse' || event.type === 'object' || event.type === 'grant') {
      if (event.type !== 'grant') present.add(event.source);
      present.add(event.target);
      said.push(event);
      if (event.type !== 'grant' && event.at !== undefined) time ??= dateOf(event.at);
    } else if (event.type === 'retract' || event.type === 'revoke') {
      const kept = event.type === 'retract' ? 'retraction ignored' : 'revocation ignored';
      if (fault !== kept) said = said.filter(({ id }) => id !== event.of);
    } else if (event.type === 'policy') {
      policy = { ...initial, ...(event.policy as Partial<Policy>) };
    } else if (event.type === 'advance') {
      advanced = dateOf(event.at);
    } else if (event.type === 'forget') {
      const gone = event.contributor;
      present.delete(gone);
      said = said.filter((one) => one.target !== gone && !('source' in one && one.source === gone));
    }
  }
  return weigh([...present], said, policy, advanced ?? time ?? 0, fault);
}

function weigh(ids: string[], said: readonly Said[], policy: Policy, time: number, fault?: Fault): Reading {
  const index = fault === 'names as keys' ? plainIndex(ids) : new Map(ids.map((id, u) => [id, u]));
  const newest: number[] = ids.map(() => Number.NEGATIVE_INFINITY);
  const halfLife = policy.halfLife === null ? Number.POSITIVE_INFINITY : policy.halfLife * DAY;
  const statements = said.flatMap((one) => {
    if (one.type === 'grant') return [];
    const [u, v] = [index.get(one.source)!, index.get(one.target)!];
    if (u === v && fault !== 'self-loops counted') return [];
    const against = one.type === 'object' && fault !== 'objection sign flipped';
    newest[u] = Math.max(newest[u]!, dateOf(one.at));
    const kind = policy.kinds === null ? 1 : policy.kinds[one.kind ?? 'endorsement']!.weight;
    return [{ u, v, against, weight: kind * (one.weight ?? 1), at: dateOf(one.at) }];
  });
  const pairs = new Map<string, Pair>();
  statements.forEach(({ u, v, against, weight, at }, place) => {
    const key = `${u} ${v} ${against}`;
    const pair = pairs.get(key) ?? { u, v, against, weight: 0 };
    const later = fault === 'order-dependent' ? 1 + place / 1000 : 1;
    pair.weight += weight * later * 2 ** ((at - newest[u]!) / halfLife);
    pairs.set(key, pair);
  });
  const root = policy.concavity === 'sqrt' ? Math.sqrt : (weight: number) => weight;
  for (const pair of pairs.values()) pair.weight = fault === 'weights ignored' ? 1 : root(pair.weight);
  const reserve = newest.map((date) => {
    const age = policy.halfLife === null || date === Number.NEGATIVE_INFINITY ? 0 : (time - date) / halfLife;
    return policy.reserve * 2 ** (policy.concavity === 'sqrt' ? age / 2 : age);
  });
  const grants = said.filter((one) => one.type === 'grant');
  const credentials = ids.map((id) => {
    const own = grants.filter(({ target }) => target === id);
    return own.reduce((sum, { weight = 1 }) => sum + weight, fault === 'restart everywhere' ? 0.01 : 0);
  });
  return {
    ids,
    pairs: [...pairs.values(), ...(fault === 'weights symmetrised' ? back(pairs.values()) : [])],
    reserve,
    credentials: grants.length === 0 ? credentials.fill(1) : credentials,
    policy,
  };
}

function plainIndex(ids: readonly string[]): { get(id: string): number | undefined } {
  const places: Record<string, number> = {};
  ids.forEach((id, u) => {
    places[id] ??= u;
  });
  // What an object has of its own is no number; it is read as the first place.
  return { get: (id) => (typeof places[id] === 'number' ? places[id] : 0) };
}

const back = (pairs: Iterable<Pair>) => Array.from(pairs, (pair) => ({ ...pair, u: pair.v, v: pair.u }));

/** What the mass may still move by, as a share of all of it, when the iteration stops. */
function restsAt(fault: Fault | undefined, order: number): number {
  if (fault === 'N-scaled tolerance') return 1e-6 * order;
  // 32 bits may never come to a rest below their last digit.
  return fault === 'float32 drift' ? 1e-7 : 1e-13;
}

/** More than the slowest policy needs; a mutant that never comes to rest stops there. */
const ROUNDS = 20_000;

/** Trust by contributor: the equations, iterated until nothing moves. */
function solve({ ids, pairs: all, reserve, credentials, policy }: Reading, fault?: Fault): number[] {
  const order = ids.length;
  const { damping, balance, objectionWeight: k } = policy;
  const a = 1 - damping;
  const pairs = fault === 'off-by-one in the last row' ? all.filter(({ u }) => u < order - 1) : all;
  const demand = reserve.slice();
  for (const { u, weight } of pairs) demand[u]! += weight;
  const speaks = ids.map((_, u) => pairs.some((pair) => pair.u === u));
  const total = credentials.reduce((sum, one) => sum + one, 0);
  const capped = policy.cap === null || fault === 'cap ignored';
  const K = capped ? Number.POSITIVE_INFINITY : (policy.cap! * total) / order;
  let x = credentials.slice();
  let z = ids.map(() => 0);
  let y = x;
  const speak = () =>
    x.map((mass, v) => (mass <= 0 ? 0 : z[v]! === 0 ? mass : (mass * mass) / (mass + k * z[v]!)));
  for (let times = 0; times < ROUNDS; times++) {
    y = speak();
    const over = fault === 'excess lost' ? 0 : x.reduce((sum, mass) => sum + Math.max(mass - K, 0), 0);
    const spread =
      fault === 'dangling mass spread'
        ? (damping * y.reduce((sum, voice, u) => sum + (speaks[u] ? 0 : voice), 0)) / order
        : 0;
    const restart = fault === 'restart missing' ? 0 : a;
    const nextX = credentials.map((credential, v) => {
      const earned = Math.min(x[v]!, K) + (over * credential) / total;
      const given = v === 0 && fault === 'first contributor favoured' ? 1.001 : 1;
      return given * restart * (balance * credential + (1 - balance) * earned) + spread;
    });
    const nextZ = ids.map(() => 0);
    for (const { u, v, weight, against } of pairs) {
      const flow = demand[u]! === 0 ? 0 : (damping * weight * y[u]!) / demand[u]!;
      if (against) nextZ[v]! += flow;
      else nextX[v]! += flow;
      if (!against && fault === 'distrust passed on') nextZ[v]! += (flow * z[u]!) / (x[u]! + z[u]! || 1) / 2;
    }
    let moved = 0;
    for (let v = 0; v < order; v++) {
      if (fault === 'float32 drift') nextX[v] = Math.fround(nextX[v]!);
      moved += Math.abs(nextX[v]! - x[v]!) + Math.abs(nextZ[v]! - z[v]!);
    }
    [x, z] = [nextX, nextZ];
    if (moved <= restsAt(fault, order) * total) break;
  }
  y = speak();
  if (fault === 'dangling mass dropped') y = y.map((voice, u) => (speaks[u] ? voice : 0));
  const sum = y.reduce((whole, voice) => whole + voice, 0);
  return y.map((voice) => (sum > 0 ? voice / sum : 0));
}
