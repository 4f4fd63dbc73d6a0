/** How much one request may ask for. Every limit is told in /openapi.json where it holds. */
import { PeerageError, quote } from '../error.ts';

export interface Limits {
  /** Events of one request, and those that are tried by one what-if. */
  readonly events: number;
  readonly trials: number;
  /** Bytes of a body that is read whole, and of a line. */
  readonly body: number;
  readonly line: number;
  /** Milliseconds that a body may be awaited, beside those that slow lines need for what has come of it. */
  readonly wait: number;
  /** Levels of a JSON text. */
  readonly depth: number;
  /** Scores of one answer. */
  readonly scores: number;
  /** The finest `tolerance` that may be demanded. */
  readonly tolerance: number;
  /** Milliseconds that a read waits for the sequence or the tolerance that it demands. */
  readonly patience: number;
  /** Walks of an audit. */
  readonly walks: number;
  /** Parts that an explanation may tell of: breadth to the power of depth. */
  readonly parts: number;
}

const LIMITS: Limits = {
  events: 10_000,
  trials: 1_000,
  body: 16 * 1024 * 1024,
  line: 1024 * 1024,
  wait: 10_000,
  depth: 32,
  scores: 1_000,
  tolerance: 1e-12,
  patience: 5_000,
  walks: 200_000,
  parts: 10_000,
};

/** @throws PeerageError `bad-option` for one that is no number above 0, or is not known. */
export function limitsOf(given: Partial<Limits> = {}): Limits {
  for (const [field, value] of Object.entries(given)) {
    if (!Object.hasOwn(LIMITS, field)) {
      const reason = `is not a limit; expected ${Object.keys(LIMITS).join(', ')}`;
      throw new PeerageError('bad-option', reason, { field: `limits.${field}`, value });
    }
    if (typeof value === 'number' && value > 0) continue;
    const reason = `${quote(value)} is not a limit; expected a number above 0`;
    throw new PeerageError('bad-option', reason, { field: `limits.${field}`, value });
  }
  return { ...LIMITS, ...given };
}
