/**
 * One run of Peerage for the benches, in a process of its own: scores the text file GRAPH through the built
 * door and prints one line of JSON. Plain JavaScript, because a loader for TypeScript would add 35 MB to the
 * memory that is measured. The peak is read before the shares are written, and the baseline once the package
 * is loaded; phases are timed from one's first report to the next's, solving to its last report; what follows
 * makes the scores: ranks, standing and concentration.
 *
 *     ours.mjs GRAPH [--shares FILE --ids N] [--workers N] [--again]
 *
 * --shares writes the share of each id; --again scores the file once more in the same process, and says what
 * solving took when warm.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scoreDataset } from '../dist/batch.js';
import { peak } from './peers/peak.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shares: { type: 'string' },
    ids: { type: 'string' },
    workers: { type: 'string' },
    again: { type: 'boolean' },
  },
});
const workers = values.workers === undefined ? {} : { workers: Number(values.workers) };

async function score() {
  const times = { reading: performance.now(), solved: Number.NaN };
  const dataset = await scoreDataset(positionals[0], {
    tolerance: 1e-9,
    ...workers,
    onProgress: ({ phase }) => {
      const now = performance.now();
      times[phase] ??= now;
      if (phase === 'solving') times.solved = now;
    },
  });
  const ended = performance.now();
  if (times.weighing === undefined || times.solving === undefined) {
    throw new Error('scoreDataset reported no weighing or no solving');
  }
  return {
    dataset,
    phases: {
      parse: times.weighing - times.reading,
      build: times.solving - times.weighing,
      solve: times.solved - times.solving,
      publish: ended - times.solved,
    },
  };
}

const baseline = peak();
const { dataset, phases } = await score();
const memory = peak();

if (values.shares !== undefined) {
  const shares = new Float64Array(Number(values.ids)).fill(Number.NaN);
  for (const { contributor, trust } of dataset.scores) shares[Number(contributor)] = trust;
  writeFileSync(values.shares, new Uint8Array(shares.buffer));
}
const run = {
  order: dataset.order,
  size: dataset.size,
  bound: dataset.bound,
  sweeps: dataset.solver.sweeps,
  edgeVisits: dataset.solver.edgeVisits,
  ...phases,
  baseline,
  peak: memory,
  ...(values.again ? { again: (await score()).phases.solve } : {}),
};
process.stdout.write(`${JSON.stringify(run)}\n`);
