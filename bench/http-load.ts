/** Loads of HTTP requests: http-load.c, compiled once a process, and what it says of each. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Asks a second; closed where it is left out. */
  readonly rate?: number;
  /** Seconds at the beginning of which the latency is not counted: both ends make their connections then. */
  readonly warmUp?: number;
  /** Texts of requests, which are sent in turn. */
  readonly requests: readonly string[];
}

export interface Loaded {
  readonly seconds: number;
  /** Answers by status; `lost` for asks that were never answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Asks that were due and that no free connection could take within a second. */
  readonly unsent: number;
  /** Milliseconds, those that were never sent included with what they had waited. */
  readonly median: number;
  readonly p99: number;
}

const folder = mkdtempSync(join(tmpdir(), 'peerage-load-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const files = new Map<readonly string[], string>();
let program: string | undefined;

/** @throws Error where there is no C compiler. */
function compiled(): string {
  if (program !== undefined) return program;
  program = join(folder, 'http-load');
  const source = fileURLToPath(new URL('./http-load.c', import.meta.url));
  try {
    execFileSync('cc', ['-O2', '-o', program, source], { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (error) {
    throw new Error(`the load could not be compiled (apt-get install gcc libc6-dev): ${error}`);
  }
  return program;
}

export function drive(options: LoadOptions): Promise<Loaded> {
  const { port, connections, seconds, rate = 0, warmUp = 0, requests } = options;
  let file = files.get(requests);
  if (file === undefined) {
    file = join(folder, `requests-${files.size}`);
    writeFileSync(file, requests.map((text) => `${text}\0`).join(''), 'latin1');
    files.set(requests, file);
  }
  const args = [port, connections, seconds, rate, warmUp].map(String);
  return new Promise((resolve, reject) => {
    execFile(compiled(), [...args, file], (error, stdout) => {
      if (error !== null) reject(error);
      else resolve(JSON.parse(stdout) as Loaded);
    });
  });
}
