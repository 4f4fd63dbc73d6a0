/**
 * Bundles a script of bench/ with the sources it measures into one plain file, as the package itself is built:
 * `bundle.ts SCRIPT FOLDER` writes FOLDER/measured.mjs. A loader for TypeScript would name every function
 * as it is made, which costs as much as some events do.
 */
import { build } from 'tsup';

const [script, folder] = process.argv.slice(2);
await build({
  config: false,
  entry: { measured: script },
  outDir: folder,
  format: 'esm',
  target: 'node20',
  outExtension: () => ({ js: '.mjs' }),
  removeNodeProtocol: false,
  noExternal: [/./],
  silent: true,
});
process.stdout.write('{}\n');
