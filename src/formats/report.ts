/**
 * Where a reader is in its source, and who hears of what it finds there. A fault of one line goes to `onBad`,
 * which may let the reading go on; a fault of the whole source is thrown. Both carry the file and the line.
 */
import { type ErrorCode, type ErrorPlace, PeerageError } from '../error.ts';

/** Who hears of faults and remarks. */
export interface Listeners {
  /** Returns to go on with the next line, throws to stop; where it is left out, every fault stops. */
  onBad?: ((error: PeerageError) => void) | undefined;
  onNote?: ((text: string) => void) | undefined;
}

export class Report {
  /** The line being read, counted from 1; in a record of several lines the first of them. */
  line = 1;
  readonly #file: string;
  readonly #listeners: Listeners;

  constructor(file: string, listeners: Listeners) {
    this.#file = file;
    this.#listeners = listeners;
  }

  /** A fault of the line being read, or of what it says. Anything but a PeerageError is a bug and is thrown. */
  bad(error: unknown): void {
    if (!(error instanceof PeerageError)) throw error;
    const placed = error.at({ file: this.#file, line: this.line });
    if (this.#listeners.onBad === undefined) throw placed;
    this.#listeners.onBad(placed);
  }

  /** A fault that the rest of the source cannot be trusted after. */
  fatal(code: ErrorCode, reason: string, place: ErrorPlace = {}): never {
    this.raise(new PeerageError(code, reason, place));
  }

  raise(error: PeerageError): never {
    throw error.at({ file: this.#file, line: this.line });
  }

  /** Something worth saying about the source; the listener knows which one it is. */
  note(text: string): void {
    this.#listeners.onNote?.(text);
  }
}
