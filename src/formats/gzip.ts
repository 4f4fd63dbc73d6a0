/**
 * Inflates what is gzip and passes on what is not; told by the first two bytes, whatever the name says. Several
 * members in one file are one text. Inflating runs beside the reading, in a thread of the runtime's.
 */
import { pipeline } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { PeerageError } from '../error.ts';

const CHUNK = 1 << 18;

/** The bytes of a source, inflated where they are gzip. Throws PeerageError `bad-gzip` without a place. */
export async function* inflated(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  while (size < 2) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    head.push(new Uint8Array(value));
    size += value.length;
  }
  const [first, second] = head.flatMap((chunk) => [...chunk.subarray(0, 2)]);
  if (first !== 0x1f || second !== 0x8b) {
    yield* rejoin(head, chunks);
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK });
  // Every error reaches the loop below through gunzip; a reader that stops early closes the source.
  pipeline(copies(rejoin(head, chunks)), gunzip, () => {});
  try {
    yield* gunzip;
  } catch (error) {
    const { errno, message } = error as NodeJS.ErrnoException;
    if (errno === constants.Z_BUF_ERROR) {
      throw new PeerageError(
        'bad-gzip',
        'the gzip data ends too early; expected a whole file (is it cut off?)',
      );
    }
    if (errno === constants.Z_DATA_ERROR) {
      throw new PeerageError('bad-gzip', `the gzip data is damaged (${message}); expected a sound gzip file`);
    }
    throw error;
  }
}

async function* rejoin(head: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** A source may use the memory of a chunk again once the next is asked for; inflating runs behind it. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}
