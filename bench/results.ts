/**
 * bench/results.md: one section a bench, each naming the machine, Node and commit it was measured on.
 * Writing one section leaves the others as they are.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('./results.md', import.meta.url));
/** What the README's table and picture of the peers are made from. */
export const FIGURES = fileURLToPath(new URL('./peers.json', import.meta.url));
const TITLE = `# Results of the benches

Each section is written by \`npm run bench -- NAME --write\`, and describes the machine and commit in its first lines.
`;

/** What a measurement was taken on, as a Markdown list. */
export function machine(): string {
  const cores = cpus();
  return [
    `- Machine: ${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}`,
    `- Node ${process.version}, commit ${commit()}`,
  ].join('\n');
}

/** How busy the machine is, from its load average over a minute; to be called before the bench adds its own. */
export function load(): string {
  const average = loadavg()[0];
  const busy =
    average > cpus().length / 4 ? ' (**BUSY**: the times below are too long, run it again when idle)' : '';
  return `- Load average ${average.toFixed(1)} at the start${busy}`;
}

function git(...args: string[]): string | undefined {
  const run = spawnSync('git', args, {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    encoding: 'utf8',
  });
  return run.status === 0 ? run.stdout.trim() : undefined;
}

function commit(): string {
  const head = git('rev-parse', '--short=12', 'HEAD');
  if (head === undefined) return 'unknown (no git)';
  const changes = git('status', '--porcelain', '--', '.', ':!bench/results.md', ':!bench/peers.json');
  return changes === '' ? head : `${head} with uncommitted changes`;
}

/** Replaces the section `## name`, or adds it at the end. */
export function writeSection(name: string, body: string): string {
  const old = existsSync(FILE) ? readFileSync(FILE, 'utf8') : TITLE;
  const [head, ...sections] = old.split(/^(?=## )/m);
  const section = `## ${name}\n\n${body.trim()}\n`;
  const place = sections.findIndex((each) => each.startsWith(`## ${name}\n`));
  if (place === -1) sections.push(section);
  else sections[place] = section;
  const partial = `${FILE}.${process.pid}.part`;
  writeFileSync(
    partial,
    [head, ...sections]
      .map((each) => each.trim())
      .join('\n\n')
      .concat('\n'),
  );
  renameSync(partial, FILE);
  return FILE;
}
