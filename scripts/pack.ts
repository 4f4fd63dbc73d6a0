/**
 * Makes the package as a user gets it: builds dist where it is missing or older than its sources, packs a
 * tarball, and installs that tarball into a folder with its declared dependencies and nothing else, so
 * that an undeclared one cannot be found. Needs no network: dependencies are links to what is installed.
 * Run as a program, it packs into the folder it is given and prints the tarball's path.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What the program puts the data of a report into. */
export const PAGE = 'dist/report.html';

export interface Manifest {
  name: string;
  version: string;
  bin: Record<string, string>;
  exports: Record<string, string | Record<string, Record<string, string>>>;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

export function manifest(folder = ROOT): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Every file that package.json promises: doors with their types, and programs. */
export function promised({ exports, bin }: Manifest): string[] {
  const files = new Set(Object.values(bin));
  const gather = (entry: string | Record<string, unknown>) => {
    if (typeof entry === 'string') files.add(entry);
    else for (const next of Object.values(entry)) gather(next as string | Record<string, unknown>);
  };
  gather(exports);
  return [...files].map((file) => file.replace(/^\.\//, '')).sort();
}

/** What makes dist out of date: the first source that is newer than it, or a file that is not there. */
export function stale(): string | undefined {
  const built = [...promised(manifest()).filter((file) => file.startsWith('dist/')), PAGE];
  const missing = built.find((file) => !existsSync(join(ROOT, file)));
  if (missing !== undefined) return `${missing} is missing`;
  const oldest = Math.min(...built.map((file) => changed(file)));
  const sources = ['src', 'report'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|css|html)$/.test(file))
      .map((file) => join(folder, file)),
  );
  const newer = [...sources, 'package.json', 'tsup.config.ts'].find((file) => changed(file) > oldest);
  return newer === undefined ? undefined : `${newer} is newer than dist`;
}

function changed(file: string): number {
  return statSync(join(ROOT, file)).mtimeMs;
}

/** Packs what is in dist now and returns the path of the tarball. */
export function pack(folder: string): string {
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]);
  const { name, version } = manifest();
  return join(folder, `${name}-${version}.tgz`);
}

/**
 * Unpacks a tarball as `folder/node_modules/peerage` and links its dependencies beside it, and `others`
 * that only the folder itself uses. Returns the folder of the package.
 */
export function install(tarball: string, folder: string, others: readonly string[] = []): string {
  const home = join(folder, 'node_modules', manifest().name);
  mkdirSync(home, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  for (const name of new Set([...Object.keys(manifest(home).dependencies), ...others])) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link);
  }
  return home;
}

/** Builds dist unless it is newer than every source. */
export function build(): void {
  if (stale() !== undefined) run(join(ROOT, 'node_modules/.bin/tsup'), []);
}

/** Runs a program at the root; throws with all that it printed when it fails. */
function run(program: string, args: string[]): void {
  try {
    execFileSync(program, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('which folder to pack into?');
  const reason = stale();
  if (reason !== undefined) throw new Error(`${reason}: build first (npm run build)`);
  console.log(pack(folder));
}
