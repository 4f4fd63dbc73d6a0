/** What Node answers where nothing is done: a fixed text of the length of a score. Prints its port. */
import { createServer } from 'node:http';

const body = JSON.stringify({ contributor: 'member-1', padding: 'x'.repeat(Number(process.argv[2] ?? 250)) });
const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
const server = createServer((_, response) => response.writeHead(200, head).end(body));
server.listen(0, '127.0.0.1', () => console.error(`listening on http://127.0.0.1:${server.address().port},`));
