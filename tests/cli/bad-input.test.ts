/** What a user sees of each kind of bad input: the message, the exit code, and nothing on standard output. */
import { beforeAll, expect, it } from 'vitest';
import { builtProgram } from '../built.ts';
import { badInput } from './bad-input.ts';
import { runWith } from './program.ts';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 180_000);

it.each(badInput)('$name', async ({ files, stdin, args, exit, stderr }) => {
  expect(await runWith(program, args, files, stdin)).toEqual({ exit, stdout: '', stderr: `${stderr}\n` });
});
