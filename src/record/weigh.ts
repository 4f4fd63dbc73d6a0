/**
 * Weighs a record under a policy: from events in the order they were taken to the frozen columns that
 * sweeps run over. Each event weighs kind x weight x decay; the events of one pair and sign add up, in
 * their order, and pass through the policy's concavity. Two stable counting sorts (by source, then by
 * target) bring equal pairs together without a hash table: O(order + events) time, and the result depends
 * on nothing but the record, the policy and the time.
 */
import type { Columns } from '../graph/columns.ts';
import { Role } from '../graph/columns.ts';
import { combine, sortByTarget } from '../graph/sort.ts';
import type { Policy } from '../policy.ts';
import { fractionOfHalfLife, powerOfTwo, scale, wholeHalfLives } from './decay.ts';
import type { Record } from './record.ts';

const DAY = 86_400_000;
/** What an event weighs at the least beside the newest of its row: far below rounding, and not a denormal. */
const LEAST = 1e-300;

/** Weighs the whole record; `time` (epoch milliseconds) is where a reserve is measured against decay. */
export function weigh(record: Record, policy: Policy, time: number): Columns {
  const { rowOf, contributor, role, silent } = arrange(record);
  const order = contributor.length;
  const { source, target } = record.statements;
  const decay = policy.halfLife === null ? null : new Decay(record, policy, policy.halfLife * DAY, time);
  const statements = {
    length: record.statements.length,
    source: (entry: number) => rowOf[source.get(entry)]!,
    target: (entry: number) => rowOf[target.get(entry)]!,
    live: liveIn(record),
    weight: weightIn(record, policy, decay),
  };
  const pairs = combine(sortByTarget(order, statements), silent, policy.concavity === 'sqrt');
  for (let u = 0; policy.reserve > 0 && u < order; u++) {
    pairs.demand[u]! += decay === null ? policy.reserve : decay.reserve(contributor[u]!, policy.reserve);
  }
  return { order, contributor, role, ...pairs, ...credit(record, rowOf, order) };
}

/** True for the statements that the equations count: not retracted, and of somebody else. */
function liveIn({ statements: { source, target, dead } }: Record): (entry: number) => boolean {
  if (!dead.written) return (entry) => source.get(entry) !== target.get(entry);
  return (entry) => dead.get(entry) === 0 && source.get(entry) !== target.get(entry);
}

/** What each statement weighs, below zero for an objection; null where every one weighs 1. */
function weightIn(record: Record, policy: Policy, decay: Decay | null): ((entry: number) => number) | null {
  const { kinds } = record;
  const { weight, kind } = record.statements;
  if (decay === null && policy.kinds === null) return weight.written ? (entry) => weight.get(entry) : null;
  const kindWeight = Float64Array.from(kinds, (name) =>
    policy.kinds !== null && Object.hasOwn(policy.kinds, name) ? policy.kinds[name]!.weight : 1,
  );
  if (decay === null) return (entry) => kindWeight[kind.get(entry)]! * weight.get(entry);
  return (entry) => {
    const full = kindWeight[kind.get(entry)]! * weight.get(entry);
    const decayed = decay.apply(entry, Math.abs(full));
    return full < 0 ? -decayed : decayed;
  };
}

/**
 * Decay inside rows. Row u counts in units of 2^exponent(u) half-lives since 1970, chosen so that its
 * newest event (and its reserve, if there is one) weighs about its own weight whatever the dates.
 */
class Decay {
  readonly #exponent: Int32Array;
  readonly #root: boolean;

