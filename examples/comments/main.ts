/** `npx tsx examples/comments/main.ts [LEDGER]`: the application on port 3000 of this machine, until Ctrl-C. */
import { serve } from '@hono/node-server';
import { openStore } from 'peerage/ledger';
import { createComments } from './app.ts';

const store = await openStore(process.argv[2] ?? 'comments.ledger');
const comments = await createComments({ store, moderators: ['ada'] });
const server = serve({ fetch: comments.app.fetch, hostname: '127.0.0.1', port: 3000 });
console.log('http://localhost:3000/comments, http://localhost:3000/trust/');
process.once('SIGINT', () => {
  server.close(async () => {
    await comments.close();
    await store.close();
  });
});
