/** Chooses a scanner: WebAssembly where that is to be had, else plain TypeScript. Both find the same lines. */
import type { Dialect } from '../dialect.ts';
import { PlainScanner } from './plain.ts';
import type { Scanner } from './scanner.ts';
import { WasmScanner } from './wasm.ts';

/** Plain, or in WebAssembly with room for thousands of ids or for a million. */
export type ScannerName = 'plain' | 'small' | 'large';

/** The scanner asked for, or a plain one. */
export function scanner(dialect: Dialect, wanted: ScannerName): Scanner {
  if (wanted !== 'plain' && WasmScanner.knows(dialect)) {
    try {
      return new WasmScanner(dialect, wanted === 'large');
    } catch {
      // No WebAssembly, or no memory for it.
    }
  }
  return new PlainScanner(dialect);
}
