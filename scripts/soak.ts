/**
 * The engine for as long as wanted, against witnesses that share no code with it.
 *
 *     npx tsx scripts/soak.ts --commands 100000 --seed 1     random commands, a line a tolerance
 *
 * Exits 1 where anything was beyond its bound, and prints the calls that led there.
 */
import { parseArgs } from 'node:util';
import { soakModel } from '../tests/engine/soak-model.ts';

const { values } = parseArgs({
  options: {
    commands: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
let failed = false;

if (values.commands !== undefined) {
  for (const tolerance of [1e-3, 1e-6, 1e-9]) {
    const { line, disagreements } = soakModel(Number(values.commands), seed, tolerance);
    for (const disagreement of disagreements) console.error(disagreement);
    console.log(line);
    if (disagreements.length > 0) failed = true;
  }
}
if (failed) process.exitCode = 1;
