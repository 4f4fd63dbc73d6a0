/**
 * How many scores a second are read over HTTP, beside a bare node:http server that answers the same text, in turns
 * in one run: requests a second, and the CPU time that the server spends on one, which other processes on the
 * machine disturb less. Keep-alive connections, one request at a time on each.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    contributors: { type: 'string', default: '10000' },
    endorsements: { type: 'string', default: '100000' },
    connections: { type: 'string', default: '32' },
    requests: { type: 'string', default: '30000' },
    runs: { type: 'string', default: '5' },
  },
});
const [connections, requests, runs] = [values.connections, values.requests, values.runs].map(Number);
const KEY = 'Bearer pk_0000000000000000';

const child = fork(fileURLToPath(new URL('http-served.ts', import.meta.url)), [
  values.contributors,
  values.endorsements,
]);
const [{ ports }] = (await once(child, 'message')) as [{ ports: number[] }];

async function cpu(): Promise<number> {
  child.send('cpu');
  const [{ cpu }] = (await once(child, 'message')) as [{ cpu: number }];
  return cpu;
}

/** Asks over and over on one connection; answers are told apart by their Content-Length. */
function asking(port: number, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let left = count;
    let met = '';
    const ask = () =>
      socket.write(
        `GET /v1/communities/bench/scores/contributor%20${left % 1000} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${KEY}\r\n\r\n`,
      );
    socket.setNoDelay();
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      met += bytes.toString('latin1');
      const head = met.indexOf('\r\n\r\n');
      if (head < 0) return;
      if (!met.startsWith('HTTP/1.1 200')) reject(new Error(met));
      const length = Number(/content-length: (\d+)/i.exec(met)?.[1]);
      if (met.length < head + 4 + length) return;
      met = '';
      left--;
      if (left > 0) ask();
      else {
        socket.end();
        resolve();
      }
    });
  });
}

const figures: { perSecond: number; micros: number }[][] = [[], []];
for (let run = 0; run <= runs!; run++) {
  for (const [which, port] of ports.entries()) {
    const before = await cpu();
    const start = performance.now();
    await Promise.all(
      Array.from({ length: connections! }, () => asking(port, Math.ceil(requests! / connections!))),
    );
    const seconds = (performance.now() - start) / 1000;
    const spent = (await cpu()) - before;
    // The first is a warm-up.
    if (run > 0) figures[which]!.push({ perSecond: requests! / seconds, micros: spent / requests! });
  }
}
child.send('end');

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const [bare, ours] = figures.map((of) => ({
  perSecond: median(of.map(({ perSecond }) => perSecond)),
  micros: median(of.map(({ micros }) => micros)),
}));
console.log(`| server | requests a second | CPU a request |`);
console.log(`| --- | ---: | ---: |`);
for (const [name, of] of Object.entries({ 'node:http, one text': bare!, 'peerage, a score': ours! }))
  console.log(`| ${name} | ${of.perSecond.toFixed(0)} | ${of.micros.toFixed(1)} µs |`);
console.log(
  `\n${(ours!.perSecond / bare!.perSecond).toFixed(2)} of the requests, ${(ours!.micros / bare!.micros).toFixed(2)} times the CPU`,
);
