/**
 * The communities of a server: each with its ledger and its engine, opened when it is first asked for, and all
 * closed together. None knows of another.
 */
import type { OpenOptions } from '../engine.ts';
import { TrustEngine } from '../engine.ts';
import { PeerageError, quote } from '../error.ts';
import type { Ledger, Store } from '../ledger/contract.ts';
import type { Scores } from '../scores.ts';
import { Community, type CommunityOptions } from './community.ts';
import { Refusal } from './problem.ts';

/** Scores that a community published, and those that it had published before. */
export interface Published {
  readonly community: Community;
  readonly before: Scores | null;
  readonly scores: Scores;
}

export interface CommunitiesListeners {
  /** After each publication, of which there are at most so many that they take a small part of the time. */
  change: (published: Published) => void;
  /** After contributors were forgotten, by whatever way. */
  forgotten: (community: Community, contributors: readonly string[]) => void;
}

/** Where ledgers are found. */
export interface Home extends Pick<Store, 'communities' | 'ledger' | 'drop'> {
  /** The engine that the host has opened on a ledger of its own, which stay open. */
  readonly engine?: TrustEngine;
  readonly held?: boolean;
}

export interface CommunitiesOptions extends Omit<CommunityOptions, 'onPublished' | 'onForgotten'> {
  /** How engines are opened. */
  readonly opening: Omit<OpenOptions, 'onWarning'>;
  /** Is told of what stops no engine. */
  readonly onWarning: (warning: PeerageError, community: string) => void;
}

