/**
 * The door ./server as a host gets it: the packed package behind @hono/node-server, asked over a real socket; and
 * where what it needs is not installed, one sentence that says what to install.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { install } from '../../scripts/pack.ts';

const NEEDED = ['hono', '@hono/zod-openapi', '@hono/node-server'];
const folders: string[] = [];

function folder(others: readonly string[]): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'peerage-server-')));
  folders.push(made);
  install(inject('tarball'), made, others);
  return made;
}
/** What a program in a folder prints: the last line as JSON. */
function run(where: string, name: string, program: string) {
  writeFileSync(join(where, name), program);
  const { stdout, stderr } = spawnSync(process.execPath, [name], { cwd: where, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

beforeAll(() => {
  if (inject('unpacked') !== '') throw new Error(inject('unpacked'));
});
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

const HOST = `
import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { openStore } from 'peerage/ledger';
import { createServer } from 'peerage/server';
const server = await createServer({ store: await openStore('memory:') });
const listening = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' });
await once(listening, 'listening');
const at = 'http://127.0.0.1:' + listening.address().port;
const circle = at + '/v1/communities/circle';
const events = [
  { type: 'grant', target: 'ada' },
  ...[['ada', 'linus'], ['ada', 'grace'], ['linus', 'ada'], ['grace', 'ada']].map(([source, target]) => ({ type: 'endorse', source, target })),
];
const told = {};
const ask = async (name, address, options) => {
  const answer = await fetch(address, options);
  const text = await answer.text();
  const type = answer.headers.get('content-type');
  told[name] = { status: answer.status, type, sequence: answer.headers.get('peerage-sequence'), body: type?.includes('json') && !type.includes('ndjson') ? JSON.parse(text) : text };
};
await ask('made', circle, { method: 'PUT' });
const lines = events.map((event) => JSON.stringify(event) + '\\n');
let sent = 0;
const body = new ReadableStream({ pull(controller) { sent < lines.length ? controller.enqueue(new TextEncoder().encode(lines[sent++])) : controller.close(); } });
await ask('streamed', circle + '/events', { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body, duplex: 'half' });
await ask('score', circle + '/scores/ada?at-least-sequence=5');
await ask('ledger', circle + '/ledger');
await ask('nobody', circle + '/scores/ad');
await ask('bad', circle + '/events', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '[' });
await ask('page', at + '/');
await ask('document', at + '/openapi.json');
listening.close();
listening.closeAllConnections();
await server.close();
console.log(JSON.stringify(told));
`;

it('answers over a socket, bodies streamed both ways', () => {
  const told = run(folder(NEEDED), 'host.mjs', HOST);
  expect(told.made).toMatchObject({ status: 201, body: { community: 'circle', order: 0 } });
  expect(told.streamed).toMatchObject({ status: 200, body: { sequences: [1, 2, 3, 4, 5] } });
  expect(told.score).toMatchObject({ status: 200, sequence: '5', body: { contributor: 'ada', rank: 1 } });
  // Where ada alone holds a credential this is solved by hand.
  expect(Math.abs(told.score.body.trust - 0.15 / (1 - 0.85 * 0.85))).toBeLessThanOrEqual(
    told.score.body.bound + 1e-15,
  );
  expect(told.ledger).toMatchObject({ status: 200, type: 'application/x-ndjson' });
  expect(told.ledger.body.trim().split('\n')).toHaveLength(5);
  expect(told.nobody).toMatchObject({
    status: 404,
    type: 'application/problem+json',
    body: { nearest: ['ada'] },
  });
  expect(told.bad).toMatchObject({ status: 400, body: { code: 'bad-json' } });
  expect(told.page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
  expect(told.document.body.openapi).toBe('3.1.0');
});

it.each([
  [
    'import',
    'alone.mjs',
    `import { createServer } from 'peerage/server'; import { openStore } from 'peerage/ledger';`,
  ],
  [
    'require',
    'alone.cjs',
    `const { createServer } = require('peerage/server'); const { openStore } = require('peerage/ledger');`,
  ],
])('says what to install where it is missing, by %s', (_, name, imports) => {
  const program = `${imports}
    openStore('memory:').then((store) => createServer({ store }))
      .catch(({ code, message }) => console.log(JSON.stringify({ code, message })));`;
  expect(run(folder([]), name, program)).toEqual({
    code: 'missing-package',
    message: 'the server needs hono and @hono/zod-openapi; install them: npm install hono @hono/zod-openapi',
  });
});
