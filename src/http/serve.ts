/** Puts a server together: communities of a store or of one ledger, and the application over them. */
import type { Documents } from '../ledger/contract.ts';
import type { Server, ServerOptions } from '../server.ts';
import { appOf } from './app.ts';
import { Communities, homeOf } from './communities.ts';
import { openGuards } from './guards/guards.ts';
import { limitsOf } from './limits.ts';
import { faultOf, type Log } from './log.ts';
import { News } from './news.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** @throws PeerageError `bad-option`; what opening the store throws. */
export async function serve(options: ServerOptions): Promise<Server> {
  const { store, tolerance, ledger, log, chance, allowPrivateWebhooks = false } = options;
  const limits = limitsOf(options.limits);
  const clock = options.clock ?? (() => Date.now());
  const home = store ?? homeOf(ledger!);
  const documents = store?.documents ?? new Remembered();
  const guards = await openGuards(documents, { clock, load: options.load, log });
  const communities = await Communities.open(home, {
    limits,
    clock,
    ...(tolerance !== undefined && { tolerance }),
  });
  const { metrics } = guards;
  const webhooks = await Webhooks.open(documents, {
    ...{ clock, metrics, allowPrivate: allowPrivateWebhooks },
    ...(chance !== undefined && { chance }),
  });
  const news = new News(communities, webhooks, guards.log);
  metrics.communities(() => communities.figures());
  const onFault = options.onFault ?? (log === undefined ? tell : logged(log));
  const app = appOf({ communities, documents, limits, clock, onFault, guards, news });
  const underWay = new Set<Promise<Response>>();
  return {
    keys: guards.keys,
    fetch(request, bindings) {
      const answer = Promise.resolve(app.fetch(request, bindings));
      underWay.add(answer);
      const over = () => void underWay.delete(answer);
      answer.then(over, over);
      return answer;
    },
    async close() {
      guards.close();
      await news.close();
      await Promise.allSettled(underWay);
      await communities.close();
    },
  };
}

/** Where nobody listens, a fault is told on standard error. */
function tell(error: unknown): void {
  console.error(error);
}

function logged(log: Log) {
  return (error: unknown, request: string) => log.error({ request, ...faultOf(error) }, 'fault');
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
