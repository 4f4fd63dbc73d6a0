/** Puts a server together: communities of a store or of one ledger, and the application over them. */
import type { Documents } from '../ledger/contract.ts';
import type { Server, ServerOptions } from '../server.ts';
import { appOf } from './app.ts';
import { Communities, homeOf } from './communities.ts';
import { limitsOf } from './limits.ts';

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
    fetch: async (request, bindings) => app.fetch(request, bindings),
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