export class Communities {
  readonly #home: Home;
  readonly #options: CommunitiesOptions;
  readonly #listeners: { readonly [Name in keyof CommunitiesListeners]: Set<CommunitiesListeners[Name]> } = {
    change: new Set(),
    forgotten: new Set(),
  };
  /** Ids of those that are there; only one writer holds a store. */
  readonly #known: Set<string>;
  readonly #opening = new Map<string, Promise<Community>>();
  readonly #opened = new Map<string, Community>();
  /** Those that are being ended, and when that is over; looked at in the same turn as what is done then. */
  readonly #ending = new Map<string, Promise<void>>();
  /** Those that have ended, where old pages of the files are left. */
  readonly #pending = new Set<string>();
  #closing = false;

  private constructor(home: Home, known: readonly string[], options: CommunitiesOptions) {
    this.#home = home;
    this.#known = new Set(known);
    this.#options = options;
  }

  static async open(home: Home, options: CommunitiesOptions): Promise<Communities> {
    return new Communities(home, await home.communities(), options);
  }

  /** The ids of all communities, sorted. */
  list(): string[] {
    return [...this.#known].sort();
  }

  /** How those stand that are open. */
  *figures(): Iterable<{ community: string; sequence: number; bound: number; order: number }> {
    for (const [community, { engine }] of this.#opened) {
      const { sequence, bound, order } = engine;
      yield { community, sequence, bound, order };
    }
  }

  /** Lets nobody wait for scores any longer. */
  giveUp(): void {
    for (const { publication } of this.#opened.values()) publication.giveUp();
  }

  /** A community that is open already. */
  opened(id: string): Community | undefined {
    return this.#closing ? undefined : this.#opened.get(id);
  }

  /** A community that is there. @throws Refusal `unknown-community`, `closing`; what opening it throws. */
  async get(id: string): Promise<Community> {
    while (this.#ending.has(id)) await this.#ending.get(id);
    if (this.#closing) throw new Refusal('closing', 'the server is being closed');
    if (!this.#known.has(id)) throw noCommunity(id);
    let opening = this.#opening.get(id);
    if (opening === undefined) {
      opening = this.#open(id);
      this.#opening.set(id, opening);
      // What failed once may succeed when it is asked for again.
      opening.catch(() => this.#opening.delete(id));
    }
    return opening;
  }

  /** Makes a community where there is none. */
  async create(id: string): Promise<{ readonly community: Community; readonly created: boolean }> {
    while (this.#ending.has(id)) await this.#ending.get(id);
    const created = !this.#known.has(id);
    this.#known.add(id);
    try {
      return { community: await this.get(id), created };
    } catch (error) {
      if (created) this.#known.delete(id);
      throw error;
    }
  }

  /**
   * Ends a community: what is kept of it elsewhere by `forget`, then its ledger. Whoever asks for it meanwhile waits, so
   * that nothing of the old one meets a new one. Asked again after `erasure-pending`, it finishes what is pending.
   * @throws Refusal `unknown-community`, `closing`; what the store throws.
   */
  async drop(id: string, forget: () => Promise<void> = async () => {}): Promise<void> {
    while (this.#ending.has(id)) await this.#ending.get(id);
    if (this.#closing) throw new Refusal('closing', 'the server is being closed');
    if (!this.#known.has(id) && !this.#pending.has(id)) throw noCommunity(id);
    const ending = this.#end(id, forget);
    const over = () => void this.#ending.delete(id);
    this.#ending.set(id, ending.then(over, over));
    return ending;
  }

  /** Calls `listener` after each of what it listens to; returns how to stop that. */
  on<Name extends keyof CommunitiesListeners>(name: Name, listener: CommunitiesListeners[Name]): () => void {
    const listeners = this.#listeners[name];
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Publishes, snapshots and closes all; nothing is opened any more. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#ending.values());
    const open = await Promise.allSettled(this.#opening.values());
    const closed = await Promise.allSettled(
      open.flatMap((one) => (one.status === 'fulfilled' ? [this.#closed(one.value, { saving: true })] : [])),
    );
    for (const one of closed) if (one.status === 'rejected') throw one.reason;
  }

  async #end(id: string, forget: () => Promise<void>): Promise<void> {
    // What a host holds is refused before anything of it is closed.
    if (this.#home.held) return this.#home.drop(id).then(() => undefined);
    // One that can not be opened can be ended too.
    const community = await this.#opening.get(id)?.catch(() => undefined);
    this.#opened.delete(id);
    this.#opening.delete(id);
    // A snapshot would not be read any more, and could find no room.
    if (community !== undefined) await this.#closed(community, { saving: false });
    await forget();
    try {
      await this.#home.drop(id);
      this.#pending.delete(id);
    } catch (error) {
      if (!(error instanceof PeerageError) || error.code !== 'erasure-pending') throw error;
      this.#pending.add(id);
      this.#known.delete(id);
      throw error;
    }
    this.#known.delete(id);
  }

  /** Closes a community, and what was opened for it. */
  async #closed(community: Community, { saving }: { saving: boolean }): Promise<void> {
    await community.close({ ending: this.#home.engine === undefined, saving });
    if (!this.#home.held) await community.ledger.close();
  }

  async #open(id: string): Promise<Community> {
    const { opening, onWarning, ...options } = this.#options;
    const ledger = await this.#home.ledger(id);
    const warned = { onWarning: (warning: PeerageError) => onWarning(warning, id) };
    const engine = this.#home.engine ?? (await TrustEngine.open(ledger, { ...opening, ...warned }));
    const onPublished = (community: Community, before: Scores | null, scores: Scores) => {
      // Of one that is being ended nobody is told, or a message could outlive it.
      if (this.#ending.has(id)) return;
      for (const listener of this.#listeners.change) listener({ community, before, scores });
    };
    const onForgotten: CommunityOptions['onForgotten'] = (community, contributors) => {
      for (const listener of this.#listeners.forgotten) listener(community, contributors);
    };
    const community = new Community(engine, ledger, { ...options, onPublished, onForgotten });
    community.publication.now();
    this.#opened.set(id, community);
    return community;
  }
}

/** What is said of a community that is not there, and of one that is no business of whoever asks. */
export function noCommunity(id: string): Refusal {
  const reason = `there is no community ${quote(id)}; PUT makes one`;
  return new Refusal('unknown-community', reason, { field: 'community' });
}

/** The one ledger that a host holds, as a home. */
export function homeOf(ledger: Ledger, engine?: TrustEngine): Home {
  const fixed = () => {
    throw new Refusal(
      'fixed-community',
      `this server serves ${quote(ledger.community)} alone, which its host holds`,
    );
  };
  return {
    ...(engine !== undefined && { engine }),
    held: true,
    communities: async () => [ledger.community],
    ledger: async (id) => (id === ledger.community ? ledger : fixed()),
    drop: async () => fixed(),
  };
}
