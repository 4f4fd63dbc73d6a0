/**
 * Decides from sweep to sweep whether to rescale, by what was observed: a few sweeps of each kind are
 * rated, the better kind is kept, and the other is tried again at doubling distances. It also notices
 * when rounding allows no further progress. It only chooses between two ways to the same fixed point, so
 * a wrong choice costs time and never correctness.
 */

/** Sweeps of a trial: the first two shake off the change of kind, the others are rated. */
const TRIAL = 4;
/** A rate below this is not worth questioning. */
const GOOD = 0.2;

export class Pace {
  /** Whether the next sweep is to be rescaled. */
  rescaling = true;
  /** True once sweeping on can not improve the state. */
  exhausted = false;
  readonly #pools: number[] = [];
  #left = TRIAL;
  #gap = 2 * TRIAL;
  /** Rate of the kind that is not in use; NaN before it was tried. */
  #other = Number.NaN;
  #lowest = Number.POSITIVE_INFINITY;
  #stale = 0;

  /** Sweeps without halving the pool, close to rounding, after which there is nothing more to come. */
  readonly #patience: number;

  /**
   * @param noise The pool that rounding alone makes; in units of mass.
   * @param contraction What every plain sweep takes off the error at the least, as a share of it: a balance.
   */
  constructor(
    private readonly noise: number,
    contraction: number,
  ) {
    this.#patience = 64 + 2 / contraction;
  }

  /** Takes note of the pool that a sweep left, in units of mass. */
  observe(pool: number): void {
    if (pool < 0.5 * this.#lowest) {
      this.#lowest = pool;
      this.#stale = 0;
    } else this.#stale++;
    if (pool <= this.noise || (this.#stale > this.#patience && this.#lowest < 1024 * this.noise)) this.exhausted = true;
    this.#pools.push(pool);
    if (--this.#left > 0) return;
    this.#judge();
  }

  #judge(): void {
    const pools = this.#pools;
    const half = Math.max(1, pools.length >> 1);
    let rate = pools[pools.length - 1]! / pools[pools.length - 1 - half]!;
    // The half is a power of two, and square roots are exact everywhere, unlike Math.pow.
    for (let root = half; root > 1; root >>= 1) rate = Math.sqrt(rate);
    pools.length = 0;
    const untried = Number.isNaN(this.#other);
    if (rate < GOOD) this.#left = this.#gap;
    else if (untried || rate > this.#other) {
      // The other kind is unknown, or was better when last seen: use it.
      this.#other = rate;
      this.rescaling = !this.rescaling;
      this.#left = TRIAL;
    } else {
      // Better than the other kind was: stay, and ask again later.
      this.#left = this.#gap;
      this.#gap *= 2;
      this.#other = Number.NaN;
    }
  }
}
