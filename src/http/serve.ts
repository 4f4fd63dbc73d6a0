/** Puts a server together: communities of a store or of one ledger, and the application over them. */
import type { OpenOptions, TrustEngine } from '../engine.ts';
import type { Documents, Ledger, Store } from '../ledger/contract.ts';
import { appOf } from './app.ts';
import { Communities, homeOf } from './communities.ts';
import type { Limits } from './limits.ts';
import { limitsOf } from './limits.ts';

/** Besides those of `TrustEngine.open`, which each community is opened with. */
export interface ServerOptions extends OpenOptions {
  /** Where the ledgers of all communities are. Either this or `ledger`. */
  store?: Store;
  /** The ledger of the one community that is served. */
  ledger?: Ledger;
  /** The engine that the host has opened on `ledger`, and goes on using; it is not closed with the server. */
  engine?: TrustEngine;
  /** How much one request may ask for. */
  limits?: Partial<Limits>;
  /** Is told of every error that a caller only sees as `internal`; printed on standard error unless given. */
  onFault?: (error: unknown, request: string) => void;
}

export interface Server {
  /** Answers a request; never rejects. `bindings` are what @hono/node-server hands over beside it. */
  fetch(request: Request, bindings?: object): Response | Promise<Response>;
  /** Refuses what is new, publishes, snapshots, and closes the ledgers. A store stays open: it is the host's. */
  close(): Promise<void>;
}

/** @throws PeerageError `bad-option`; what opening the store throws. */
export async function serve(options: ServerOptions): Promise<Server> {
  const { store, tolerance, ledger, engine, snapshotEvery, onWarning } = options;
  const limits = limitsOf(options.limits);
  const clock = () => Date.now();
  const home = store ?? homeOf(ledger!, engine);
  const documents = store?.documents ?? new Remembered();
  const communities = await Communities.open(home, {
    limits,
    clock,
    opening: {
      ...(tolerance !== undefined && { tolerance }),
      ...(snapshotEvery !== undefined && { snapshotEvery }),
      ...(onWarning !== undefined && { onWarning }),
    },
  });
  const app = appOf({ communities, documents, limits, clock, onFault: options.onFault ?? tell });
  return {
    fetch: (request, bindings) => app.fetch(request, bindings),
    close: () => communities.close(),
  };
}

/** Where nobody listens, a fault is told on standard error. */
function tell(error: unknown): void {
  console.error(error);
}

/** Documents of a server without a store: they last as long as it does. */
class Remembered implements Documents {
  readonly #kinds = new Map<string, Map<string, string>>();

  async put(kind: string, key: string, value: unknown): Promise<void> {
    this.#of(kind).set(key, JSON.stringify(value));
  }

  async get(kind: string, key: string): Promise<unknown> {
    const text = this.#of(kind).get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async list(kind: string): Promise<{ key: string; value: unknown }[]> {
    return [...this.#of(kind)]
      .map(([key, text]) => ({ key, value: JSON.parse(text) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(kind: string, key: string): Promise<boolean> {
    return this.#of(kind).delete(key);
  }

  #of(kind: string): Map<string, string> {
    let documents = this.#kinds.get(kind);
    if (documents === undefined) {
      documents = new Map();
      this.#kinds.set(kind, documents);
    }
    return documents;
  }
}
