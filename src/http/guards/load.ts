/** How much a server takes on at a time, with what it takes unless told otherwise. */
import { PeerageError, quote } from '../../error.ts';
import type { RateLimit } from './bucket.ts';
import type { WaitingLimits } from './waiting.ts';

export interface Load extends WaitingLimits {
  /** Lines of a header, and bytes of a path with its query. */
  readonly headers: number;
  readonly path: number;
  /** Requests of one key; of all together where no key is asked for. */
  readonly rate: RateLimit;
  /** Answers that take long, worked on at a time, in all and of one community. */
  readonly heavy: number;
  readonly heavyEach: number;
  /** Milliseconds that a turn of the event loop may take before writes and long answers are refused. */
  readonly delay: number;
  /** Listeners to the changes of one community, and bytes that wait for each before it is let go. */
  readonly listeners: number;
  readonly backlog: number;
}

const LOAD: Load = {
  headers: 100,
  path: 16_384,
  rate: { perSecond: 1000, burst: 2000 },
  writes: 256,
  writesEach: 128,
  bytes: 64 * 2 ** 20,
  bytesEach: 32 * 2 ** 20,
  line: 2048,
  lineEach: 1024,
  patience: 1000,
  heavy: 8,
  heavyEach: 4,
  delay: 1000,
  listeners: 256,
  backlog: 2 ** 20,
};

/** What is given, in the place of the usual. @throws PeerageError `bad-option`. */
export function loadOf(given: Partial<Load> = {}): Load {
  const load = { ...LOAD, ...given };
  const { rate, ...counts } = load;
  const all = { ...counts, 'rate.perSecond': rate.perSecond, 'rate.burst': rate.burst };
  for (const [name, value] of Object.entries(all)) {
    const known = name.startsWith('rate.') || Object.hasOwn(LOAD, name);
    // A bucket that never holds a whole token lets nothing pass.
    const least = name === 'rate.burst' ? 1 : name.startsWith('line') ? 0 : Number.MIN_VALUE;
    if (known && typeof value === 'number' && value >= least) continue;
    const expected = `expected a number ${least === Number.MIN_VALUE ? 'above 0' : `from ${least}`}`;
    const reason = known ? `${quote(value)} is not a limit; ${expected}` : 'is not a limit';
    throw new PeerageError('bad-option', reason, { field: `load.${name}`, value });
  }
  return load;
}
