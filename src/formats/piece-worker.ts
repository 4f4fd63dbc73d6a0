/**
 * A worker that reads pieces of one file: told of a plan and a file descriptor when it starts, then of one
 * piece at a time. scripts/embed.ts bundles this file into embedded.ts, so that a program needs no file beside
 * its own to start it.
 */
import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { LF } from './ascii.ts';
import { PieceReader, type Plan } from './piece.ts';

/** Where a piece stands in the file. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const { plan, file } = workerData as { plan: Plan; file: number };
const reader = new PieceReader(plan);
let bytes = Buffer.alloc(0);

parentPort!.on('message', ({ from, to }: Range) => {
  const length = to - from;
  if (bytes.length <= length) bytes = Buffer.allocUnsafeSlow(length + 1);
  for (let have = 0; have < length; ) {
    const got = readSync(file, bytes, have, length - have, from + have);
    // The file has become shorter: nothing of the piece is taken.
    if (got === 0) throw new Error('the file ends too early');
    have += got;
  }
  bytes[length] = LF;
  const piece = reader.read(bytes, length);
  const { source, target, weight, kind, at, arena, ends } = piece;
  const moved = [source, target, weight, kind, at, arena, ends].filter((column) => column !== null);
  parentPort!.postMessage(
    piece,
    moved.map(({ buffer }) => buffer as ArrayBuffer),
  );
});
