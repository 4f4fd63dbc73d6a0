/**
 * Runs of a bench in processes of their own, so that none inherits another's heap, compiled code or peak
 * of memory. Relies on a child printing one line of JSON; a child that fails ends the bench with its message.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** A bench that cannot say anything true: its message is all there is to print. */
export class BenchError extends Error {}

/** The interpreter that Debian's packages are installed for. */
export const PYTHON = '/usr/bin/python3';

/**
 * Runs a script of bench/ in a new process; `.py` with Debian's Python, `.ts` with this process's own loader,
 * else plain Node.
 */
export function runChild<Result>(script: URL, args: readonly string[], env: NodeJS.ProcessEnv = {}): Result {
  const path = fileURLToPath(script);
  const [program, flags] = path.endsWith('.py')
    ? [PYTHON, ['-B']]
    : [process.execPath, path.endsWith('.ts') ? process.execArgv : []];
  const child = spawnSync(program, [...flags, path, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const command = [script.pathname.split('/').at(-1), ...args].join(' ');
  if (child.error !== undefined) throw new BenchError(`${command}: ${child.error.message}`);
  if (child.status !== 0) {
    throw new BenchError(`${command} ended with ${child.signal ?? child.status}:\n${child.stderr}`);
  }
  return JSON.parse(child.stdout);
}

/** Reads a file of 64-bit floats, as a child writes its shares. */
export function readFloats(path: string): Float64Array<ArrayBuffer> {
  return new Float64Array(new Uint8Array(readFileSync(path)).buffer);
}

/** Refuses to measure a door that is not built, or was built before the last change of a source. */
export function checkBuilt(door: string): void {
  const built = statSync(join(root, door), { throwIfNoEntry: false });
  if (built === undefined) throw new BenchError(`${door} is missing; run: npm run build`);
  const folder = join(root, 'src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  for (const name of sources) {
    if (statSync(join(folder, name)).mtimeMs > built.mtimeMs) {
      throw new BenchError(`${door} is older than src/${name}; run: npm run build`);
    }
  }
}
