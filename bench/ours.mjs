/**
 * One run of Peerage for the solve bench, in a process of its own: `ours.mjs GRAPH [SHARES IDS]` scores the
 * text file through the built door and prints one line of JSON. Plain JavaScript, because a loader for
 * TypeScript would add 35 MB to the memory that is measured. The peak is read before the shares are
 * written, and the baseline once the package is loaded; phases are timed from one's first report to the next's,
 * solving to its last report; what follows makes the scores: ranks, standing and concentration.
 */
import { writeFileSync } from 'node:fs';
import { scoreDataset } from '../dist/batch.js';

const peak = () => process.resourceUsage().maxRSS * 1024;
const [path, out, ids] = process.argv.slice(2);

const baseline = peak();
const times = { reading: performance.now(), solved: Number.NaN };
const dataset = await scoreDataset(path, {
  tolerance: 1e-9,
  onProgress: ({ phase }) => {
    const now = performance.now();
    times[phase] ??= now;
    if (phase === 'solving') times.solved = now;
  },
});
const ended = performance.now();
const memory = peak();

if (times.weighing === undefined || times.solving === undefined) {
  throw new Error('scoreDataset reported no weighing or no solving');
}
if (out !== undefined) {
  const shares = new Float64Array(Number(ids)).fill(Number.NaN);
  for (const { contributor, trust } of dataset.scores) shares[Number(contributor)] = trust;
  writeFileSync(out, new Uint8Array(shares.buffer));
}
const run = {
  order: dataset.order,
  size: dataset.size,
  bound: dataset.bound,
  sweeps: dataset.solver.sweeps,
  edgeVisits: dataset.solver.edgeVisits,
  parse: times.weighing - times.reading,
  build: times.solving - times.weighing,
  solve: times.solved - times.solving,
  publish: ended - times.solved,
  baseline,
  peak: memory,
};
process.stdout.write(`${JSON.stringify(run)}\n`);
