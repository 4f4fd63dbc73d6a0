/**
 * Streams one source into a sink: inflates it if it is gzip, looks at its beginning to see what it is, and
 * hands it to the reader for that. The name of the source decides nothing. Every fault comes out with the file
 * and the line; memory is a few windows, whatever the size of the source.
 */
import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { PeerageError } from '../error.ts';
import type { Sink } from '../event.ts';
import { inflated } from './gzip.ts';
import { hire, workerCount } from './hands.ts';
import { content, type OpenSource, readFault } from './open.ts';
import type { Plan } from './piece.ts';
import { type Goal, Pieces } from './pieces.ts';
import { type Listeners, Report } from './report.ts';
import { Sniffer, type SourceOptions } from './sniff.ts';
import { Window } from './window.ts';

export type { TableOptions } from './columns.ts';

export interface ReadOptions extends SourceOptions, Listeners {
  /** Bytes of the source read so far, compressed ones where it is compressed; at most once a chunk. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Threads for a large table in a file, this one included; as many as the machine has cores unless given. */
  workers?: number | undefined;
  /** Bytes that a worker reads at a time; a file of fewer than 64 times as many is read by nobody else. */
  pieceBytes?: number | undefined;
  /** Who reads pieces beside this thread; workers unless given. */
  hire?: typeof hire | undefined;
}

const PIECE = 1 << 20;
/** Workers start cold: a file of less is read by one thread before they have warmed up. */
const LEAST_PIECES = 64;

/** What is read: named bytes, or a file as `open` has it. */
export type ReadSource = Pick<OpenSource, 'name' | 'stream'> & Partial<OpenSource>;

/**
 * Streams one source into the sink; resolves when all of it has been read. A large table in a file is read by
 * several workers, which changes nothing but the time.
 * A fault of one line, or of what the sink says of it, goes to `onBad`; without `onBad`, and for faults of the
 * whole source, it is thrown.
 * @throws PeerageError with file and line; `bad-option` for options that make no sense with any source.
 */
export async function read(source: ReadSource, sink: Sink, options: ReadOptions = {}): Promise<void> {
  const split = isSplittable(source, options);
  const report = new Report(source.name, options);
  const reader = new Sniffer(sink, report, { ...options, size: source.bytes });
  const window = new Window();
  try {
    let place = 0;
    let tried = !split;
    for await (const chunk of inflated(received(source, options.onBytes))) {
      window.push(chunk, reader);
      place += chunk.length;
      const plan = tried ? undefined : reader.table?.plan();
      if (plan === undefined) continue;
      tried = true;
      const from = place - window.waiting;
      const next = await inPieces(source, from, plan, { table: reader.table!, sink }, options);
      if (next === from) continue;
      window.clear();
      const rest = { name: source.name, stream: content(source.path!, next) };
      for await (const more of received(rest, options.onBytes, next)) window.push(more, reader);
      break;
    }
    window.end(reader);
    await source.check?.();
  } catch (error) {
    if (error instanceof PeerageError && error.file === undefined) {
      // Damaged gzip: the line that the reading has come to, with what is waiting to be read.
      if (error.code === 'bad-gzip') report.line += window.lines();
      report.raise(error);
    }
    throw error;
  }
}

/** Whether a source is worth several workers, and can be read by them. */
function isSplittable(
  { path, bytes = 0 }: ReadSource,
  { workers, pieceBytes = PIECE }: ReadOptions,
): boolean {
  if (workerCount(workers) === 1 || path === undefined || bytes < LEAST_PIECES * pieceBytes) return false;
  const head = Buffer.alloc(2);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, 2, 0);
  } finally {
    closeSync(file);
  }
  return head[0] !== 0x1f || head[1] !== 0x8b;
}

/** Reads a file in pieces from a place on, as far as that goes, and returns where to go on. */
async function inPieces(
  { path, bytes }: ReadSource,
  from: number,
  plan: Plan,
  goal: Goal,
  { workers, onBytes, pieceBytes = PIECE, ...options }: ReadOptions,
): Promise<number> {
  const file = openSync(path!, 'r');
  const hands = (options.hire ?? hire)(workerCount(workers) - 1, plan, file);
  try {
    if (hands.length === 0) return from;
    const pieces = new Pieces({ file, from, to: bytes!, pieceBytes }, plan, hands, goal);
    return await pieces.read((place) => onBytes?.(place));
  } finally {
    await Promise.all(hands.map((hand) => hand.dismiss()));
    closeSync(file);
  }
}

async function* received(
  { name, stream }: { name: string; stream: AsyncIterable<Uint8Array> },
  onBytes: ((bytes: number) => void) | undefined,
  before = 0,
): AsyncGenerator<Uint8Array> {
  let bytes = before;
  try {
    for await (const chunk of stream) {
      if (!(chunk instanceof Uint8Array)) {
        throw new PeerageError('unreadable', 'the stream gives text; expected bytes (Uint8Array)', {
          file: name,
        });
      }
      bytes += chunk.length;
      yield chunk;
      onBytes?.(bytes);
    }
  } catch (error) {
    throw readFault(error, name);
  }
}
