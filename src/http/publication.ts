/**
 * The scores of one engine as they are published. A publication looks at everybody, so the time that they take is
 * allotted: under steady writes a fifth of it where one is quick. A quick one is made by whoever reads; others by a
 * settler, which is a thread, in a twentieth of the time, or a hundredth where there are no more processors than are
 * busy without it; or where none is to be had in the background, in slices and a hundredth of the time. So reads are
 * answered meanwhile from the last one, which says its sequence. Who needs a later one or a smaller bound waits for it.
 */
import { availableParallelism } from 'node:os';
import type { TrustEngine } from '../engine.ts';
import type { Milliseconds } from '../event.ts';
import type { Scores } from '../scores.ts';
import { BUSY, type Settler, type Task } from '../settler/task.ts';
import { Allotment } from './allotment.ts';
import { breath, endedWithin } from './later.ts';
import { behind, ending, notSettled } from './problem.ts';
import { Waiters } from './waiters.ts';

/** A publication up to this long is quick; the one after a first of the other length is not expected to be. */
const [QUICK, FIRST]: [Milliseconds, Milliseconds] = [2, 100];
/** The part of the time that publications may take: quick ones, by a settler, others, those that somebody waits for. */
const [OFTEN, APART, SELDOM, HURRIED] = [0.2, 0.05, 0.01, 0.5];
/** The longest that nothing is published though there is something to be. */
const LONGEST: Milliseconds = 5_000;
/**
 * Edges that are visited at a time: so many at least, and all of them so many times, which is what sweeps take after a
 * few events; what they need before and after the first of them would else be needed for each.
 */
const [SLICE, TIMES] = [1_000_000, 8];
/** After each step others have so many times as long, and at most this. */
const [RESTS, LONGEST_REST]: [number, Milliseconds] = [9, 200];
/** Slices before a publication, the last of which settles what is left. */
const SLICES = 50;

export interface PublicationOptions {
  /** Milliseconds that never go back. */
  readonly ticks: () => Milliseconds;
  readonly onPublished: (before: Scores | null, scores: Scores) => void;
  /** Makes what is not quick; without one it is made in slices. */
  readonly settler?: Settler | undefined;
  /** As many as the machine has unless given. */
  readonly processors?: number | undefined;
  /** Is told why a settler gave up, from when on there is none, and what broke off a publication in the background. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

export class Publication {
  #last: Scores | null = null;
  #cost: Milliseconds = 0;
  #quick = true;
  readonly #allotment = new Allotment();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Before then nothing is tried in the background, since it failed. */
  #again: Milliseconds = Number.NEGATIVE_INFINITY;
  #working = false;
  #closed = false;
  readonly #waiters = new Waiters();
  #settler: Settler | undefined;
  /** What the settler is at; one thing at a time. */
  #apart: Promise<void> | null = null;

  constructor(
    private readonly engine: TrustEngine,
    private readonly options: PublicationOptions,
  ) {
    this.#settler = options.settler;
  }

