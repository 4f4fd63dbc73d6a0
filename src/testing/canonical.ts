/** Our own scores as a scorer: an engine made of the ledger, solved from nothing. */
import { TrustEngine } from '../engine.ts';
import type { Scorer } from './answer.ts';

/**
 * The canonical trust of a ledger, within 1e-9 (L1) of the exact one.
 * @throws PeerageError for a ledger that an engine refuses.
 */
export const canonical: Scorer = (events, policy) => {
  const engine = new TrustEngine({ policy });
  engine.apply(events);
  return new Map(Array.from(engine.canonical(), ({ contributor, trust }) => [contributor, trust]));
};
