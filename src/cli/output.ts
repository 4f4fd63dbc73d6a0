/**
 * Where the program writes: data to standard output or, whole or not at all, to a file; messages to
 * standard error. Knows which of the two is a terminal, and what may be shown there: ids and values come
 * from outside, so nothing in them is allowed to steer a terminal.
 */
import { once } from 'node:events';
import pc from 'picocolors';
import { PeerageError } from '../error.ts';
import { systemReason } from './text-file.ts';

type Colours = ReturnType<typeof pc.createColors>;

/** Colours for a stream: none unless it is a terminal that can show them and NO_COLOR is not set. */
export function colours(stream: { isTTY?: boolean }): Colours {
  const { NO_COLOR, TERM } = process.env;
  return pc.createColors(stream.isTTY === true && !NO_COLOR && TERM !== 'dumb');
}

/** Writes the text to standard output, no faster than it is taken. A reader that has gone ends the program. */
export async function writeOut(chunks: Iterable<string>): Promise<void> {
  for (const chunk of chunks) {
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
  }
}

/** One message for the user, each of its lines safe to show. */
export function tell(message: string): void {
  process.stderr.write(`${message.split('\n').map(printable).join('\n')}\n`);
}

/** A remark: dimmed, and only where somebody is looking. */
export function note(text: string): void {
  process.stderr.write(`${colours(process.stderr).dim(`note: ${printable(text)}`)}\n`);
}

/**
 * What is left of the streams' own errors. A closed pipe on standard output means that its reader has
 * seen enough; on standard error there is nobody left to tell.
 */
export function watchStreams(fail: (error: unknown) => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    fail(
      new PeerageError('unwritable', `cannot be written (${systemReason(error)})`, {
        file: 'standard output',
      }),
    );
  });
  process.stderr.on('error', () => {});
}

const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The text with all that is invisible or steers the terminal written out: controls, bidirectional
 * overrides, zero-width characters, line and paragraph separators, lone surrogates.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return ESCAPES[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`);
  });
}
