/**
 * Door "./server": trust over HTTP as a standard handler of requests, for any host that has one. What it needs
 * beside the package (hono, @hono/zod-openapi) is loaded when a server is made.
 */
import type { Store } from './ledger/contract.ts';

export interface ServerOptions {
  /** Where the ledgers are. */
  store: Store;
}

export interface Server {
  fetch(request: Request): Promise<Response>;
  /** Refuses what is new, waits for what is under way, settles, snapshots, closes. */
  close(): Promise<void>;
}

/** @throws PeerageError `missing-package`. */
export async function createServer({ store }: ServerOptions): Promise<Server> {
  const { appOf } = await import('./http/app.ts');
  const { Communities } = await import('./http/communities.ts');
  const communities = new Communities(store);
  const app = appOf({ communities, documents: store.documents });
  return { fetch: async (request) => app.fetch(request), close: () => communities.close() };
}
