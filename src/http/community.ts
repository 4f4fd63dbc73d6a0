/**
 * One community as it is served: its engine, which appends to its ledger; the scores that it publishes, and
 * those that somebody pages through.
 */
import type { TrustEngine } from '../engine.ts';
import { quote } from '../error.ts';
import type { Event, Milliseconds } from '../event.ts';
import { nearest, unknownContributor } from '../insight/nearest.ts';
import type { Appended, Ledger } from '../ledger/contract.ts';
import type { Scores } from '../scores.ts';
import { Pages } from './cursor.ts';
import type { Kept } from './kept.ts';
import type { Limits } from './limits.ts';
import { Refusal } from './problem.ts';
import { Publication } from './publication.ts';

/** Ids that are compared with one that nobody has: those of the most trusted. */
const COMPARED = 2_000;

export interface CommunityOptions {
  readonly limits: Limits;
  readonly clock: () => Milliseconds;
  readonly onPublished: (community: Community, before: Scores | null, scores: Scores) => void;
}

export class Community {
  readonly id: string;
  readonly limits: Limits;
  readonly publication: Publication;
  readonly pages: Pages;
  /** Tells this life of the community from others, in which the same sequence may stand for something else. */
  readonly epoch = crypto.randomUUID().slice(0, 8);
  #compared: { scores: Scores; ids: string[] } | null = null;

  constructor(
    private readonly kept: Kept,
    { limits, clock, onPublished }: CommunityOptions,
  ) {
    this.id = kept.ledger.community;
    this.limits = limits;
    this.pages = new Pages(this.id);
    this.publication = new Publication(kept.engine, clock, (before, scores) =>
      onPublished(this, before, scores),
    );
  }

  get engine(): TrustEngine {
    return this.kept.engine;
  }

  get ledger(): Ledger {
    return this.kept.ledger;
  }

  /** Durable when it resolves; published soon after. @throws PeerageError, and then nothing was appended. */
  async append(events: readonly Event[]): Promise<Appended> {
    const appended = await this.kept.append(events);
    this.publication.soon();
    return appended;
  }

  /** Takes a contributor out of the scores, and its name out of all that is kept. @throws PeerageError. */
  async erase(contributor: string): Promise<Appended> {
    const erased = await this.kept.erase(contributor);
    // Nobody may read the name from older scores.
    this.#compared = null;
    this.pages.clear();
    this.publication.now();
    return erased;
  }

  /** What tells scores from others of this community; ASCII. */
  tagOf({ sequence, bound }: Pick<Scores, 'sequence' | 'bound'>): string {
    return `${sequence}-${bound.toString(36)}-${this.epoch}`;
  }

  /** The refusal of an id that is no contributor, with those that may have been meant. */
  unknown(field: string, id: string, scores: Scores): Refusal {
    if (this.#compared?.scores !== scores) {
      this.#compared = { scores, ids: scores.top(COMPARED).map(({ contributor }) => contributor) };
    }
    const { ids } = this.#compared;
    const { code, message } = unknownContributor(field, id, ids);
    return new Refusal(code, message, { field, value: quote(id), nearest: nearest(id, ids) });
  }

  /** Scores as of now, which have this contributor. @throws Refusal `unknown-contributor`. */
  having(field: string, id: string): Scores {
    const scores = this.publication.now();
    if (scores.of(id) === undefined) throw this.unknown(field, id, scores);
    return scores;
  }

  async close(): Promise<void> {
    this.publication.close();
    await this.kept.close();
  }
}
