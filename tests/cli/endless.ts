/** A program for `score.test.ts`: writes a file that never ends, so that a signal meets it half written. */
import { destination, writeWhole } from '../../src/cli/whole-file.ts';

function* endless() {
  for (;;) yield 'one more line\n';
}

await writeWhole(destination(process.argv[2]!, []), endless());
