/**
 * The progress bar on standard error, for runs that take long enough for somebody to wonder. It shows
 * nothing in the first moments and clears itself at the end. While it is shown the program does not
 * listen for signals on its behalf, so that Ctrl-C keeps its meaning.
 */
import type { DatasetOptions } from '../batch.ts';

export interface Progress {
  readonly show: NonNullable<DatasetOptions['onProgress']>;
  stop(): void;
}

const NOTHING_BEFORE = 400;
/** A pace from less than this is a guess. */
const LEAST_SECONDS = 0.5;

const PHASES = {
  reading: 'reading ',
  weighing: 'weighing',
  solving: 'solving ',
  attacking: 'attacking',
} as const;

/** @param visible standard error is a terminal, and the user did not ask for quiet. */
export async function progress(visible: boolean): Promise<Progress> {
  if (!visible) return { show() {}, stop() {} };
  const { SingleBar } = await import('cli-progress');
  const bar = new SingleBar({
    format: '{phase} [{bar}] {figure}',
    barsize: 30,
    clearOnComplete: true,
    gracefulExit: false,
    // The bar does not touch the terminal's own line wrapping, which would stay off after a signal.
    linewrap: true,
    emptyOnZero: true,
    stream: process.stderr,
  });
  const started = Date.now();
  let shown = false;
  const pace = new Pace();
  return {
    show({ phase, done, total: given }) {
      // Only what is read can be of an unknown size; the other phases count from 0 to 1.
      const total = given ?? (phase === 'reading' ? undefined : 1);
      if (!shown && Date.now() - started < NOTHING_BEFORE) return;
      const speed = pace.at(phase, done, Date.now());
      const payload = { phase: PHASES[phase], figure: figure(phase, done, total, speed) };
      // A bar of an unknown total stays empty and counts.
      if (shown) bar.setTotal(total ?? 0);
      else bar.start(total ?? 0, total === undefined ? 0 : done, payload);
      shown = true;
      bar.update(total === undefined ? 0 : done, payload);
    },
    stop() {
      if (shown) bar.stop();
    },
  };
}

/** How fast a phase goes, from its first report on. */
export class Pace {
  #phase = '';
  #from = 0;
  #since = 0;

  /** Units a second; NaN as long as that cannot be told. */
  at(phase: string, done: number, now: number): number {
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#from = done;
      this.#since = now;
    }
    const seconds = (now - this.#since) / 1000;
    return seconds >= LEAST_SECONDS ? (done - this.#from) / seconds : Number.NaN;
  }
}

/** What stands behind the bar: a percentage, while reading megabytes and their rate, and the time left. */
export function figure(phase: string, done: number, total: number | undefined, speed = Number.NaN): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const rate = phase === 'reading' && speed > 0 ? `  ${megabytes(speed)} MB/s` : '';
  if (total === undefined) return phase === 'reading' ? `${megabytes(done)} MB${rate}` : '';
  const percent = total === 0 ? '' : `${Math.floor(Math.min(1, done / total) * 100)}%`;
  const left = speed > 0 && done < total ? `  ${duration((total - done) / speed)} left` : '';
  if (phase !== 'reading') return percent + left;
  return `${percent}  ${megabytes(done)} of ${megabytes(total)} MB${rate}${left}`;
}

/** Seconds, or minutes and seconds. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
