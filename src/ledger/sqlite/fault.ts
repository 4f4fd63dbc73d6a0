/** What SQLite says of a failure, as the package says it. */
import { PeerageError } from '../../error.ts';

/** As SQLite numbers them; the driver that is a package gives their names. */
const FULL = 13;
const DAMAGED = [11, 26];
const BUSY = [5, 6];
const READONLY = 8;
const CANTOPEN = 14;
const NUMBERS: Readonly<Record<string, number>> = {
  SQLITE_FULL: FULL,
  SQLITE_CORRUPT: 11,
  SQLITE_NOTADB: 26,
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_CANTOPEN: CANTOPEN,
  SQLITE_READONLY: READONLY,
};

export function faultOf(error: unknown, file: string): PeerageError {
  if (error instanceof PeerageError) return error;
  const { code, errcode, message } = Object(error) as { code?: string; errcode?: number; message?: string };
  const text = message ?? String(error);
  const primary =
    errcode === undefined ? NUMBERS[/^SQLITE_[A-Z]+/.exec(code ?? '')?.[0] ?? ''] : errcode & 0xff;
  const place = { file };
  switch (code) {
    case 'locked':
      return new PeerageError(
        'ledger-locked',
        `is held by another writer: ${text}; end that one first`,
        place,
      );
    case 'strange':
      return new PeerageError('unreadable', text, place);
    case 'superseded':
      return new PeerageError('bad-snapshot', text, place);
  }
  if (primary === FULL) {
    return new PeerageError('ledger-full', `could not be written: ${text}; make room and recover`, place);
  }
  if (primary !== undefined && DAMAGED.includes(primary)) {
    return new PeerageError('ledger-damaged', `is damaged: ${text}; restore a backup`, place);
  }
  if (primary !== undefined && BUSY.includes(primary)) {
    return new PeerageError('ledger-locked', `is held by another process: ${text}`, place);
  }
  if (primary === READONLY) {
    const reason = `${text}; SQLite has to write beside a file even to read it, so run as its owner`;
    return new PeerageError('ledger-failed', `may not be written by this user: ${reason}`, place);
  }
  if (primary === CANTOPEN) return new PeerageError('unreadable', `can not be opened: ${text}`, place);
  return new PeerageError('ledger-failed', `failed: ${text}${code === undefined ? '' : ` (${code})`}`, place);
}
