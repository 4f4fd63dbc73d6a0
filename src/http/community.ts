/**
 * One community as it is served: its engine, which appends to its ledger; the scores that it publishes, and
 * those that somebody pages through. Where the ledger can not be written, reads go on, and writing is tried
 * again until it succeeds.
 */
import type { TrustEngine } from '../engine.ts';
import { quote } from '../error.ts';
import type { Event, EventInput, Milliseconds } from '../event.ts';
import { nearest, unknownContributor } from '../insight/nearest.ts';
import type { Appended, Head, Ledger } from '../ledger/contract.ts';
import type { Policy } from '../policy.ts';
import type { Scores } from '../scores.ts';
import type { Settler } from '../settler/task.ts';
import { Pages } from './cursor.ts';
import type { Limits } from './limits.ts';
import { Refusal } from './problem.ts';
import { Publication } from './publication.ts';
import { Recovery } from './recovery.ts';
import { Turns } from './turns.ts';

/** Ids that are compared with one that nobody has: those of the most trusted. */
const COMPARED = 2_000;

export interface CommunityOptions {
  readonly limits: Limits;
  readonly ticks: () => Milliseconds;
  readonly onPublished: (community: Community, before: Scores | null, scores: Scores) => void;
  /** Is told of contributors who were forgotten; scores from before, which have their names, have been let go. */
  readonly onForgotten: (community: Community, contributors: readonly string[]) => void;
  /** Is told how many entries were added, by whichever way; those that were there before are none. */
  readonly onAdded?: (community: string, count: number) => void;
  /** Settles what takes long; none where there are no threads. */
  readonly settler?: Settler | undefined;
  /** Is told why it gave up. */
  readonly onFault?: (error: unknown, where: string) => void;
}

export class Community {
  readonly id: string;
  readonly limits: Limits;
  readonly publication: Publication;
  readonly pages: Pages;
  /** Tells this life of the community from others, in which the same sequence may stand for something else. */
  readonly epoch = crypto.randomUUID().slice(0, 8);
  /** Events that declare policies, one after another. */
  readonly #policies = new Turns();
  #compared: { scores: Scores; ids: string[] } | null = null;
  /** The last sequence that was told of as added. */
  #added: number;
  /** Contributors who are erased, of whom something may be left in the files. */
  readonly #pending = new Set<string>();
  readonly #recovery: Recovery;
  readonly #stop: () => void;

  constructor(
    readonly engine: TrustEngine,
    readonly ledger: Ledger,
    { limits, ticks, onPublished, onForgotten, onAdded, settler, onFault }: CommunityOptions,
  ) {
    this.id = ledger.community;
    this.limits = limits;
    this.pages = new Pages(this.id);
    this.#recovery = new Recovery(() => engine.recover());
    this.#added = ledger.head.sequence;
    this.publication = new Publication(engine, {
      ticks,
      settler,
      onPublished: (before, scores) => onPublished(this, before, scores),
      onFault: (error) => onFault?.(error, `settling ${this.id}`),
    });
    // What its host appends is published too.
    this.#stop = engine.on('events', ({ sequence, forgotten }) => {
      if (sequence > this.#added) onAdded?.(this.id, sequence - this.#added);
      this.#added = sequence;
      if (forgotten.length === 0) return this.publication.soon();
      this.#forgetViews();
      onForgotten(this, forgotten);
    });
  }

  /** Durable when it resolves; published soon after. @throws PeerageError, and then nothing was appended. */
  append(events: readonly EventInput[]): Promise<Appended> {
    // Events are checked by the engine; here they may still be anything.
    const declares = (events as readonly (Event | null)[]).some((event) => event?.type === 'policy');
    return declares ? this.#policies.take('', () => this.#append(events)) : this.#append(events);
  }

  /** The policy in force, and the sequence of the event that declared it; 0 for the defaults. */
  async policy(): Promise<{ readonly policy: Policy; readonly since: number }> {
    const { policy, sequence } = this.engine;
    const declared = await this.ledger.policies();
    return { policy, since: declared.findLast((one) => one.sequence <= sequence)?.sequence ?? 0 };
  }

  /** Declares a policy where `check` lets the one in force be replaced; no other is declared in between. */
  replacePolicy(policy: Policy, check: (since: number) => void): Promise<Appended> {
    return this.#policies.take('', async () => {
      check((await this.policy()).since);
      return this.#append([{ type: 'policy', policy }]);
    });
  }

  /**
   * Erases a contributor, and resolves when nothing is left in the files. Asked again after a failure, it finishes what
   * is pending. @throws Refusal `unknown-contributor`; what the ledger throws.
   */
  async erase(contributor: string): Promise<Head> {
    const gone = this.publication.now().of(contributor) === undefined;
    if (gone && this.#pending.has(contributor)) await this.#recovery.watch(() => this.ledger.scrub());
    else {
      this.having('id', contributor);
      this.#pending.add(contributor);
      await this.append([{ type: 'forget', contributor }]);
    }
    this.#pending.delete(contributor);
    return this.ledger.head;
  }

  #append(events: readonly EventInput[]): Promise<Appended> {
    return this.#recovery.watch(() => this.engine.append(events));
  }

  /** Lets go of scores from before somebody was erased, so that nobody reads the name from them. */
  #forgetViews(): void {
    this.#compared = null;
    this.pages.clear();
    this.publication.now();
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
    const { sequence, bound } = scores;
    return new Refusal(code, message, {
      ...{ field, value: quote(id), nearest: nearest(id, ids), sequence, bound },
      headers: { 'Peerage-Sequence': String(sequence), 'Peerage-Bound': String(bound) },
    });
  }

  /** Scores as of now, which have this contributor. @throws Refusal `unknown-contributor`. */
  having(field: string, id: string): Scores {
    const scores = this.publication.now();
    if (scores.of(id) === undefined) throw this.unknown(field, id, scores);
    return scores;
  }

  /** Publishes what was appended and saves a snapshot where `saving`; ends the engine too where it is not the host's. */
  async close({ ending, saving }: { ending: boolean; saving: boolean }): Promise<void> {
    this.#recovery.close();
    this.#stop();
    if (ending) await this.engine.close();
    this.publication.close();
    if (saving) await this.engine.save();
  }
}
