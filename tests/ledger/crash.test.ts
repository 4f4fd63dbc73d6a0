/**
 * A writer that is killed at any moment loses nothing that it acknowledged, and leaves no lock; a disk that is full
 * stops it, and it goes on when there is room; a second writer is refused.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { openStore } from '../../src/ledger.ts';
import { builtProgram } from '../built.ts';
import { crash } from './crashes.ts';
import { endorse, events } from './entries.ts';
import { folder } from './places.ts';

const file = folder();
let door: string;
beforeAll(async () => {
  door = join(dirname(await builtProgram()), 'ledger.js');
}, 300_000);

it('200 writers are killed: what was acknowledged is there, and nothing else', async () => {
  const { rounds, acknowledged, entries } = await crash(door, file(), 200, Math.random);
  expect(rounds).toBe(200);
  expect(acknowledged).toBeGreaterThan(1000);
  expect(entries).toBeGreaterThanOrEqual(acknowledged);
}, 600_000);

it('a second writer is refused, in this process and in another, and readers are not', async () => {
  const path = file();
  const store = await openStore(path);
  await (await store.ledger('a')).append([endorse('ada', 'linus')]);
  await expect(openStore(path)).rejects.toMatchObject({ code: 'ledger-locked' });
  const source = `const { openStore } = await import(${JSON.stringify(pathToFileURL(door).href)});
    const reader = await openStore(${JSON.stringify(path)}, { readonly: true });
    console.log((await reader.ledger('a')).head.sequence);
    await reader.close();
    await openStore(${JSON.stringify(path)}).catch((error) => console.log(error.code));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    encoding: 'utf8',
  });
  expect(stdout, stderr).toBe('1\nledger-locked\n');
  expect((await (await store.ledger('a')).append([endorse('ada', 'linus')])).sequences).toEqual([2]);
  await store.close();
  await (await openStore(path)).close();
});

it('nothing of an erased name is left in any file', async () => {
  const path = file('erased.ledger');
  const store = await openStore(path);
  const ledger = await store.ledger('a');
  const name = 'wilhelmina-of-the-files';
  const many = (from: number) =>
    Array.from({ length: 300 }, (_, k) => endorse(name, `u${from + k}`, `${name}-${from + k}`));
  for (let k = 0; k < 4; k++) await ledger.append(many(300 * k));
  const bytes = new TextEncoder().encode(name.repeat(5000));
  await ledger.saveSnapshot({ ...ledger.head, bytes });
  // Another process looks: what this one opened itself it would also unlock.
  const found = () => spawnSync('grep', ['-lra', name, dirname(path)], { encoding: 'utf8' }).stdout;
  expect(found()).not.toBe('');
  await ledger.erase(name);
  expect(found()).toBe('');
  expect(readdirSync(dirname(path)).length).toBeGreaterThan(0);
  expect((await ledger.verify()).faults).toEqual([]);
  await store.close();
});

it('a file that may not grow stops writing, is read on, and is written to again when it may', async () => {
  const path = file();
  const script = `${path}.mjs`;
  writeFileSync(
    script,
    `const { openStore } = await import(${JSON.stringify(pathToFileURL(door).href)});
    const store = await openStore(${JSON.stringify(path)});
    const ledger = await store.ledger('a');
    const say = (what) => process.stdout.write(JSON.stringify(what) + '\\n');
    const append = (k) => ledger.append(Array.from({ length: 500 }, (_, i) => ({
      type: 'endorse', id: k + '-' + i, source: 'ada', target: 'v', weight: 1, kind: 'endorsement' })));
    const count = async () => { let n = 0; for await (const batch of ledger.read(0)) n += batch.length; return n; };
    let k = 0, refused;
    while (refused === undefined) await append(k++).catch((error) => { refused = error.code; });
    say({ refused, again: (await append(k).catch((error) => error)).code, written: 500 * (k - 1), read: await count() });
    process.stdin.once('data', async () => {
      await ledger.recover();
      const { head } = await append(k - 1);
      say({ sequence: head.sequence, read: await count(), faults: (await ledger.verify()).faults });
      await store.close();
      process.exit(0);
    });`,
  );
  const child = spawn('bash', ['-c', `ulimit -S -f 3000; exec "${process.execPath}" "${script}"`]);
  const lines: string[] = [];
  let failed = '';
  child.stderr.on('data', (text) => {
    failed += text;
  });
  await new Promise((resolve) => {
    child.on('close', resolve);
    child.stdout.on('data', (text) => {
      lines.push(...String(text).trim().split('\n'));
      if (lines.length > 1) return;
      spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited']);
      child.stdin.write('go on\n');
    });
  });
  expect(lines, failed).toHaveLength(2);
  const [full, after] = lines.map((line) => JSON.parse(line));
  expect(full.refused).toMatch(/^ledger-(full|failed)$/);
  expect(full.again).toBe(full.refused);
  expect(full.read).toBe(full.written);
  expect(after).toEqual({ sequence: full.written + 500, read: full.written + 500, faults: [] });
}, 60_000);

it('what is read while it is written is what was acknowledged', async () => {
  const path = file();
  const store = await openStore(path);
  const ledger = await store.ledger('a');
  const reader = await openStore(path, { readonly: true });
  for (let k = 0; k < 20; k++) {
    await ledger.append([endorse(`u${k}`, 'ada')]);
    expect(await events(await reader.ledger('a'))).toHaveLength(k + 1);
  }
  await reader.close();
  await store.close();
});
