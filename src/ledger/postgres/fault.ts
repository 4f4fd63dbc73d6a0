/** What Postgres, or the way to it, says of a failure, as the package says it. */
import { PeerageError } from '../../error.ts';
import { isSilence } from './connection.ts';

/** What cannot be got over by trying again: no such database, not let in, nobody there. */
const CLOSED = /^(3D000|28\w{3}|ECONNREFUSED|ENOENT|ENOTFOUND|EACCES)$/;

export function faultOf(error: unknown, file: string): PeerageError {
  if (error instanceof PeerageError) return error;
  const { code = '', message } = Object(error) as { code?: string; message?: string };
  const text = message || code || String(error);
  if (code === '54000') {
    return new PeerageError('too-large', `can not be kept: ${text}; expected a shorter id or key`);
  }
  if (isSilence(error)) return new PeerageError('ledger-failed', 'has not answered in time', { file });
  if (code === '55P03') return new PeerageError('ledger-locked', `is held by another: ${text}`, { file });
  if (code === '53100') {
    return new PeerageError('ledger-full', `could not be written: ${text}; make room and recover`, { file });
  }
  if (/^XX00[12]$/.test(code)) {
    return new PeerageError('ledger-damaged', `is damaged: ${text}; restore a backup`, { file });
  }
  if (code === 'ERR_INVALID_URL') {
    const reason = 'is not the URL of a database; expected postgres://USER:PASSWORD@HOST/DATABASE';
    return new PeerageError('unreadable', `${reason}, with / ? # @ : in a password as %2F %3F %23 %40 %3A`, {
      file,
    });
  }
  if (CLOSED.test(code)) return new PeerageError('unreadable', `can not be opened: ${text}`, { file });
  return new PeerageError('ledger-failed', `failed: ${text}${code && ` (${code})`}`, { file });
}
