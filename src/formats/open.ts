/**
 * Opens what a source is read from: a file by its path, or standard input. What is no readable file is refused
 * here, before anything is computed; the file itself is opened when its bytes are first asked for.
 */
import { constants, createReadStream, type Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { PeerageError } from '../error.ts';

/** A source that can be read once. `bytes` is its size as it lies on the disk, where that is known. */
export interface OpenSource {
  name: string;
  stream: AsyncIterable<Uint8Array>;
  bytes?: number;
  /** The path of a regular file, which can be read from any place. */
  path?: string;
  /** Throws PeerageError `unreadable` if the file is not what it was when it was opened. */
  check?(): Promise<void>;
}

const CHUNK = 1 << 18;

/**
 * Opens a path for reading; `-` is standard input.
 * @throws PeerageError `no-file` where there is none, `unreadable` for a directory or without permission.
 */
export async function open(path: string): Promise<OpenSource> {
  if (path === '-') return { name: 'standard input', stream: process.stdin };
  try {
    const entry = await stat(path);
    if (entry.isDirectory()) {
      throw new PeerageError(
        'unreadable',
        'is a directory; expected a file (name the files in it one by one)',
        {
          file: path,
        },
      );
    }
    await access(path, constants.R_OK);
    const source = { name: path, stream: content(path) };
    if (!entry.isFile()) return source;
    return { ...source, bytes: entry.size, path, check: () => checkUnchanged(path, entry) };
  } catch (error) {
    throw readFault(error, path);
  }
}

/** The bytes of a file from a place on. */
export async function* content(path: string, start = 0): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: CHUNK, start });
}

async function checkUnchanged(path: string, before: Stats): Promise<void> {
  const now = await stat(path).catch(() => undefined);
  const same = now?.ino === before.ino && now.size === before.size && now.mtimeMs === before.mtimeMs;
  if (same) return;
  throw new PeerageError(
    'unreadable',
    'was changed while it was being read; expected a file that nobody writes to (read it again, or a copy of it)',
    { file: path },
  );
}

/** A system error in the words of this package; any other error as it is. */
export function readFault(error: unknown, file: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof PeerageError || typeof code !== 'string') return error;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ERR_INVALID_ARG_VALUE') {
    return new PeerageError('no-file', 'there is no such file; check the path (- is standard input)', {
      file,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new PeerageError('unreadable', 'permission denied; expected a file that this user may read', {
      file,
    });
  }
  if (code === 'EISDIR') return new PeerageError('unreadable', 'is a directory; expected a file', { file });
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new PeerageError('unreadable', `cannot be read (${code} at ${syscall}); expected a readable file`, {
    file,
  });
}
