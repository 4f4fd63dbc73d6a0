/**
 * The communities of a store: each with its ledger and its engine, opened when it is first asked for, and all
 * closed together. None knows of another.
 */
import { PeerageError } from '../error.ts';
import type { Store } from '../ledger/contract.ts';
import type { Scores } from '../scores.ts';
import type { Community } from './community.ts';
import { Refusal } from './problem.ts';

/** Scores that a community publishes, with those it published before. */
export interface Published {
  readonly community: Community;
  readonly before: Scores | null;
  readonly scores: Scores;
}

export interface CommunitiesListeners {
  /** After scores have been published: at most so often that it takes a small part of the time. */
  change: (published: Published) => void;
}

export class Communities {
  readonly #listeners = new Set<CommunitiesListeners['change']>();
  constructor(readonly store: Store) {}

  /** The ids of all communities, sorted. */
  list(): Promise<readonly string[]> {
    return this.store.communities();
  }

  /** A community that is there. @throws Refusal `unknown-community`. */
  async get(id: string): Promise<Community> {
    throw new Refusal('unknown-community', id);
  }

  /** Makes a community where there is none. */
  async create(id: string): Promise<{ community: Community; created: boolean }> {
    throw new PeerageError('bad-id', id);
  }

  /** Ends a community with all that is kept of it; false where there is none. */
  async drop(id: string): Promise<boolean> {
    return this.store.drop(id);
  }

  /** Calls `listener` after each publication; returns how to stop that. */
  on<Name extends keyof CommunitiesListeners>(_name: Name, listener: CommunitiesListeners[Name]): () => void {
    const call: CommunitiesListeners['change'] = (published) => listener(published);
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  /** Settles, snapshots and closes all. */
  async close(): Promise<void> {}
}
