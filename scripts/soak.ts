/**
 * The engine for as long as wanted, against witnesses that share no code with it.
 *
 *     npx tsx scripts/soak.ts --commands 100000 --seed 1   random commands: a line a tolerance
 *     npx tsx scripts/soak.ts --million                    a million events on RMAT 16: ten points
 *     npx tsx scripts/soak.ts --extremes                   a crowd, a hub, a path ... of a million
 *
 * --size sets another number of events for the last two, --policy '{"balance":0.5}' another policy. Exits 1
 * where anything was beyond its bound, and prints what led there.
 */
import { parseArgs } from 'node:util';
import { live, plainVisits, SHAPES } from '../tests/engine/extremes.ts';
import { holds, longLife } from '../tests/engine/million.ts';
import type { Terms } from '../tests/engine/plain.ts';
import { soakModel } from '../tests/engine/soak-model.ts';

const { values } = parseArgs({
  options: {
    commands: { type: 'string' },
    million: { type: 'boolean' },
    extremes: { type: 'boolean' },
    seed: { type: 'string', default: '1' },
    size: { type: 'string', default: '1000000' },
    tolerance: { type: 'string', default: '1e-6' },
    policy: { type: 'string', default: '{}' },
  },
});
const seed = Number(values.seed);
const size = Number(values.size);
const tolerance = Number(values.tolerance);
const terms: Terms = { damping: 0.85, ...JSON.parse(values.policy) };

if (values.commands !== undefined) {
  for (const wanted of [1e-3, 1e-6, 1e-9]) {
    const { line, disagreements } = soakModel(Number(values.commands), seed, wanted);
    for (const disagreement of disagreements) console.error(disagreement);
    console.log(line);
    if (disagreements.length > 0) process.exitCode = 1;
  }
}

if (values.million) {
  console.log(
    `RMAT 16, ${size} events, seed ${seed}, tolerance ${tolerance}, policy ${JSON.stringify(terms)}`,
  );
  table('events', 'bound', 'true error', 'settled bound', 'true error', 'witness within', 'edge visits');
  const print = (figure: number) => figure.toExponential(3);
  longLife({
    ...{ scale: 16, events: size, seed, terms, tolerance, points: 10 },
    onPoint(point) {
      const { events, bound, error, settledBound, settledError, within, edgeVisits } = point;
      const figures = [bound, error, settledBound, settledError, within].map(print);
      table(String(events), ...figures, print(edgeVisits));
      verdict(holds(point), 'an error is beyond its bound');
    },
  });
}

if (values.extremes) {
  console.log(`${size} events, tolerance ${tolerance}, policy ${JSON.stringify(terms)}`);
  for (const shape of SHAPES) {
    const outcome = live(shape, size, terms, tolerance);
    const { title, edges, edgeVisits, bound, error, within } = outcome;
    const figures = `bound ${bound.toExponential(2)}, true error ${error.toExponential(2)}`;
    const work = `${edgeVisits} visits of ${edges} edges`;
    console.log(`${title}: ${figures}, witness within ${within.toExponential(1)}; ${work}`);
    verdict(error <= bound + within, 'the error is beyond the bound');
    verdict(edgeVisits <= plainVisits(outcome, terms, tolerance), 'more work than by plain passes');
  }
}

function table(...cells: string[]): void {
  console.log(cells.map((cell) => cell.padStart(14)).join(' '));
}

function verdict(kept: boolean, broken: string): void {
  if (kept) return;
  console.error(broken);
  process.exitCode = 1;
}
