/**
 * The service as a program: it says where it listens, ends in order at a signal and at once at a second, and keeps what it
 * was given; keys are made beside it, and only their makers see their secrets.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverAtHand, openDatabase } from '../../src/ledger/sqlite/driver.ts';
import { builtProgram } from '../built.ts';
import { folderOf, removeFolders, run } from './program.ts';

let program = '';
const children: ChildProcess[] = [];
beforeAll(async () => {
  program = await builtProgram();
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  removeFolders();
});

/** Starts it on a free port, and waits until it listens. */
async function serve(folder: string, args: string[] = []) {
  const child = spawn(
    process.execPath,
    [program, 'serve', '--ledger', 'trust.ledger', '--port', '0', ...args],
    { cwd: folder },
  );
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  const gone = closed.then(() => true);
  while (
    !stderr.includes('\n') &&
    (await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 20))])) !== true
  );
  const url = /listening on (http:\S+?),/.exec(stderr)?.[1] ?? '';
  expect(stderr).toMatch(/^peerage: listening on http:\/\/127\.0\.0\.1:\d+, ledger trust\.ledger, [^\n]+\n$/);
  return { child, url, closed, said: () => ({ stdout, stderr }) };
}

const json = (value: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

describe('peerage serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends in order at %s, and has the same scores when it starts again',
    async (signal) => {
      const folder = folderOf();
      const first = await serve(folder);
      const community = '/v1/communities/gardeners';
      expect((await fetch(first.url + community, { method: 'PUT' })).status).toBe(201);
      const event = { type: 'endorse', source: 'ada', target: 'linus' };
      expect((await fetch(`${first.url}${community}/events`, json([event]))).status).toBe(200);
      const scores = async (url: string) =>
        (await fetch(`${url}${community}/scores?top=5&at-least-sequence=1`)).json();
      const before = await scores(first.url);
      first.child.kill(signal);
      expect(await first.closed).toEqual([0, null]);
      const { stdout, stderr } = first.said();
      expect(stderr).toMatch(/ending; a second signal ends at once\npeerage: closed\n$/);
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.map(({ status }) => status)).toEqual([201, 200, 200]);
      expect(stdout).not.toMatch(/ada|linus/);

      const second = await serve(folder, ['--log', 'none']);
      expect(await scores(second.url)).toEqual(before);
      second.child.kill(signal);
      await second.closed;
      expect(second.said().stdout).toBe('');
    },
  );

  it('ends at once at a second signal', async () => {
    const { child, url, closed } = await serve(folderOf(), ['--grace', '60']);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    // A body that never comes keeps it waiting.
    const head = 'POST /v1/communities HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n';
    await new Promise<void>((resolve) => socket.write(head, () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    expect(await closed).toEqual([143, null]);
    socket.destroy();
  });

  it('answers and ends where nobody takes its log, and says how many lines were lost', async () => {
    const folder = folderOf();
    const log = ['--ledger', 'trust.ledger', '--port', '0'];
    const child = spawn(process.execPath, [program, 'serve', ...log], { cwd: folder });
    children.push(child);
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const exited = once(child, 'exit');
    while (!stderr.includes('\n')) await new Promise((resolve) => setTimeout(resolve, 20));
    const url = /listening on (http:\S+?),/.exec(stderr)![1];
    // More than pipes take.
    for (let k = 0; k < 400; k++) {
      const asked = Array.from({ length: 10 }, () => fetch(`${url}/v1/communities`));
      for (const answer of await Promise.all(asked)) await answer.arrayBuffer();
    }
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(stderr).toMatch(/peerage: closed\npeerage: \d+ more lines of the log were lost: [^\n]+\n$/);
    child.stdout.destroy();
  });

  it('opens the ledger that the environment names, where no other is given', async () => {
    const folder = folderOf();
    const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--log', 'none'], {
      cwd: folder,
      env: { ...process.env, PEERAGE_LEDGER: 'named.ledger' },
    });
    children.push(child);
    const [said] = await once(child.stderr, 'data');
    expect(String(said)).toContain('ledger named.ledger');
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(readdirSync(folder)).toContain('named.ledger');
  });

  it('lets a request pass at any rate', async () => {
    const { child, url, closed } = await serve(folderOf(), ['--rate', '0.4']);
    expect((await fetch(`${url}/v1/communities`)).status).toBe(200);
    expect((await fetch(`${url}/v1/communities`)).status).toBe(429);
    child.kill('SIGTERM');
    await closed;
  });

  it.each(['warn', 'none'])('says which snapshot it passes over, with --log %s too', async (level) => {
    const folder = folderOf();
    const first = await serve(folder);
    const at = `${first.url}/v1/communities/gardeners`;
    await fetch(at, { method: 'PUT' });
    await fetch(`${at}/events`, json([{ type: 'endorse', source: 'ada', target: 'linus' }]));
    first.child.kill('SIGTERM');
    await first.closed;
    const database = openDatabase(driverAtHand(), join(folder, 'trust.ledger'), 1000);
    database.exec("UPDATE snapshot_parts SET bytes = X'00'");
    database.close();
    const { child, url, closed, said } = await serve(folder, ['--log', level]);
    expect((await fetch(`${url}/v1/communities/gardeners`)).status).toBe(200);
    child.kill('SIGTERM');
    await closed;
    const { stdout, stderr } = said();
    expect(level === 'none' ? stderr : stdout).toMatch(/gardeners.*the snapshot at 1 .* passed over/);
  });

  it('says what is wrong, and how it ended', async () => {
    const folder = folderOf();
    const { url, child, closed } = await serve(folder);
    const taken = new URL(url).port;
    const at = (...args: string[]) => run(program, ['serve', ...args], { folder });
    expect(await at('--ledger', 'b.ledger', '--port', taken)).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('is in use'),
    });
    expect(await at('--ledger', 'trust.ledger', '--port', '0')).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('another writer'),
    });
    expect(await at('--ledger', 'b.ledger', '--host', '0.0.0.0')).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/--host: .* no key/),
    });
    for (const args of [
      ['--port', '70000'],
      ['--port', 'x'],
      ['--log', 'loud'],
      ['--rate', '0'],
      ['--rate', '-1'],
      ['--rate', 'NaN'],
      ['--rate', '9'.repeat(400)],
      ['--grace', '-1'],
      ['--not-after', 'tomorrow'],
      ['--nothing'],
    ]) {
      expect(await at(...args)).toMatchObject({ exit: 2, stdout: '' });
    }
    child.kill('SIGTERM');
    await closed;
  });
});

