/**
 * One community as it is served: its ledger, its engine, and the scores that were published last. Publishing
 * looks at everybody, so it is done at most so often that it takes a small part of the time; what is read in
 * between is as it was published, and says of which sequence it is.
 */
import type { TrustEngine } from '../engine.ts';
import type { Event } from '../event.ts';
import type { Appended, Head } from '../ledger/contract.ts';
import type { Scores } from '../scores.ts';

export interface Community {
  readonly id: string;
  readonly engine: TrustEngine;
  readonly head: Head;
  /** The scores to read: the last that were published, or newer ones where that is due. */
  scores(): Scores;
  /** Scores of this sequence or a later one. @throws Refusal `behind`. */
  scoresAt(sequence: number): Promise<Scores>;
  /** Durable when it resolves. @throws PeerageError, and then nothing was appended. */
  append(events: readonly Event[]): Promise<Appended>;
}
