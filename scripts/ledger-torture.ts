/**
 * What is too slow for every run of the tests: 2,000 writers that are killed, and a small ledger with each of its bits
 * flipped and cut at each of its bytes. Prints the counts; `--kills N` and `--every N` (one bit in N) shorten it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtProgram } from '../tests/built.ts';
import { crash } from '../tests/ledger/crashes.ts';
import { damageAll, smallLedger } from '../tests/ledger/damage.ts';

/** Bits after which it is told how far it has come. */
const TOLD = 8_192;

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '2000' }, every: { type: 'string', default: '1' } },
});
const folder = mkdtempSync(join(tmpdir(), 'peerage-torture-'));
try {
  const door = join(dirname(await builtProgram()), 'ledger.js');
  const killed = await crash(door, join(folder, 'killed.ledger'), Number(values.kills), Math.random);
  process.stdout.write(
    `${killed.rounds} writers killed: ${killed.acknowledged} events acknowledged and there, of ${killed.entries}\n`,
  );
  const path = join(folder, 'small.ledger');
  const sound = await smallLedger(path);
  const every = Number(values.every);
  const chosen = (place: number) => {
    if (place % TOLD === 0) process.stderr.write(`at place ${place} of ${8 * sound.bytes.length}\n`);
    return place % every === 0;
  };
  const { flips, cuts, found, harmless } = await damageAll(path, sound, chosen);
  process.stdout.write(`${flips} bits flipped, ${cuts} cuts: ${found} found, ${harmless} harmless\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