describe('peerage keys', () => {
  it('makes a key that a service takes, whose secret is told once, and revokes it', async () => {
    const folder = folderOf();
    const keys = (...args: string[]) => run(program, ['keys', ...args], { folder });
    const made = await keys(
      'create',
      'trust.ledger',
      '--scope',
      'read,write',
      '--scope',
      'admin',
      '--name',
      'ops',
    );
    const secret = made.stdout.trim();
    expect(made).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^pk_[0-9a-f]{16}_[\w-]{43}\n$/) });
    const id = secret.slice(3, 19);
    const { url, child, closed } = await serve(folder);
    const status = async (key: string) =>
      (await fetch(`${url}/v1/keys`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await status(secret), await status('pk_x')]).toEqual([200, 401]);
    const busy = await keys('revoke', 'trust.ledger', id);
    expect(busy).toMatchObject({ exit: 1, stderr: expect.stringContaining('ask that: /v1/keys') });
    child.kill('SIGTERM');
    await closed;
    const rotated = (await keys('rotate', 'trust.ledger', id, '--grace', '60')).stdout.trim();
    expect(rotated.slice(0, 20)).toBe(secret.slice(0, 20));
    const revoked = await keys('revoke', 'trust.ledger', id);
    expect(revoked).toMatchObject({ exit: 0, stdout: '', stderr: expect.stringContaining('revoked') });
    const list = await keys('list', 'trust.ledger', '--format', 'json');
    expect(JSON.parse(list.stdout)).toMatchObject([{ id, name: 'ops', scopes: ['read', 'write', 'admin'] }]);
    expect(list.stdout).not.toContain(rotated.slice(20));
    expect(await keys('rotate', 'trust.ledger', id)).toMatchObject({ exit: 1 });
    for (const args of [
      ['create', 'trust.ledger', '--scope', 'read', '--community', '\u001b[2Jx'],
      ['create', 'new.ledger', '--scope', 'read'],
      ['create', 'new.ledger', '--scope', 'admin', '--community', 'red'],
      ['create', 'trust.ledger'],
      ['create', 'trust.ledger', '--scope', 'root'],
      ['create', 'trust.ledger', '--scope', 'read', '--expires', '2020-01-01'],
    ]) {
      const refused = await keys(...args);
      expect(refused).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringMatching(/^peerage: --/) });
      expect(refused.stderr).not.toContain('\u001b');
    }
  });
});
