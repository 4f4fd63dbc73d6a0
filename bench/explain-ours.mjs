/**
 * One process of the explain bench, which prints one line of JSON: `explain-ours.mjs GRAPH`. Reads the text
 * file, settles it, and explains contributors of median in-degree among an even sample by rank, in each of the
 * three ways; milliseconds of each call, after a warm-up. Plain JavaScript on the built door.
 */
import { engineOfDataset } from '../dist/batch.js';

const SAMPLE = 1001;
const MEASURED = 101;
const [path] = process.argv.slice(2);
const { engine } = await engineOfDataset(path, { tolerance: 1e-6 });
const ranked = engine.scores().top(engine.order);

const began = performance.now();
engine.explain(ranked[0].contributor);
const first = performance.now() - began;

const degreeOf = ({ contributor }) => {
  const { parts, others } = engine.explain(contributor, { breadth: 1 });
  // The start that every contributor has is no endorser.
  return { contributor, degree: parts.length + others.count - 1 };
};
const sample = Array.from({ length: SAMPLE }, (_, k) => {
  return degreeOf(ranked[Math.floor((k * (ranked.length - 1)) / (SAMPLE - 1))]);
}).sort((a, b) => a.degree - b.degree);
const middle = (SAMPLE - MEASURED) / 2;
const chosen = sample.slice(middle, middle + MEASURED);

const ways = {};
for (const by of ['endorser', 'origin', 'path']) {
  const times = [];
  let error = 0;
  for (const run of [0, 1]) {
    for (const { contributor } of chosen) {
      const started = performance.now();
      const told = engine.explain(contributor, { by });
      // The first round is the warm-up.
      if (run === 1) times.push(performance.now() - started);
      error = Math.max(error, told.error / told.mass);
    }
  }
  ways[by] = { times, error };
}
const { order, size } = engine;
const degree = sample[(SAMPLE - 1) / 2].degree;
process.stdout.write(`${JSON.stringify({ order, size, degree, first, ways })}\n`);
