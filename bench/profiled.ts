/**
 * One run of the profile bench, in a process of its own, bundled as the package is: scores a text file through the
 * batch door and says how long each part of the work took. The clock is read around calls of the solver's
 * classes, which are wrapped here and know nothing of it; some hundred readings in all.
 *
 *     profiled.ts GRAPH WORKERS
 */
import { scoreDataset } from '../src/batch.ts';
import { Crew } from '../src/solver/kernel/crew.ts';
import * as Slots from '../src/solver/kernel/slots.ts';
import { FastSorter } from '../src/solver/kernel/sorting.ts';
import { Team } from '../src/solver/kernel/team.ts';

/** Milliseconds by part of the work, in its order. */
export interface Profile {
  readonly size: number;
  readonly edgeVisits: number;
  /** Edges of the sweeps alone: those of the certificate are the others. */
  readonly sweptEdges: number;
  readonly sweeps: number;
  readonly bound: number;
  /** Blocks that workers did, of all. */
  readonly taken: number;
  readonly blocks: number;
  readonly parts: Readonly<Record<string, number>>;
}

const parts: Record<string, number> = {};
let last = performance.now();

/** What went by since the last mark was this part of the work. */
function mark(part: string): void {
  const now = performance.now();
  parts[part] = (parts[part] ?? 0) + now - last;
  last = now;
}

// biome-ignore lint/suspicious/noExplicitAny: methods of any kind are wrapped
type Method = (...args: any[]) => unknown;

/** Has `before` and `after` told of every call of a method, with what it is given. */
function wrap<K extends string>(
  { prototype }: { prototype: { [key in K]: Method } },
  name: K,
  before: string,
  after: (...args: unknown[]) => string,
): void {
  const method: Method = prototype[name];
  prototype[name] = function (this: object, ...args: unknown[]) {
    mark(before);
    const result = method.apply(this, args);
    mark(after(...args));
    return result;
  } as (typeof prototype)[K];
}

let workers = 0;
let blocks = 0;
let crew: Crew | undefined;
const each = Crew.prototype.each;
Crew.prototype.each = function (...args) {
  crew = this;
  each.apply(this, args);
  blocks += args[3].length - 1;
};
wrap(FastSorter, 'tally', 'columns: room', () => 'columns: counting');
wrap(FastSorter, 'sort', 'columns: places of rows', () => 'columns: statements to their rows, sorted');
wrap(Team, 'sweep', 'solving: the rest', () => 'solving: sweeps');
wrap(Team, 'over', 'solving: the rest', () => 'solving: rescaling, acceleration');
wrap(Team, 'pass', 'solving: the rest', (operation) =>
  operation === Slots.INFLOW ? 'solving: certificate, over edges' : 'solving: certificate, over rows',
);

async function main(path: string): Promise<Profile> {
  let phase = 'reading';
  last = performance.now();
  const { size, solver, bound } = await scoreDataset(path, {
    tolerance: 1e-9,
    workers,
    onProgress: (progress) => {
      if (progress.phase === phase) {
        if (phase === 'solving' && progress.done === 1) mark('solving: the rest');
        return;
      }
      mark(phase === 'reading' ? 'reading' : 'columns: pairs combined');
      phase = progress.phase;
    },
  });
  mark('publishing: shares, ranks, concentration');
  const certificates = Math.round((solver.edgeVisits - solver.sweeps * size) / size);
  return {
    size,
    edgeVisits: solver.edgeVisits,
    sweptEdges: solver.edgeVisits - Math.max(1, certificates) * size,
    sweeps: solver.sweeps,
    bound,
    taken: crew?.taken ?? 0,
    blocks,
    parts,
  };
}

workers = Number(process.argv[3]);
process.stdout.write(`${JSON.stringify(await main(process.argv[2]))}\n`);