  constructor(
    private readonly record: Record,
    policy: Policy,
    /** Milliseconds. */
    private readonly halfLife: number,
    private readonly time: number,
  ) {
    const { source, at } = record.statements;
    const live = liveIn(record);
    const none = -0x80000000;
    const exponent = new Int32Array(record.contributors.length).fill(
      policy.reserve > 0 && !Number.isNaN(time) ? wholeHalfLives(time, halfLife) : none,
    );
    for (let entry = 0; entry < record.statements.length; entry++) {
      if (!live(entry)) continue;
      const u = source.get(entry);
      const whole = wholeHalfLives(at.get(entry), halfLife);
      if (whole > exponent[u]!) exponent[u] = whole;
    }
    this.#root = policy.concavity === 'sqrt';
    // Even, so that the square root of the unit is a power of two as well.
    if (this.#root) for (let u = 0; u < exponent.length; u++) exponent[u]! += exponent[u]! & 1;
    this.#exponent = exponent;
  }

  /** `weight` (above zero) of a statement, decayed, in its row's unit. */
  apply(entry: number, weight: number): number {
    const { source, at: dates } = this.record.statements;
    const at = dates.get(entry);
    const power = wholeHalfLives(at, this.halfLife) - this.#exponent[source.get(entry)]!;
    const decayed = scale(weight * powerOfTwo(fractionOfHalfLife(at, this.halfLife)), power);
    return Math.max(decayed, LEAST);
  }

  /** A reserve at the time, in the unit of the contributor's row after concavity. */
  reserve(contributor: number, reserve: number): number {
    if (Number.isNaN(this.time)) return reserve;
    const power = wholeHalfLives(this.time, this.halfLife) - this.#exponent[contributor]!;
    const fraction = fractionOfHalfLife(this.time, this.halfLife);
    if (!this.#root) return scale(reserve * powerOfTwo(fraction), power);
    const half = Math.floor(power / 2);
    return scale(reserve * powerOfTwo((power - 2 * half + fraction) / 2), half);
  }
}

/**
 * Rows for contributors, forgotten ones excepted: first those that speak and are spoken of, the busiest in
 * front; then those that only speak; from row `silent` on those that say nothing.
 */
function arrange(record: Record) {
  const { source, target } = record.statements;
  const count = record.contributors.length;
  const live = liveIn(record);
  const said = new Uint32Array(count);
  const heard = new Uint8Array(count);
  for (let entry = 0; entry < record.statements.length; entry++) {
    if (!live(entry)) continue;
    said[source.get(entry)]!++;
    heard[target.get(entry)] = 1;
  }
  let most = 0;
  for (let u = 0; u < count; u++) if (said[u]! > most) most = said[u]!;
  // Counting sort by falling number of statements: active first, then those nobody speaks of, then the silent.
  const cursor = new Uint32Array(2 * most + 3);
  const bucket = (u: number) =>
    said[u] === 0 ? 2 * most + 1 : (heard[u] === 1 ? 0 : most) + most - said[u]!;
  for (let u = 0; u < count; u++) if (record.present(u)) cursor[bucket(u) + 1]!++;
  for (let b = 1; b < cursor.length; b++) cursor[b]! += cursor[b - 1]!;
  const [active, silent] = [cursor[most]!, cursor[2 * most + 1]!];
  const role = new Uint8Array(record.order);
  role.fill(Role.speaker, active, silent).fill(Role.silent, silent);
  const rowOf = new Uint32Array(count);
  const contributor = new Uint32Array(record.order);
  for (let u = 0; u < count; u++) {
    if (!record.present(u)) continue;
    const row = cursor[bucket(u)]!++;
    rowOf[u] = row;
    contributor[row] = u;
  }
  return { rowOf, contributor, role, silent };
}

/** Credentials by row: several grants add up, in the order they were granted. */
function credit(record: Record, rowOf: Uint32Array, order: number) {
  if (record.credentialsInForce === 0) return { credentials: null, credentialSum: order };
  const { holder, weight, dead } = record.credentials;
  const credentials = new Float64Array(order);
  for (let entry = 0; entry < record.credentials.length; entry++) {
    if (dead.get(entry) === 0) credentials[rowOf[holder.get(entry)]!]! += weight.get(entry);
  }
  let credentialSum = 0;
  for (let v = 0; v < order; v++) credentialSum += credentials[v]!;
  return { credentials, credentialSum };
}
