import type { Options } from 'tsup';
import { defineConfig } from 'tsup';
import { build } from 'vite';

const doors = ['index', 'batch', 'graphology', 'ledger', 'testing', 'server'].map((door) => `src/${door}.ts`);

const shared: Options = {
  target: 'node20',
  treeshake: true,
  splitting: true,
  removeNodeProtocol: false,
  dts: { entry: doors },
};

// Code that doors share is split off, so that a PeerageError is the same class at each of them.
export default defineConfig([
  {
    ...shared,
    entry: {
      index: 'src/index.ts',
      batch: 'src/batch.ts',
      graphology: 'src/graphology.ts',
      ledger: 'src/ledger.ts',
      testing: 'src/testing.ts',
      server: 'src/server.ts',
      cli: 'src/cli/main.ts',
    },
    format: 'esm',
    clean: true,
    define: { COMMONJS: 'false' },
    // The page of `peerage report`, which the program reads from beside itself.
    onSuccess: () => build({ configFile: 'report/vite.config.ts' }).then(() => undefined),
  },
  // It cannot wait at the top of a module (src/testing/fast-check.ts): with `minifySyntax` what waits is left out.
  { ...shared, entry: doors, format: 'cjs', define: { COMMONJS: 'true' }, minifySyntax: true },
]);
