import type { Options } from 'tsup';
import { defineConfig } from 'tsup';
import { build } from 'vite';

const shared: Options = {
  target: 'node20',
  treeshake: true,
  splitting: true,
  removeNodeProtocol: false,
  dts: { entry: ['src/index.ts', 'src/batch.ts', 'src/graphology.ts', 'src/ledger.ts', 'src/server.ts'] },
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
      server: 'src/server.ts',
      cli: 'src/cli/main.ts',
    },
    format: 'esm',
    clean: true,
    // The page of `peerage report`, which the program reads from beside itself.
    onSuccess: () => build({ configFile: 'report/vite.config.ts' }).then(() => undefined),
  },
  {
    ...shared,
    entry: ['src/index.ts', 'src/batch.ts', 'src/graphology.ts', 'src/ledger.ts', 'src/server.ts'],
    format: 'cjs',
  },
]);
