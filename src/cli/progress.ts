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

const PHASES = { reading: 'reading ', weighing: 'weighing', solving: 'solving ' } as const;

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
  return {
    show({ phase, done, total: given }) {
      // Only what is read can be of an unknown size; the other phases count from 0 to 1.
      const total = given ?? (phase === 'reading' ? undefined : 1);
      if (!shown && Date.now() - started < NOTHING_BEFORE) return;
      const payload = { phase: PHASES[phase], figure: figure(phase, done, total) };
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

/** What stands behind the bar: megabytes while reading, otherwise a percentage. */
export function figure(phase: string, done: number, total: number | undefined): string {
  const percent = total === undefined || total === 0 ? '' : `${Math.floor(Math.min(1, done / total) * 100)}%`;
  if (phase !== 'reading') return percent;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  if (total === undefined) return `${megabytes(done)} MB`;
  return `${percent}  ${megabytes(done)} of ${megabytes(total)} MB`;
}
