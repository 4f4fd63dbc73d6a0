import { defineConfig } from 'tsup';

const shared = { target: 'node20', sourcemap: false, treeshake: true, splitting: false } as const;

export default defineConfig([
  { ...shared, entry: ['src/index.ts', 'src/batch.ts'], format: ['esm', 'cjs'], dts: true, clean: true },
  { ...shared, entry: { cli: 'src/cli/main.ts' }, format: ['esm'], splitting: true },
]);
