/**
 * Streams one source into a sink: inflates it if it is gzip, looks at its beginning to see what it is, and
 * hands it to the reader for that. The name of the source decides nothing. Every fault comes out with the file
 * and the line; memory is a few windows, whatever the size of the source.
 */
import { PeerageError } from '../error.ts';
import type { Sink } from '../event.ts';
import { inflated } from './gzip.ts';
import { readFault } from './open.ts';
import { type Listeners, Report } from './report.ts';
import { Sniffer, type SourceOptions } from './sniff.ts';
import { Window } from './window.ts';

export type { TableOptions } from './columns.ts';

export interface ReadOptions extends SourceOptions, Listeners {
  /** Bytes of the source read so far, compressed ones where it is compressed; at most once a chunk. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Streams one source into the sink; resolves when all of it has been read.
 * A fault of one line, or of what the sink says of it, goes to `onBad`; without `onBad`, and for faults of the
 * whole source, it is thrown.
 * @throws PeerageError with file and line; `bad-option` for options that make no sense with any source.
 */
export async function read(
  source: { name: string; stream: AsyncIterable<Uint8Array> },
  sink: Sink,
  options: ReadOptions = {},
): Promise<void> {
  const report = new Report(source.name, options);
  const reader = new Sniffer(sink, report, options);
  const window = new Window();
  try {
    for await (const chunk of inflated(received(source, options.onBytes))) window.push(chunk, reader);
    window.end(reader);
  } catch (error) {
    if (error instanceof PeerageError && error.file === undefined) {
      // Damaged gzip: the line that the reading has come to, with what is waiting to be read.
      if (error.code === 'bad-gzip') report.line += window.lines();
      report.raise(error);
    }
    throw error;
  }
}

async function* received(
  { name, stream }: { name: string; stream: AsyncIterable<Uint8Array> },
  onBytes: ((bytes: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
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
