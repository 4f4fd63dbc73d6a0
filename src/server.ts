/**
 * Door "./server": trust over HTTP as a standard handler of requests, for any host that has one. What it needs
 * beside the package (hono, @hono/zod-openapi) is loaded when a server is made.
 */
import { PeerageError } from './error.ts';
import type { Load } from './http/guards/load.ts';
import type { Keys } from './http/keys.ts';
import type { Limits } from './http/limits.ts';
import type { Log } from './http/log.ts';
import type { Ledger, Store } from './ledger/contract.ts';

export type { Load } from './http/guards/load.ts';
export type { Key, KeyInput, Keys, MadeKey, Scope } from './http/keys.ts';
export type { Limits } from './http/limits.ts';
export type { Log } from './http/log.ts';

export interface ServerOptions {
  /** Where the ledgers of all communities are. Either this or `ledger`. */
  store?: Store;
  /** The ledger of the one community that is served. */
  ledger?: Ledger;
  /** Wanted bound of published scores (L1), above 0, at most 2; 1e-6 where it is left out. */
  tolerance?: number;
  /** How much one request may ask for. */
  limits?: Partial<Limits>;
  /** How much is taken on at a time: of one key, of one community, in all. */
  load?: Partial<Load>;
  /** Where a line goes for each request, such as a logger of pino; nowhere unless given. */
  log?: Log;
  /** Is told of every error that a caller only sees as `internal`; logged, or else printed, unless given. */
  onFault?: (error: unknown, request: string) => void;
  /** Whether webhooks may go to http and to addresses that are not public. */
  allowPrivateWebhooks?: boolean;
  /** Epoch milliseconds; the clock of the system unless given. */
  clock?: () => number;
  /** From 0 to below 1, for when webhooks are tried again; Math.random unless given. */
  chance?: () => number;
}

export interface Server {
  /** Who may ask. While no key has been made, only requests to a loopback name are answered. */
  readonly keys: Keys;
  /** Answers a request; never rejects. `bindings` are what @hono/node-server hands over beside the request. */
  fetch(request: Request, bindings?: object): Promise<Response>;
  /**
   * Refuses what is new, ends streams, waits for what is under way, publishes, snapshots, and closes the ledgers. A
   * store stays open: it is the host's.
   */
  close(): Promise<void>;
}

/**
 * Makes a server. It listens on nothing: hand `fetch` to whatever does.
 * @throws PeerageError `bad-option`, `missing-package`; what opening the store throws.
 * @example
 * const store = await openStore('memory:');
 * const server = await createServer({ store });
 * const answer = await server.fetch(new Request('http://localhost/healthz'));
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { store, ledger } = options;
  if ((store === undefined) === (ledger === undefined)) {
    throw new PeerageError('bad-option', 'expected either a store or a ledger', { field: 'store' });
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
