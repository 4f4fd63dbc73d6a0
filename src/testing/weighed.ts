/**
 * A ledger as the numbers of the trust equations: W+ and W-, D, C, summed up in plain maps from what stands at
 * its end. Written from the equations alone, so that what it is compared with shares no code with it; made
 * for small ledgers. Each row is in a unit of its own, the weight of an event on the row's newest date.
 */
import type { EventInput } from '../event.ts';
import type { Policy } from '../policy.ts';
import type { StatementInput } from './arbitraries/statement.ts';
import type { Range } from './measured.ts';
import { exactly, over, plus, times } from './measured.ts';
import { standing } from './standing.ts';
import type { Told } from './told.ts';

/** What one contributor says of another, all events of one sign together. */
export interface Said {
  readonly source: number;
  readonly target: number;
  readonly against: boolean;
  /** W / D: the part of its voice that the source gives to it, 0..1. */
  readonly part: number;
}

export interface Weighed {
  readonly ids: readonly string[];
  readonly place: ReadonlyMap<string, number>;
  /** By source. */
  readonly said: readonly Said[];
  /** C, and the sum of it. */
  readonly credentials: Float64Array;
  readonly credentialSum: number;
  /** Whether any credential is in force. */
  readonly granted: boolean;
  /** Whether any objection is. */
  readonly objected: boolean;
}

/**
 * How far a part may be off, relative: products, sums, roots and the quotient round a few times, and the
 * exponent of an event that is many half-lives old by as many units as it has bits.
 */
export const PART_ERROR = 128 * 2 ** -53;

const DAY = 86_400_000;

export function weighed(events: readonly EventInput[], policy: Policy): Weighed {
  const { contributors: ids, statements, grants, advanced } = standing(events);
  const place = new Map(ids.map((id, at) => [id, at]));
  const time = advanced ?? firstDate(events) ?? 0;
  const rows = ids.map((): StatementInput[] => []);
  for (const one of statements) if (one.source !== one.target) rows[place.get(one.source)!]!.push(one);
  const said = rows.flatMap((row, source) => rowOf(row, source, place, policy, time));
  const credentials = new Float64Array(ids.length).fill(grants.length > 0 ? 0 : 1);
  for (const { target, weight = 1 } of grants) credentials[place.get(target)!]! += weight;
  return {
    ids,
    place,
    said,
    credentials,
    credentialSum: credentials.reduce((sum, credential) => sum + credential, 0),
    granted: grants.length > 0,
    objected: said.some(({ against }) => against),
  };
}

/** What one contributor says, pair by pair, as parts of all that it says and withholds. */
function rowOf(
  row: readonly StatementInput[],
  source: number,
  place: ReadonlyMap<string, number>,
  policy: Policy,
  time: number,
): Said[] {
  if (row.length === 0) return [];
  const { concavity, halfLife, kinds, reserve } = policy;
  const newest = halfLife === null ? 0 : Math.max(...row.map(({ at }) => date(at)));
  const halfLives = (from: number) => (halfLife === null ? 0 : (from - newest) / (halfLife * DAY));
  const sums = new Map<string, { target: number; against: boolean; sum: number }>();
  for (const { type, target, weight = 1, kind = 'endorsement', at } of row) {
    const against = type === 'object';
    const key = `${against ? '-' : '+'}${target}`;
    let pair = sums.get(key);
    if (pair === undefined) {
      pair = { target: place.get(target)!, against, sum: 0 };
      sums.set(key, pair);
    }
    pair.sum += (kinds?.[kind]?.weight ?? 1) * weight * 2 ** halfLives(date(at));
  }
  const root = (sum: number) => (concavity === 'sqrt' ? Math.sqrt(sum) : sum);
  // Beyond 2^600 a reserve silences a row to the last digit, whatever it is.
  let demand = reserve * 2 ** Math.min(600, halfLives(time) / (concavity === 'sqrt' ? 2 : 1));
  for (const { sum } of sums.values()) demand += root(sum);
  return [...sums.values()].map(({ target, against, sum }) => ({
    source,
    target,
    against,
    part: root(sum) / demand,
  }));
}

/** The date that a reserve is measured at until time is moved on. */
export function firstDate(events: readonly EventInput[]): number | undefined {
  const first = events.find(
    (event) => (event.type === 'endorse' || event.type === 'object') && event.at !== undefined,
  );
  return first === undefined ? undefined : date(first.at);
}

function date(at: EventInput['at']): number {
  return new Date(at ?? 0).getTime();
}

/** The chance to follow an endorsement once what is earned is counted in: damping / (1 - a (1 - balance)). */
export function longerWalk({ damping, balance }: Policy): Range {
  return exactly(damping / (damping + (1 - damping) * balance), 2 ** -50);
}

/** a x balance. */
export function floorOf({ damping, balance }: Policy): Range {
  return exactly((1 - damping) * balance, 2 ** -51);
}

/** Whether anything can be over the cap. */
export function capped({ cap, balance }: Policy): boolean {
  return cap !== null && balance < 1;
}

/**
 * sum y / sum C where nobody objects: 1 less what ends at contributors who pass on less than all they have.
 * It follows from the shares, because the equations add up to
 * a balance sum x + damping sum x(u) (1 - what u passes on) = a balance sum C.
 */
export function kept(told: Told, { ids, said }: Weighed, policy: Policy): Range {
  const passed = new Float64Array(ids.length);
  for (const { source, part } of said) passed[source]! += part;
  let lost = 0;
  ids.forEach((id, u) => {
    lost += (told.shares.get(id) ?? 0) * Math.max(0, 1 - passed[u]!);
  });
  const off = told.off + PART_ERROR;
  const floor = floorOf(policy);
  const lostRange = { low: Math.max(0, lost - off), high: Math.min(1, lost + off) };
  return over(floor, plus(floor, times(exactly(policy.damping), lostRange)));
}
