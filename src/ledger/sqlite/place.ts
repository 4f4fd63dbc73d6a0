/**
 * Looks at a place before SQLite does, whose words for what is wrong are few, and which makes files beside what turns out to
 * be none of ours.
 */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PeerageError } from '../../error.ts';
import { APPLICATION } from './schema.ts';

/** As every file of SQLite begins, and where it says whose it is. */
const MAGIC = 'SQLite format 3\0';
const WHOSE = 68;
const HEADER = 100;

/**
 * Files that stores of this process have open, by their one name, and how many have. Such a file is not opened by other
 * means than SQLite's: the system would let go of all locks of the process on it when that is closed.
 */
const held = new Map<string, number>();

/** Notes that a store has a file open; returns how to end that. */
export function hold(path: string): () => void {
  const name = realOf(path);
  held.set(name, (held.get(name) ?? 0) + 1);
  return () => {
    const left = held.get(name)! - 1;
    if (left > 0) held.set(name, left);
    else held.delete(name);
  };
}

/** @throws PeerageError `no-file`, `unreadable`, `unwritable`. */
export function checkPlace(path: string, readonly: boolean): void {
  const found = look(path);
  if (found === undefined) {
    if (readonly) throw new PeerageError('no-file', 'is not there', { file: path });
    checkFolder(path);
    return;
  }
  if (found.isDirectory()) throw unreadable(path, 'is a directory; expected a file');
  if (!found.isFile()) throw unreadable(path, 'is not a regular file; expected one');
  checkRights(path, readonly);
  if (!readonly) checkFolder(path);
  if (found.size === 0) {
    if (!readonly) return;
    throw unreadable(path, 'is empty; expected a ledger of Peerage');
  }
  const whose = whoseIs(path);
  if (whose === 'ours') return;
  const free = readonly ? '' : '; expected one, or a name that is free';
  const reason = whose === 'nobody' ? ', or is damaged at its beginning' : '';
  throw unreadable(path, `is not a ledger of Peerage${reason}${free}`);
}

/** A place by its one name, whatever links lead there: the lock stands beside it. */
export function realOf(path: string): string {
  return look(path) === undefined ? join(realpathSync(dirname(path)), basename(path)) : realpathSync(path);
}

/** @throws PeerageError `unwritable` where no file can be made in the folder of this one. */
export function checkFolder(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'does not exist; make it first'
        : code === 'ENOTDIR'
          ? 'is a file'
          : `can not be written by this user (${code})`;
    throw new PeerageError('unwritable', `can not be made or changed: its directory ${why}`, { file: path });
  }
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw unreadable(path, `can not be looked at by this user (${code})`);
  }
}

function checkRights(path: string, readonly: boolean): void {
  try {
    accessSync(path, readonly ? constants.R_OK : constants.R_OK | constants.W_OK);
  } catch {
    throw unreadable(path, `may not be ${readonly ? 'read' : 'written'} by this user; run as its owner`);
  }
}

/** What the header says; one that is not yet in the file but in its log says nothing. */
function whoseIs(path: string): 'ours' | 'others' | 'nobody' {
  if (held.has(realOf(path))) return 'ours';
  const header = Buffer.alloc(HEADER);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) return 'nobody';
  const logged = (look(`${realOf(path)}-wal`)?.size ?? 0) > 0;
  return logged || header.readUInt32BE(WHOSE) === APPLICATION ? 'ours' : 'others';
}

function unreadable(file: string, reason: string): PeerageError {
  return new PeerageError('unreadable', reason, { file });
}
