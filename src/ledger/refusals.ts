/** What several rooms of a ledger refuse alike. */
import { PeerageError } from '../error.ts';

/** What is told to whoever erases while others still hold on to what was there before. */
export function erasurePending(why: string, file: string): PeerageError {
  const reason = `what was erased stands as erased, but may still be found in old pages, since ${why}`;
  return new PeerageError('erasure-pending', `${reason}; end that, and ask again or open it anew`, { file });
}

export function readOnly(): PeerageError {
  return new PeerageError('ledger-locked', 'was opened to be read only; open it without `readonly` to write');
}

/** What is told where a ledger does not stand where what was appended leads. */
export function foreign(sequence: number): PeerageError {
  const reason = `stands at ${sequence}, where nothing that was appended here leads; something else writes to it: open it anew`;
  return new PeerageError('ledger-damaged', reason, { value: sequence });
}
