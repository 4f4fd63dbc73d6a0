/**
 * A worker that reads pieces of one file: told of a plan and a file descriptor when it starts, then of one
 * piece at a time. scripts/embed.ts bundles this file into embedded.ts, so that a program needs no file beside
 * its own to start it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Plan } from './piece.ts';
import { PieceFile, type Range } from './piece-file.ts';

const { plan, file } = workerData as { plan: Plan; file: number };
const pieces = new PieceFile(plan, file);

parentPort!.on('message', (range: Range) => {
  const piece = pieces.read(range);
  const { source, target, weight, kind, at, arena, ends } = piece;
  const moved = [source, target, weight, kind, at, arena, ends].filter((column) => column !== null);
  parentPort!.postMessage(
    piece,
    moved.map(({ buffer }) => buffer as ArrayBuffer),
  );
});
