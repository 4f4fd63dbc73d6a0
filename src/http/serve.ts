/** Puts a server together: communities of a store or of one ledger, and the application over them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpenOptions, TrustEngine } from '../engine.ts';
import { type PeerageError, quote } from '../error.ts';
import type { Milliseconds } from '../event.ts';
import type { Ledger, Store } from '../ledger/contract.ts';
import { MemoryShelf } from '../ledger/memory.ts';
import { ShelfStore } from '../ledger/store.ts';
import { SettlingThreads } from '../settler/threads.ts';
import { appOf } from './app.ts';
import { Communities, homeOf } from './communities.ts';
import { fastPathOf } from './fast-path.ts';
import { openGuards } from './guards/guards.ts';
import type { Load } from './guards/load.ts';
import { Idempotency } from './idempotency.ts';
import type { Keys } from './keys.ts';
import type { Limits } from './limits.ts';
import { limitsOf } from './limits.ts';
import { faultOf, type Log, ledgerFault } from './log.ts';
import { News } from './news.ts';
import { Recovery, watched } from './recovery.ts';
import { type Refused, refuserOf } from './refuse.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** An event may be dated so far ahead of the clock, which may be slow, unless the host says until when. */
const AHEAD: Milliseconds = 86_400_000;

/**
 * Besides those of `TrustEngine.open`, which each community is opened with. What `onWarning` would be told is logged, or
 * else printed, where it is not given; `notAfter` is a day from the clock's time, since one event from the year 9999
 * would have all others count as old for ever.
 */
export interface ServerOptions extends OpenOptions {
  /** Where the ledgers of all communities are. Either this or `ledger`. */
  store?: Store;
  /** The ledger of the one community that is served. */
  ledger?: Ledger;
  /** The engine that the host has opened on `ledger`, and goes on using; it is not closed with the server. */
  engine?: TrustEngine;
  /** How much one request may ask for. */
  limits?: Partial<Limits>;
  /** How much is taken on at a time: of one key, of one community, in all. */
  load?: Partial<Load>;
  /** Where a line goes for each request, such as a logger of pino; nowhere unless given. */
  log?: Log;
  /** Is told of all that a caller is not: what is `internal`, and what the ledger says; logged, or else printed, unless given. */
  onFault?: (error: unknown, request: string) => void;
  /**
   * Whether, while no key has been made, requests are answered that come without the bindings which say from where: for
   * a host that calls `fetch` itself, as tests do. Never for one that passes requests of a network on, since all that is
   * then looked at is a header that anybody can send.
   */
  allowInProcess?: boolean;
  /** Whether webhooks may go to http and to addresses that are not public. */
  allowPrivateWebhooks?: boolean;
  /** Epoch milliseconds, for dates; the clock of the system unless given. It may jump. */
  clock?: () => number;
  /** Milliseconds that never go back, for rates and waiting; `clock` where it is given, else those of the machine. */
  ticks?: () => number;
  /** From 0 to below 1, for when webhooks are tried again; Math.random unless given. */
  chance?: () => number;
}

export interface Server {
  /** Who may ask. While no key has been made, only requests from this machine to a loopback name are answered. */
  readonly keys: Keys;
  /**
   * Answers a request; never rejects. `bindings` are what @hono/node-server hands over beside it, and say where it comes
   * from: without them, and without a key, it is refused unless `allowInProcess`.
   */
  fetch(request: Request, bindings?: object): Response | Promise<Response>;
  /**
   * On Node, before `fetch`: answers what is asked most, a score by its id and a short batch of events, and returns
   * true; or does nothing and returns false. It answers as `fetch` would; a host may go without it.
   */
  answerAtOnce(incoming: IncomingMessage, outgoing: ServerResponse): boolean;
  /**
   * On Node, for `clientError` and the `errorHandler` of @hono/node-server: the answer to what is no request that could
   * be handed to `fetch`, logged and counted. The connection is to be closed after it.
   */
  refuse(error: unknown): Refused;
  /**
   * Refuses what is new, ends streams, waits for what is under way, publishes, snapshots, and closes the ledgers. A
   * store stays open: it is the host's.
   */
  close(): Promise<void>;
}

/** @throws PeerageError `bad-option`; what opening the store throws. */
export async function serve(options: ServerOptions): Promise<Server> {
  const { store, tolerance, ledger, engine, snapshotEvery } = options;
  const { log, chance, allowInProcess = false, allowPrivateWebhooks = false } = options;
  const limits = limitsOf(options.limits);
  const clock = options.clock ?? (() => Date.now());
  const ticks = options.ticks ?? options.clock ?? (() => performance.now());
  const recovery = new Recovery(async () => store?.recover());
  const kept = store && watched(store, recovery);
  const home = kept ?? homeOf(ledger!, engine);
  const documents = kept?.documents ?? new ShelfStore(new MemoryShelf()).documents;
  const onFault = heard(options.onFault ?? (log === undefined ? tell : logged(log)));
  const guards = await openGuards(documents, { clock, ticks, load: options.load, log, allowInProcess });
  const { metrics } = guards;
  const settler = new SettlingThreads();
  const communities = await Communities.open(home, {
    ...{ limits, ticks, settler, onFault, onAdded: metrics.events },
    opening: {
      ...(tolerance !== undefined && { tolerance }),
      ...(snapshotEvery !== undefined && { snapshotEvery }),
      notAfter: options.notAfter ?? (() => clock() + AHEAD),
    },
    onWarning: options.onWarning ?? warned(log),
  });
  metrics.communities(() => communities.figures());
  const webhooks = await Webhooks.open(documents, {
    ...{ clock, ticks, metrics, allowPrivate: allowPrivateWebhooks },
    ...(chance !== undefined && { chance }),
  });
  const news = new News(communities, webhooks, guards.log);
  const idempotency = new Idempotency(documents, clock);
  const served = { communities, idempotency, limits, clock, onFault, guards, news };
  const app = appOf(served);
  const underWay = new Set<Promise<unknown>>();
  const track = (answer: Promise<unknown>) => {
    underWay.add(answer);
    const over = () => void underWay.delete(answer);
    answer.then(over, over);
  };
  return {
    keys: guards.keys,
    answerAtOnce: fastPathOf(served, track),
    refuse: refuserOf(served),
    fetch(request, bindings) {
      const answer = app.fetch(request, bindings);
      if (answer instanceof Promise) track(answer);
      return answer;
    },
    async close() {
      guards.close();
      communities.giveUp();
      await news.close();
      await Promise.allSettled(underWay);
      await news.closeLast();
      await idempotency.close();
      await communities.close();
      recovery.close();
      await settler.end();
    },
  };
}

/** Where nobody listens, a fault is told on standard error: what the ledger says of itself in one line. */
function tell(error: unknown): void {
  const message = ledgerFault(error);
  console.error(message === undefined ? error : `peerage: ${message}`);
}

/** A fault in whoever is told of faults is no reason to answer nobody. */
function heard(onFault: NonNullable<ServerOptions['onFault']>): typeof onFault {
  return (error, request) => {
    try {
      onFault(error, request);
    } catch (other) {
      console.error(other);
    }
  };
}

/** What stops no engine, where nobody else is told: a snapshot that is passed over, or could not be saved. */
function warned(log: Log | undefined) {
  return ({ code, message }: PeerageError, community: string) => {
    if (log === undefined) console.warn(`peerage: community ${quote(community)}: ${message}`);
    else log.warn({ community, code }, message);
  };
}

function logged(log: Log) {
  return (error: unknown, request: string) => log.error({ request, ...faultOf(error) }, 'fault');
}
