/**
 * Door "./server": trust over HTTP as a standard handler of requests, for any host that has one. What it needs
 * beside the package (hono, @hono/zod-openapi) is loaded when a server is made.
 */
import type { GuardOptions } from './http/guards/guards.ts';
import type { Store } from './ledger/contract.ts';

export interface ServerOptions extends GuardOptions {
  /** Where the ledgers are. */
  store: Store;
}

export interface Server {
  /** `bindings` are what @hono/node-server hands over beside the request. */
  fetch(request: Request, bindings?: object): Promise<Response>;
  /** Refuses what is new, waits for what is under way, settles, snapshots, closes. */
  close(): Promise<void>;
}

/** @throws PeerageError `missing-package`. */
export async function createServer({ store, ...options }: ServerOptions): Promise<Server> {
  const { appOf } = await import('./http/app.ts');
  const { Communities } = await import('./http/communities.ts');
  const { openGuards } = await import('./http/guards/guards.ts');
  const guards = await openGuards(store.documents, options);
  const communities = new Communities(store);
  const app = appOf({ communities, documents: store.documents, guards });
  return {
    fetch: async (request, bindings) => app.fetch(request, bindings),
    async close() {
      guards.close();
      await communities.close();
    },
  };
}
