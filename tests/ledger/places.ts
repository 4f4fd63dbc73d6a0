/** Where tests keep ledgers: files in a folder that goes with the test file, databases in a cluster of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Names of files in a folder that is removed when the test file is done. */
export function folder(): (name?: string) => string {
  const path = mkdtempSync(join(tmpdir(), 'peerage-ledger-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  let count = 0;
  return (name = `${count++}.ledger`) => join(path, name);
}
