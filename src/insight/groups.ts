/**
 * Groups of contributors beside the region bound (DESIGN.md, theorem 3): however many accounts a group has
 * and whatever they do inside, its mass is at most
 *
 *     x(S) <= [ damping F + r C(S) ] / (a balance),   r = a (balance + (1 - balance) excess / sum C),
 *
 * F the flow of endorsements that enters S from outside. All amounts are shares of all credentials.
 */

import { PeerageError, quote } from '../error.ts';
import type { Rows } from '../graph/columns.ts';
import { type Chain, credentialOf } from './chain.ts';

export interface Group {
  readonly group: string;
  /** Contributors of the community that belong to it. */
  readonly members: number;
  /** Mass of all members, and the most that they could have with what flows in. */
  readonly mass: number;
  readonly bound: number;
  /** mass / bound, 0..1: near 1 for a group that passes nothing on to others. */
  readonly used: number;
  /** Flow of endorsements from outside, to outside, and from members to members. */
  readonly inflow: number;
  readonly outflow: number;
  readonly inside: number;
  /** Share of the credentials, and of trust, that members hold. */
  readonly credentials: number;
  readonly trust: number;
}

/** Measures groups over the same chain. */
export class GroupMeasure {
  /** The group that a row was last seen in, from 1. */
  readonly #seen: Uint32Array;
  #group = 0;

  constructor(private readonly chain: Chain) {
    this.#seen = new Uint32Array(chain.order);
  }

  /** O(endorsements that members make and receive). */
  of(group: string, rows: readonly number[], received: Rows): Group {
    const { chain } = this;
    const mark = ++this.#group;
    const members: number[] = [];
    for (const row of rows) {
      if (this.#seen[row] === mark) continue;
      this.#seen[row] = mark;
      members.push(row);
    }
    let [mass, voices, credentials, inflow, outflow, inside] = [0, 0, 0, 0, 0, 0];
    const { out, gain, rate, constants, credentialSum } = chain;
    for (const row of members) {
      mass += chain.mass[row]!;
      voices += chain.voices[row]!;
      credentials += credentialOf(chain, row);
      for (let j = received.starts[row]!; j < received.ends[row]!; j++) {
        const u = received.sources[j]!;
        const flow = (received.weights?.[j] ?? 1) * gain[u]! * chain.mass[u]!;
        if (this.#seen[u] === mark) inside += flow;
        else inflow += flow;
      }
      for (let j = out.starts[row]!; j < out.ends[row]!; j++) {
        const key = out.others[j]!;
        if ((key & 1) === 1 || this.#seen[key >>> 1] === mark) continue;
        outflow += out.weights[j]! * gain[row]! * chain.mass[row]!;
      }
    }
    const bound = (inflow + rate * credentials) / constants.floor;
    return {
      group,
      members: members.length,
      mass: mass / credentialSum,
      bound: bound / credentialSum,
      // Above 1 only by what the state is off.
      used: bound > 0 ? Math.min(1, mass / bound) : 0,
      inflow: inflow / credentialSum,
      outflow: outflow / credentialSum,
      inside: inside / credentialSum,
      credentials: credentials / credentialSum,
      trust: chain.voiced > 0 ? voices / chain.voiced : 0,
    };
  }
}

/** Who belongs to a group: pairs of a contributor and the name of a group; one may be in several. */
export type Membership = Iterable<readonly [contributor: string, group: string]>;

/**
 * The rows of each group, in the order of first mention.
 * @throws PeerageError `unknown-contributor` where nobody of a group is in the community.
 */
export function rowsOfGroups(groups: Membership, row: (id: string) => number): Map<string, number[]> {
  const named = new Map<string, number[]>();
  const strangers = new Map<string, string>();
  for (const [contributor, group] of groups) {
    let rows = named.get(group);
    if (rows === undefined) {
      rows = [];
      named.set(group, rows);
    }
    const found = row(contributor);
    if (found >= 0) rows.push(found);
    else if (!strangers.has(group)) strangers.set(group, contributor);
  }
  for (const [group, rows] of named) {
    if (rows.length > 0) continue;
    const reason = `names nobody of this community: neither ${quote(strangers.get(group))} nor any other of its members is a contributor`;
    throw new PeerageError('unknown-contributor', reason, { field: `group ${quote(group)}`, value: group });
  }
  return named;
}
