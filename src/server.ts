/**
 * Door "./server": trust over HTTP as a standard handler of requests, for any host that has one. What it needs
 * beside the package (hono, @hono/zod-openapi) is loaded when a server is made.
 */
import { PeerageError } from './error.ts';
import type { Server, ServerOptions } from './http/serve.ts';

export type { Load } from './http/guards/load.ts';
export type { Key, KeyInput, Keys, MadeKey, Scope } from './http/keys.ts';
export type { Limits } from './http/limits.ts';
export type { Log } from './http/log.ts';
export type { Server, ServerOptions } from './http/serve.ts';
export type { ThreadsOptions } from './settler/threads.ts';
export { SettlingThreads } from './settler/threads.ts';

/**
 * Makes a server. It listens on nothing: hand `fetch` to whatever does, with the bindings of @hono/node-server. Without
 * them nothing says where a request comes from, so it needs a key, or `allowInProcess` where the host alone calls `fetch`.
 * @throws PeerageError `bad-option`, `missing-package`; what opening the store throws.
 * @example
 * const store = await openStore('memory:');
 * const server = await createServer({ store, allowInProcess: true });
 * const answer = await server.fetch(new Request('http://localhost/v1/communities'));
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { store, ledger, engine } = options;
  if ((store === undefined) === (ledger === undefined)) {
    throw new PeerageError('bad-option', 'expected either a store or a ledger', { field: 'store' });
  }
  if (engine !== undefined && ledger === undefined) {
    throw new PeerageError('bad-option', 'expected the ledger too that it was opened on', {
      field: 'engine',
    });
  }
  const { serve } = await loaded();
  return serve(options);
}

/** The application, if what it needs is installed. */
async function loaded() {
  try {
    return await import('./http/serve.ts');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = /'(hono|@hono\/zod-openapi)/.exec(message)?.[1];
    const absent = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    if (!absent || missing === undefined) throw error;
    const reason =
      'the server needs hono and @hono/zod-openapi; install them: npm install hono @hono/zod-openapi';
    throw new PeerageError('missing-package', reason, { value: missing });
  }
}
