/**
 * The built program, for tests that run what users run. Builds `dist` only where it is missing or older
 * than its sources. Test files run in several processes, so a lock file lets one of them build while the
 * others wait; a lock whose owner has died is taken over.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, ROOT, stale } from '../scripts/pack.ts';

const caches = join(ROOT, 'node_modules/.cache');
const lock = join(caches, 'peerage-build.lock');

/** The path of the program, freshly built if it has to be. */
export async function builtProgram(): Promise<string> {
  while (stale() !== undefined) {
    if (!takeLock()) {
      await sleep(200);
      continue;
    }
    try {
      build();
      // A build that leaves something out would otherwise be repeated for ever.
      const reason = stale();
      if (reason !== undefined) throw new Error(`after the build ${reason}`);
    } finally {
      rmSync(lock, { force: true });
    }
  }
  return join(ROOT, 'dist/cli.js');
}

function takeLock(): boolean {
  mkdirSync(caches, { recursive: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (abandoned()) rmSync(lock, { force: true });
    return false;
  }
}

function abandoned(): boolean {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // An owner that has just created the lock has not written its number yet.
    if (owner > 0) process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
