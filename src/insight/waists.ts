/**
 * Both waists of a chain, on the same walks: with the holders of credentials counted as carriers, and
 * without; and what survives the loss of the strongest carriers.
 */
import type { Chain } from './chain.ts';
import { deliveriesOf } from './deliveries.ts';
import { type Waist, waistOf } from './waist.ts';
import { drawWalks, type Walks, type Weighed } from './walks.ts';

const SURVIVAL = [1, 10, 100] as const;

export const FEWEST_WALKS = 100;

/** Both waists of a chain, and the walks that they were found on. */
export function waistsOf(
  chain: Chain,
  holder: (row: number) => boolean,
  options: { walks: number; seed: number },
  weighed?: Weighed,
): { all: Waist; peers: Waist; drawn: Walks } {
  const drawn = drawWalks(chain, options, weighed);
  const { order, gain, voices } = chain;
  const passes = (row: number): number => (gain[row]! > 0 ? voices[row]! : 0);
  const receives = (row: number): boolean => !holder(row);
  const all = waistOf(
    deliveriesOf(drawn, order, receives, () => true),
    order,
    passes,
  );
  // Where no credential is in force all are peers.
  if (chain.credentials === null) return { all, peers: all, drawn };
  const peers = waistOf(deliveriesOf(drawn, order, receives, receives), order, passes);
  return { all, peers, drawn };
}

/** Share of the deliveries that do without the k strongest carriers. */
export function survivalOf({ curve, deliveries }: Waist): Record<string, number> {
  return Object.fromEntries(
    SURVIVAL.map((k) => [String(k), deliveries === 0 ? 0 : 1 - curve[Math.min(k, curve.length - 1)]!]),
  );
}

/** What both waists come to, by the names that conditions use. */
export interface WaistFigures {
  readonly waist50: number | null;
  readonly waist90: number | null;
  readonly peers50: number | null;
  readonly peers90: number | null;
  /** Share of the deliveries that do without the k strongest carriers; null without deliveries. */
  readonly survive1: number | null;
  readonly survive10: number | null;
  readonly survive100: number | null;
}

export function figuresOfWaists(
  all: Pick<Waist, 'w50' | 'w90' | 'deliveries'>,
  peers: Pick<Waist, 'w50' | 'w90'>,
  survival: Readonly<Record<string, number>>,
): WaistFigures {
  const survives = (k: (typeof SURVIVAL)[number]) => (all.deliveries > 0 ? survival[k]! : null);
  return {
    waist50: all.w50,
    waist90: all.w90,
    peers50: peers.w50,
    peers90: peers.w90,
    survive1: survives(1),
    survive10: survives(10),
    survive100: survives(100),
  };
}
