/**
 * Reads the small texts that flags name (a policy, a list of ids) whole, as UTF-8 without its byte order
 * mark. Refuses what is no text, and says why a file cannot be read in words, not in codes of the system.
 */
import { readFile } from 'node:fs/promises';
import { PeerageError } from '../error.ts';

/** @throws PeerageError `no-file`, `unreadable` or `bad-utf8`, with the file. */
export async function readText(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new PeerageError('no-file', 'there is no such file; check the path', { file });
    throw new PeerageError('unreadable', `cannot be read (${systemReason(error)})`, { file });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PeerageError('bad-utf8', 'is not UTF-8; expected a text file', { file });
  }
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of its path is not a directory',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  ELOOP: 'its links lead in a circle',
  EIO: 'the device failed',
};

/** What the system said, as a user would put it. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}
