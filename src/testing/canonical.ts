/** Our own scores as a scorer: an engine made of the ledger, solved from nothing. */
import { TrustEngine } from '../engine.ts';
import type { Scorer } from './answer.ts';

/** Close to what rounding allows, so that invariants are held to much. */
const TOLERANCE = 1e-12;

/**
 * The canonical trust of a ledger, with its `bound`: how far it lies from the exact one at most (L1).
 * @throws PeerageError for a ledger that an engine refuses.
 */
export const canonical: Scorer = (events, policy) => {
  const engine = new TrustEngine({ policy });
  engine.apply(events);
  const scores = engine.canonical({ tolerance: TOLERANCE });
  const trust = new Map(Array.from(scores, ({ contributor, trust }) => [contributor, trust]));
  return Object.assign(trust, { bound: scores.bound });
};
