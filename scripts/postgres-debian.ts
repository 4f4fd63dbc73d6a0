/**
 * A Postgres of one's own: Debian's `postgresql`, installed where it is missing and whoever runs this may install it,
 * with a private cluster in a temporary folder that listens on a socket there and nowhere else, run by a user
 * without rights. Tests and the bench start one; as a program it runs until it is ended, and prints its URL.
 */
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Cluster {
  readonly url: string;
  /** Another database of it. */
  database(name: string): string;
  stop(): void;
}

const VERSIONS = '/usr/lib/postgresql';

/** The programs of the newest version that is installed. */
function programs(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  const versions = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

/** A user who may run a cluster; null for the one who runs this. */
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

function install(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args: string[]) => spawnSync('apt-get', args, { env, stdio: 'ignore' });
  run('update', '-qq');
  run('install', '-y', '-qq', '--no-install-recommends', 'postgresql');
}

/** A cluster, or why there is none. */
export function startPostgres(): Cluster | string {
  if (programs() === undefined && process.getuid?.() === 0) install();
  const bin = programs();
  if (bin === undefined) return 'no postgresql is installed, and only root could install it';
  const user = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'peerage-postgres-'));
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const run = (program: string, ...args: string[]) => {
    const options = { ...user, cwd: folder, encoding: 'utf8', timeout: 60_000 } as const;
    const { status, stderr, stdout, error } = spawnSync(join(bin, program), args, options);
    if (status !== 0) throw new Error(`${program}: ${error ?? (stderr || stdout)}`);
  };
  const data = join(folder, 'data');
  const stop = () => {
    try {
      run('pg_ctl', 'stop', '-D', data, '-m', 'immediate', '-w');
    } catch {
      // It has not come up, or is gone.
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run('initdb', '-D', data, '-U', 'peerage', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync');
    const settings = [
      `unix_socket_directories = '${folder}'`,
      "listen_addresses = ''",
      'max_connections = 60',
    ];
    writeFileSync(join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
    run('pg_ctl', 'start', '-D', data, '-w', '-l', join(folder, 'log'));
    const database = (name: string) => {
      run('createdb', '-h', folder, '-U', 'peerage', name);
      return `postgres://peerage@/${name}?host=${folder}`;
    };
    return { url: database('ledger'), database, stop };
  } catch (error) {
    stop();
    return `postgresql did not start: ${(error as Error).message.trim()}`;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const cluster = startPostgres();
  if (typeof cluster === 'string') {
    process.stderr.write(`${cluster}\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`${cluster.url}\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        cluster.stop();
        process.exit(0);
      });
    }
    setInterval(() => undefined, 1 << 30);
  }
}
