/**
 * Prints what the built program says to each kind of bad input, as a table for the release notes:
 * node scripts/bad-input.mjs. The cases are those of tests/cli/bad-input.ts. Exits 1 where one of them
 * ends in another way than it should.
 */
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const { badInput } = await tsImport('../tests/cli/bad-input.ts', import.meta.url);
const { runWith } = await tsImport('../tests/cli/program.ts', import.meta.url);
const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

const cell = (text) =>
  text
    .replaceAll('|', '\\|')
    .trim()
    .split('\n')
    .map((line) => `\`${line}\``)
    .join('<br>');

console.log('| case | exit | message |\n| --- | --- | --- |');
let wrong = 0;
for (const { name, args, files, stdin, exit, stderr } of badInput) {
  const run = await runWith(program, args, files, stdin);
  if (run.exit !== exit || run.stdout !== '' || run.stderr !== `${stderr}\n`) wrong++;
  console.log(`| ${name} | ${run.exit} | ${cell(run.stderr)} |`);
}
console.log(`\n${badInput.length} cases, ${wrong} of them not as expected`);
process.exitCode = wrong === 0 ? 0 : 1;