  /** The scores to answer from: the last published, or newer ones where these are due. */
  get scores(): Scores {
    const last = this.#last;
    if (last === null) return this.now();
    if (last.sequence === this.engine.sequence) return last;
    if (!this.#working && this.#quick && this.options.ticks() >= this.#due) return this.now();
    this.soon();
    return last;
  }

  /** What was published last, however long ago. */
  get last(): Scores {
    return this.#last ?? this.now();
  }

  /** Publishes the scores as of now; as they stand where `settle` is false. */
  now({ settle = true }: { settle?: boolean } = {}): Scores {
    const start = this.options.ticks();
    const scores = this.engine.scores({ settle });
    if (scores === this.#last) return scores;
    scores.complete();
    scores.top(1);
    this.#publish(scores, this.options.ticks() - start);
    return scores;
  }

  /** Publishes in the background as soon as it is due, unless nothing is new. */
  soon(): void {
    if (this.#last?.sequence === this.engine.sequence) return;
    if (this.#closed || this.#working || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#work(), Math.max(0, this.#due - this.options.ticks()));
    this.#timer.unref?.();
  }

  /** Scores that take a sequence into account. @throws Refusal `behind` where that takes too long. */
  async reach(sequence: number, patience: Milliseconds): Promise<Scores> {
    const scores = this.scores;
    if (scores.sequence >= sequence) return scores;
    if (this.engine.sequence >= sequence && this.#quick) return this.now();
    const reached = this.#waiters.wait(sequence, patience, () =>
      behind(this.#last?.sequence ?? 0, sequence, Math.max(1, Math.ceil(this.#cost / 1000))),
    );
    if (this.engine.sequence >= sequence) this.#hurry();
    return reached;
  }

  /** Scores within a tolerance. @throws Refusal `not-settled`. */
  async within(tolerance: number, patience: Milliseconds): Promise<Scores> {
    const last = this.scores;
    if (last.bound <= tolerance) return last;
    const end = this.options.ticks() + patience;
    const exhausted = await (this.#settler !== undefined && !this.#quick
      ? this.#finerBy(tolerance, end)
      : this.#finer(tolerance, end));
    const scores = this.last;
    if (scores.bound <= tolerance) return scores;
    const why = exhausted
      ? 'floating point proves no less here'
      : 'that takes longer; what has been done is kept, so ask again';
    throw notSettled(scores.bound, tolerance, why);
  }

  /** Settles in slices and publishes; true where floating point ends it. */
  async #finer(tolerance: number, end: Milliseconds): Promise<boolean> {
    let reason = this.engine.settle({ tolerance, budget: this.#slice }).reason;
    while (reason === 'budget' && this.options.ticks() < end) {
      await breath();
      reason = this.engine.settle({ tolerance, budget: this.#slice }).reason;
    }
    this.now({ settle: false });
    return reason === 'rounding';
  }

  /** Has the settler publish; true where floating point ends it. Goes on where that takes longer. */
  async #finerBy(tolerance: number, end: Milliseconds): Promise<boolean> {
    for (;;) {
      if (this.#settler === undefined) return this.#finer(tolerance, end);
      const begun = this.#apart === null;
      this.#apart ??= this.#publishBy(this.#settler, { tolerance, hurried: true });
      const ended = await endedWithin(this.#apart, end - this.options.ticks());
      if (this.last.bound <= tolerance || !ended || this.#closed) return false;
      // Where the settler has given up, what is left is done here.
      if (begun && this.#settler !== undefined) return true;
    }
  }

  /** Lets nobody wait any longer. */
  giveUp(): void {
    this.#waiters.end(ending());
  }

  /** Publishes what is not, and nothing after. */
  close(): void {
    clearTimeout(this.#timer);
    this.#closed = true;
    if (this.#last !== null && this.#last.sequence !== this.engine.sequence) this.now();
  }

  get #slice(): number {
    return Math.max(SLICE, TIMES * this.engine.size);
  }

  get #due(): Milliseconds {
    const rate = this.#hurried() ? HURRIED : this.#rate;
    return Math.max(this.#again, this.#allotment.due(rate, Math.max(LONGEST, this.#cost / OFTEN)));
  }

  /** The part of the time that publications may take. */
  get #rate(): number {
    if (this.#cost <= QUICK) return OFTEN;
    const { processors = availableParallelism() } = this.options;
    return this.#settler === undefined || processors <= BUSY ? SELDOM : APART;
  }

  #hurried(): boolean {
    return this.#waiters.any(this.engine.sequence);
  }

  #hurry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.soon();
  }

  async #work(): Promise<void> {
    this.#timer = undefined;
    this.#working = true;
    try {
      // What the settler is at for somebody may be of an earlier sequence.
      await this.#apart;
      if (this.#settler !== undefined && !this.#quick) {
        this.#apart = this.#publishBy(this.#settler, { hurried: this.#hurried() });
        await this.#apart;
      } else await this.#publishInSteps();
    } catch (error) {
      // Nobody waits for this promise, and reads are answered from what was published last.
      this.#again = this.options.ticks() + LONGEST;
      this.options.onFault?.(error);
    } finally {
      this.#working = false;
    }
    this.soon();
  }

  /** Has the settler make scores, and publishes them. Never rejects: a settler that gives up is no more asked. */
  async #publishBy(settler: Settler, wanted: { tolerance?: number; hurried: boolean }): Promise<void> {
    const start = this.options.ticks();
    let rested: Milliseconds = 0;
    const settle = async (task: Task) => {
      const outcome = await settler.settle(task);
      rested += outcome.rested ?? 0;
      return outcome;
    };
    try {
      const scores = await this.engine.scoresBy({ settle }, wanted);
      this.#publishIfBetter(scores, Math.max(0, this.options.ticks() - start - rested));
    } catch (error) {
      if (this.#closed) return;
      this.#settler = undefined;
      this.options.onFault?.(error);
    } finally {
      this.#apart = null;
    }
  }

  /** Publishes in turns of the event loop that are as short as they can be. */
  async #publishInSteps(): Promise<void> {
    let cost = 0;
    let rest = 0;
    const step = async <T>(work: () => T): Promise<T> => {
      await breath(rest);
      const start = this.options.ticks();
      const done = work();
      const spent = this.options.ticks() - start;
      cost += spent;
      // What has come meanwhile is answered before the next step, also where a tenth of the time is all that is left.
      rest = spent <= QUICK || this.#hurried() ? 0 : Math.min(RESTS * spent, LONGEST_REST);
      return done;
    };
    let scores: Scores | null = null;
    for (let slice = 1; scores === null; slice++) {
      scores = await step(() => {
        if (this.#closed) return null;
        const last = slice >= SLICES;
        const { reason } = this.engine.settle(last ? {} : { budget: this.#slice });
        // In the same turn, before anything comes in.
        return reason === 'budget' ? null : this.engine.scores({ settle: false });
      });
      if (this.#closed) return;
    }
    // What a score needs of all others is measured here, not by whoever asks first.
    const made = scores;
    await step(() => made.complete());
    await step(() => made.top(1));
    this.#publishIfBetter(made, cost);
  }

  /** Publishes, unless somebody had newer or finer ones published meanwhile. */
  #publishIfBetter(scores: Scores, cost: Milliseconds): void {
    if (!this.#closed && (this.#last === null || isBetter(scores, this.#last))) this.#publish(scores, cost);
  }

  /** Scores that are measured are those to answer from; what they took is taken off the time for that. */
  #publish(scores: Scores, cost: Milliseconds): void {
    const before = this.#last;
    this.#last = scores;
    this.#allotment.take(cost, this.#rate, this.options.ticks());
    // What the first one takes says how large the community is, and little else of those that follow.
    this.#cost = before === null ? 0 : cost;
    this.#quick = cost <= (before === null ? FIRST : QUICK);
    this.#waiters.serve(scores);
    this.options.onPublished(before, scores);
  }
}

/** Whether scores know more events than others, or the same with a smaller bound. */
function isBetter(scores: Scores, others: Scores): boolean {
  if (scores.sequence !== others.sequence) return scores.sequence > others.sequence;
  return scores.bound < others.bound;
}
