/**
 * The servers that bench/http-reads.ts asks, in a process of their own: a bare node:http server that checks a key and
 * answers one text, and the service with a community. Tells its ports, and its CPU time when it is asked.
 */
import { createServer as listen } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { openStore } from '../src/ledger.ts';
import { createServer } from '../src/server.ts';

const [contributors, endorsements] = process.argv.slice(2).map(Number);
const KEY = 'Bearer pk_0000000000000000';

const store = await openStore('memory:');
const server = await createServer({ store, load: { rate: { perSecond: 1e9, burst: 1e9 } } });
const send = (method: string, path: string, body?: unknown) =>
  server.fetch(
    new Request(`http://localhost/v1/communities/bench${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    }),
  );
await send('PUT', '');
// The same community in every run (Lehmer).
let state = 1;
const draw = () => {
  state = (state * 48271) % 0x7fffffff;
  return state % contributors!;
};
const events = Array.from({ length: endorsements! }, () => ({
  type: 'endorse',
  source: `contributor ${draw()}`,
  target: `contributor ${draw()}`,
}));
for (let from = 0; from < events.length; from += 10_000) {
  await send('POST', '/events', events.slice(from, from + 10_000));
}
const text = await (await send('GET', `/scores/contributor%201?at-least-sequence=${endorsements}`)).text();

const bare = listen((request, response) => {
  if (request.headers.authorization !== KEY) response.statusCode = 401;
  response.setHeader('Content-Type', 'application/json');
  response.end(text);
});
const ours = listen(getRequestListener((request, bindings) => server.fetch(request, bindings)));
const ports: number[] = [];
for (const one of [bare, ours]) {
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  ports.push((one.address() as AddressInfo).port);
}
process.send!({ ports });
process.on('message', (asked) => {
  if (asked === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send!({ cpu: user + system });
  } else process.exit(0);
});
