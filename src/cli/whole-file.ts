/**
 * `--out`: a file that appears whole or not at all. The text goes to a file of an unpredictable name in
 * the same folder, which is synced and then renamed over the target; whatever fails before that, a signal
 * included, leaves the folder as it was. What can be known to fail is refused before the long work.
 */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  openSync,
  realpathSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PeerageError, quote } from '../error.ts';
import { misuse } from './flags.ts';
import { systemReason } from './text-file.ts';

/** A file that can be written, as far as can be known before. */
export interface Destination {
  readonly file: string;
  /** Where the text goes: the file itself, or what a link of that name points to. */
  readonly target: string;
  /** Permissions of the file that is replaced; undefined for a new one, which gets the usual ones. */
  readonly mode: number | undefined;
}

/**
 * Checks where to write, by creating a file there and removing it again.
 * @param inputs the files that are read: to write over one of them would lose it.
 * @throws PeerageError `unwritable`, or `bad-option` where the file is also an input.
 */
export function destination(file: string, inputs: readonly string[]): Destination {
  if (file === '') throw misuse('--out', 'is empty; expected the name of the file to write');
  try {
    const replaced = statSync(file, { throwIfNoEntry: false });
    if (replaced?.isDirectory() || file.endsWith('/'))
      throw unwritable(file, 'it is a directory; expected a file');
    if (replaced !== undefined && !replaced.isFile()) {
      throw unwritable(file, 'it is not a regular file; leave --out away to write to standard output');
    }
    for (const input of inputs) {
      const read = statSync(input, { throwIfNoEntry: false });
      if (replaced !== undefined && read?.dev === replaced.dev && read.ino === replaced.ino) {
        throw misuse('--out', `${quote(file)} is also read, and would be lost; expected another file`);
      }
    }
    const target = replaced === undefined ? file : realpathSync(file);
    // Renaming would replace even a file that is kept from being written.
    if (replaced !== undefined) accessSync(target, constants.W_OK);
    const probe = temporary(target);
    closeSync(openSync(probe, 'wx'));
    unlinkSync(probe);
    return { file, target, mode: replaced === undefined ? undefined : replaced.mode & 0o7777 };
  } catch (error) {
    if (error instanceof PeerageError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw unwritable(file, missing ? 'its directory does not exist' : systemReason(error));
  }
}

/** Writes all of it, or throws PeerageError `unwritable` and leaves what was there. */
export async function writeWhole(to: Destination, chunks: Iterable<string | Uint8Array>): Promise<void> {
  const name = temporary(to.target);
  const forget = removeOnSignal(name);
  try {
    const handle = await open(name, 'wx');
    try {
      if (to.mode !== undefined) fchmodSync(handle.fd, to.mode);
      for (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(name, to.target);
  } catch (error) {
    remove(name);
    throw unwritable(to.file, systemReason(error));
  } finally {
    forget();
  }
}

function temporary(target: string): string {
  return join(dirname(target), `.peerage-${randomBytes(9).toString('hex')}.tmp`);
}

function remove(name: string): void {
  try {
    unlinkSync(name);
  } catch {
    // It was never created, or is gone: either way it is not there.
  }
}

/**
 * While the file is being written a signal removes it first. At all other times signals keep their
 * default, which ends the program at once even in the middle of a long solve.
 */
function removeOnSignal(name: string): () => void {
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  const removers = Object.entries(signals).map(([signal, code]) => {
    const remover = () => {
      remove(name);
      process.exit(code);
    };
    process.once(signal, remover);
    return () => process.removeListener(signal, remover);
  });
  return () => {
    for (const off of removers) off();
  };
}

function unwritable(file: string, reason: string): PeerageError {
  return new PeerageError('unwritable', `cannot be written: ${reason}`, { file });
}
