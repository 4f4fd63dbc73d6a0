/** `peerage invariants` as a user runs it: the list, the table, a scorer of a host's own, JSON, exit codes, misuse. */
import { beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../built.ts';
import { runWith } from './program.ts';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 180_000);

const FILES = {
  // The length of the name: a score that has nothing to do with what is said.
  'names.mjs': `export default (events) => new Map(events.flatMap((event) =>
    [event.source, event.target].filter((id) => id !== undefined).map((id) => [id, id.length])));`,
  'mute.mjs': 'export default () => null;',
};
const invariants = (...args: string[]) => runWith(program, ['invariants', ...args], FILES);

describe('peerage invariants', () => {
  it('prints each statement and a cell for each scorer, with the smallest case where one fails', async () => {
    const only = ['--only', 'ring-neutrality', 'no-harm', '--scorer', 'classic', 'in-degree'];
    const { exit, stdout, stderr } = await invariants('--runs', '20', ...only);
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ring-neutrality\n {2}A ring of accounts that nobody outside endorses/);
    expect(stdout).toMatch(/^no-harm does NOT hold:\n {2}Endorsing one contributor lowers nobody else\.$/m);
    expect(stdout).toMatch(/^invariant +classic +in-degree$/m);
    expect(stdout).toMatch(/^ring-neutrality +holds +fails$/m);
    expect(stdout).toMatch(/^not: no-harm +fails +fails$/m);
    expect(stdout).toMatch(
      /^in-degree, ring-neutrality: "ring 1" has 0\.5, of a ring that nobody endorses\.$/m,
    );
  });

  it('measures a scorer of a host by its module, and ends with 3 where a claim fails', async () => {
    const { exit, stdout } = await invariants(
      '--runs',
      '20',
      '--only',
      'renaming',
      '--scorer',
      './names.mjs',
    );
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^renaming +fails$/m);
  });

  it('says what a scorer does that does not answer', async () => {
    const { exit, stdout } = await invariants('--runs', '5', '--only', 'undo', '--scorer', './mute.mjs');
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^undo +-$/m);
    expect(stdout).toMatch(/^\.\/mute\.mjs is not asked anything: the scorer answers null; expected a Map/m);
  });

  it('gives the same as JSON, with the counterexample as data', async () => {
    const args = ['--only', 'undo', 'no-harm', '--scorer', 'guarded', '--runs', '20', '--format', 'json'];
    const { exit, stdout } = await invariants(...args);
    expect(exit).toBe(0);
    const { runs, seed, invariants: list, scorers } = JSON.parse(stdout);
    expect([runs, seed]).toEqual([20, 1]);
    expect(list.map(({ name }: { name: string }) => name)).toEqual(['undo', 'no-harm']);
    const [held, failed] = scorers[0].results;
    expect(held).toMatchObject({ name: 'undo', outcome: 'passed', runs: 20 });
    expect(failed).toMatchObject({
      name: 'no-harm',
      outcome: 'failed',
      counterexample: { policy: { damping: 0.5 } },
    });
  });

  it.each([
    ['--runs', ['--runs', '0']],
    ['--only', ['--only', 'harmony']],
    ['--scorer', ['--scorer', 'eigentrust']],
    ['--format', ['--format', 'csv']],
  ])('refuses what it does not know of %s', async (flag, args) => {
    const { exit, stdout, stderr } = await invariants(...args);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^peerage: ${flag}: .*expected`));
  });
});
