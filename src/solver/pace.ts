/**
 * Decides from sweep to sweep how to go on, by what was observed: plainly, rescaled, or rescaled and
 * accelerated. Each way is tried for a few sweeps and rated by what a sweep leaves of the pool; the best
 * is kept, and the others are tried again at doubling distances. All ways lead to the same fixed point
 * and only the certificate ends the work, so a wrong choice costs time and never correctness.
 */

export type Way = 'plain' | 'rescaled' | 'accelerated';

/** In the order in which they are tried. */
const WAYS: readonly Way[] = ['rescaled', 'accelerated', 'plain'];
/** Sweeps of a trial, the last half of which is rated; powers of two, so that square roots suffice. */
const TRIAL: { readonly [way in Way]: number } = { rescaled: 4, accelerated: 8, plain: 4 };
/** Sweeps without halving the pool, close to rounding, that are made at the least before giving up. */
const PATIENCE = 64;
/** A rate below this is not worth questioning. */
const GOOD = 0.2;

export class Pace {
  /** How the next sweep is to be made. */
  way: Way = 'rescaled';
  /** True once sweeping on can not improve the state. */
  exhausted = false;
  /** What a sweep of each way was seen to leave, 0..; infinite before it was tried. */
  readonly #rates = new Map<Way, number>();
  readonly #pools: number[] = [];
  #left = TRIAL.rescaled;
  #gap = 16;
  /** Sweeps without halving the pool, close to rounding, after which there is nothing more to come. */
  readonly #patience: number;
  #lowest = Number.POSITIVE_INFINITY;
  #stale = 0;
  /** False once a pool within rounding was seen to be no sign of a state within rounding. */
  #trusting = true;

  /**
   * @param noise The pool that rounding alone makes; in units of mass.
   * @param contraction What every plain sweep takes off the error at the least, as a share of it: a balance.
   */
  constructor(
    private readonly noise: number,
    contraction: number,
  ) {
    this.#patience = PATIENCE + 2 / contraction;
  }

  /** Takes note of the pool that a sweep left, in units of mass. */
  observe(pool: number): void {
    if (pool < 0.5 * this.#lowest) {
      this.#lowest = pool;
      this.#stale = 0;
    } else this.#stale++;
    const close = this.#lowest < 1024 * this.noise;
    const patience = this.#trusting ? this.#patience : PATIENCE;
    if ((this.#trusting && pool <= this.noise) || (close && this.#stale > patience)) this.exhausted = true;
    this.#pools.push(pool);
    if (--this.#left === 0) this.#judge();
  }

  /**
   * Takes note that a certificate found more than rounding: what one sweep changes can be next to nothing
   * by chance, or because all but what is common to all rows has settled.
   */
  resume(): void {
    this.exhausted = false;
    this.#trusting = false;
    this.#lowest = Number.POSITIVE_INFINITY;
    this.#stale = 0;
  }

  #judge(): void {
    const pools = this.#pools;
    const half = pools.length >> 1;
    let rate = pools[pools.length - 1]! / pools[pools.length - 1 - half]!;
    // The half is a power of two, and square roots are the same everywhere, unlike Math.pow.
    for (let root = half; root > 1; root >>= 1) rate = Math.sqrt(rate);
    pools.length = 0;
    this.#rates.set(this.way, rate);
    if (rate < GOOD) {
      this.#left = this.#gap;
      return;
    }
    const untried = WAYS.find((way) => !this.#rates.has(way));
    if (untried !== undefined) {
      this.way = untried;
      this.#left = TRIAL[untried];
      return;
    }
    const best = WAYS.reduce((a, b) => (this.#rates.get(b)! < this.#rates.get(a)! ? b : a));
    if (best === this.way) {
      // As good as ever: ask the others again later, and later still the next time.
      for (const way of WAYS) if (way !== best) this.#rates.delete(way);
      this.#gap *= 2;
    }
    this.way = best;
    this.#left = this.#gap;
  }
}
