/**
 * The package on other versions of Node: each writes a ledger, reads the one that the others wrote, and prints the
 * canonical scores, which must be the same bits everywhere. Node comes from the npm packages `node`; where the registry
 * is not there the test is skipped, and says so. Node 20 has better-sqlite3, newer ones their own SQLite.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { install } from '../../scripts/pack.ts';

const VERSIONS = ['22', '24'];
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'peerage-nodes-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCRIPT = `
import { TrustEngine } from 'peerage';
import { openStore } from 'peerage/ledger';
import { createHash } from 'node:crypto';
const [file, mode] = process.argv.slice(2);
const store = await openStore(file);
const ledger = await store.ledger('a');
const engine = await TrustEngine.open(ledger, { onWarning: (warning) => { throw warning; } });
if (mode === 'write') {
  let seed = 3;
  const draw = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
  await engine.append({ type: 'policy', policy: { balance: 0.4, cap: 3, concavity: 'sqrt', halfLife: 30, reserve: 0.1 } });
  for (let k = 0; k < 20; k++) {
    await engine.append(Array.from({ length: 100 }, (_, i) => ({ type: draw(9) ? 'endorse' : 'object', id: k + '-' + i,
      source: 'm' + draw(90), target: 'm' + draw(90), weight: (1 + draw(999)) / 37, at: draw(1e7) * 1000 })));
    await engine.append({ type: 'grant', target: 'm' + draw(50), weight: 1 + draw(5) });
  }
  engine.scores();
  await engine.save();
  await engine.append({ type: 'endorse', source: 'm1', target: 'm2', at: 0 });
  await engine.erase('m3');
}
const scores = [...engine.canonical()];
const digest = createHash('sha256').update(JSON.stringify(scores)).digest('hex');
const { faults } = await ledger.verify();
console.log(digest, engine.sequence, faults.length);
await engine.close();
await store.close();
`;

let nodes: string[] = [];
let reason = '';

beforeAll(() => {
  if (inject('unpacked') !== '') throw new Error(inject('unpacked'));
  install(inject('tarball'), folder, ['better-sqlite3']);
  writeFileSync(join(folder, 'script.mjs'), SCRIPT);
  nodes = [process.execPath];
  for (const version of VERSIONS) {
    const place = join(folder, `node${version}`);
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), '{}');
    const args = ['install', `node@${version}`, '--no-audit', '--no-fund', '--loglevel=error'];
    const { status, stderr } = spawnSync('npm', args, { cwd: place, encoding: 'utf8', timeout: 120_000 });
    if (status === 0) nodes.push(join(place, 'node_modules/node/bin/node'));
    else reason = `node@${version} can not be installed: ${stderr.trim().split('\n')[0]}`;
  }
}, 300_000);

it('has the same scores from the same events and ledgers, bit for bit, on Node 20, 22 and 24', (context) => {
  if (reason !== '') {
    console.warn(`skipped: ${reason}`);
    context.skip(reason);
  }
  const run = (node: string, file: string, mode: string) =>
    execFileSync(node, ['script.mjs', file, mode], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const told = nodes.flatMap((writer, k) => {
    const file = `written-by-${k}.ledger`;
    const written = run(writer, file, 'write');
    return [written, ...nodes.map((reader) => run(reader, file, 'read'))];
  });
  expect(told[0]).toMatch(/^[0-9a-f]{64} 20\d\d 0\n$/);
  expect(new Set(told)).toEqual(new Set([told[0]]));
}, 120_000);
