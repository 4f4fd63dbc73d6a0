/**
 * Where trust comes from: how much of all mass began at the credentials of each issuer, and how much at
 * restart that contributors had earned; who holds the credentials.
 */
import { type Chain, credentialOf } from './chain.ts';
import { expect } from './expect.ts';
import type { Settlement } from './settlement.ts';

export interface Issuer {
  /** Empty for credentials without an issuer. */
  readonly issuer: string;
  /** Share of the weight of all credentials, and how many contributors hold some of it. */
  readonly credentials: number;
  readonly holders: number;
  /** Share of all mass that began at them. */
  readonly mass: number;
}

export interface Holder {
  readonly contributor: string;
  /** Share of the weight of all credentials. */
  readonly share: number;
}

export interface Issuers {
  /** Share of all mass that began at credentials, and at earned restart; where no credential is in force, everybody counts as granted 1. */
  readonly granted: number;
  readonly earned: number;
  /** How far these shares may be off. */
  readonly error: number;
  /** The issuers by mass; none where no credential is in force. */
  readonly list: readonly Issuer[];
  /** Contributors with a credential; fewest who hold `share` of the weight, and what they hold. */
  readonly holders: { readonly count: number; readonly fewest: number; readonly share: number };
  /** The largest holders. */
  readonly largest: readonly Holder[];
}

/** @param share of the credentials whose fewest holders are counted. */
export function issuersOf(
  { evidence, id }: Pick<Settlement, 'evidence' | 'id'>,
  chain: Chain,
  { share, top }: { share: number; top: number },
): Issuers {
  const { order, starts, started, total, rate, credentials, credentialSum } = chain;
  const rows: number[] = [];
  if (credentials !== null) for (let v = 0; v < order; v++) if (credentials[v]! > 0) rows.push(v);
  const weights = new Map<string, { weight: number; mass: number; holders: Set<number> }>();
  for (const row of rows) {
    for (const { issuer, weight } of evidence.grants(row)) {
      let of = weights.get(issuer);
      if (of === undefined) {
        of = { weight: 0, mass: 0, holders: new Set() };
        weights.set(issuer, of);
      }
      of.weight += weight;
      of.holders.add(row);
    }
  }
  // With one origin of everything there is nothing to solve.
  const one = chain.constants.back === 0 && weights.size <= 1;
  const length = total / started;
  const { values, error } = one
    ? { values: new Float64Array(0), error: 0 }
    : expect(chain, {
        reward: () => 1,
        values: new Float64Array(order).fill(length),
        tolerance: 1e-6 * length,
      });
  let granted = 0;
  let earned = 0;
  if (!one && total > 0) {
    for (let v = 0; v < order; v++) {
      const given = rate * credentialOf(chain, v);
      granted += (given / total) * values[v]!;
      earned += ((starts[v]! - given) / total) * values[v]!;
    }
    for (const row of rows) {
      for (const { issuer, weight } of evidence.grants(row)) {
        weights.get(issuer)!.mass += ((rate * weight) / total) * values[row]!;
      }
    }
  }
  const list = [...weights].map(([issuer, { weight, mass, holders }]) => ({
    issuer,
    credentials: part(weight / credentialSum),
    holders: holders.size,
    mass: one ? 1 : mass,
  }));
  list.sort((a, b) => b.mass - a.mass || (a.issuer < b.issuer ? -1 : 1));
  rows.sort((u, v) => credentials![v]! - credentials![u]! || u - v);
  let held = 0;
  let fewest = 0;
  while (fewest < rows.length && held < share) held += credentials![rows[fewest++]!]! / credentialSum;
  return {
    // Where nothing is earned, rounding shall not say otherwise.
    granted: chain.constants.back === 0 ? 1 : part(granted),
    earned: chain.constants.back === 0 ? 0 : part(earned),
    error: length > 0 ? error / length : 0,
    list,
    holders: { count: rows.length, fewest, share: part(held) },
    largest: rows.slice(0, top).map((row) => ({
      contributor: id(row),
      share: part(credentials![row]! / credentialSum),
    })),
  };
}

/** A share of all, which rounding shall not put beyond none or all of it. */
function part(share: number): number {
  return Math.min(1, Math.max(0, share));
}
