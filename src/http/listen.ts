/**
 * Listens for a server on Node: slow and half-open clients are given up, connections are bounded, and ending waits for
 * what is under way, but not for ever. Beyond loopback nothing is listened on without a key.
 */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PeerageError, quote } from '../error.ts';
import type { Milliseconds } from '../event.ts';
import { isLoopback } from './guards/hosts.ts';
import { isMissing } from './missing.ts';
import { Refusal } from './problem.ts';
import { refuseOn } from './refuse.ts';
import type { Server } from './serve.ts';

export interface ListenOptions {
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port?: number;
  /** How long ending waits for what is under way. */
  readonly grace?: Milliseconds;
  readonly connections?: number;
  /** How long the head of a request may take, and all of it. */
  readonly headersTimeout?: Milliseconds;
  readonly requestTimeout?: Milliseconds;
  /** How long a connection may carry nothing. */
  readonly idleTimeout?: Milliseconds;
}

const TUNNEL = new Refusal('bad-method', 'CONNECT is not taken here');

export interface Listening {
  readonly url: string;
  /** Stops accepting, closes the server, and ends every connection when the grace is over. */
  close(): Promise<void>;
}

/** @throws PeerageError `bad-option` beyond loopback without a key; `cannot-listen`, `missing-package`. */
export async function listen(server: Server, options: ListenOptions = {}): Promise<Listening> {
  const { host = '127.0.0.1', port = 4117, grace = 10_000, connections = 10_000 } = options;
  const { headersTimeout = 10_000, requestTimeout = 120_000, idleTimeout = 90_000 } = options;
  if (!isLoopback(host.includes(':') ? `[${host}]` : host) && !server.keys.usable) {
    const reason = `${quote(host)} is reached from other machines, and no key has been made; make one first by "peerage keys create LEDGER --scope admin"`;
    throw new PeerageError('bad-option', reason, { field: 'host', value: host });
  }
  const { getRequestListener } = await load();
  const http = createHttpServer({
    headersTimeout,
    requestTimeout,
    // How often both are looked at.
    connectionsCheckingInterval: Math.min(5_000, headersTimeout / 2),
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16_384,
    // Node would answer one without a word.
    requireHostHeader: false,
  });
  const errorHandler = (error: unknown) => {
    const { body, ...told } = server.refuse(error);
    return new Response(body, told);
  };
  const others = getRequestListener((request, bindings) => server.fetch(request, bindings), { errorHandler });
  http.on('request', (incoming, outgoing) => {
    if (!server.answerAtOnce(incoming, outgoing)) others(incoming, outgoing).catch(() => outgoing.destroy());
  });
  http.on('clientError', (error, connection) => refuseOn(connection, error, server.refuse));
  http.on('connect', (_, connection) => refuseOn(connection, TUNNEL, server.refuse));
  // An expectation that is not known may be passed over; Node would answer it without a word.
  http.on('checkExpectation', (incoming, outgoing) => http.emit('request', incoming, outgoing));
  http.maxConnections = connections;
  http.setTimeout(idleTimeout);
  await bound(http, host, port);
  const { port: taken } = http.address() as AddressInfo;
  let closing: Promise<void> | null = null;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close() {
      closing ??= close(http, server, grace);
      return closing;
    },
  };
}

async function close(http: HttpServer, server: Server, grace: Milliseconds): Promise<void> {
  const over = new Promise((resolve) => http.close(resolve));
  http.closeIdleConnections();
  const timer = setTimeout(() => http.closeAllConnections(), grace);
  try {
    await server.close();
    // A connection that is kept alive is idle once its last answer has gone.
    const idle = setInterval(() => http.closeIdleConnections(), 20);
    await over;
    clearInterval(idle);
  } finally {
    clearTimeout(timer);
  }
}

function bound(http: HttpServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const why: Record<string, string> = {
        EADDRINUSE: 'is in use by another program; expected a free port (--port)',
        EACCES: 'may not be listened on by this user; expected a port from 1024 (--port)',
        EADDRNOTAVAIL: 'is no address of this machine (--host)',
        ENOTFOUND: 'is no name of this machine (--host)',
      };
      const reason = why[error.code ?? ''] ?? `can not be listened on (${error.code})`;
      reject(new PeerageError('cannot-listen', `${host} port ${port} ${reason}`, { value: port }));
    });
    http.listen(port, host, () => {
      http.removeAllListeners('error');
      resolve();
    });
  });
}

async function load() {
  try {
    return await import('@hono/node-server');
  } catch (error) {
    if (!isMissing(error)) throw error;
    const reason = 'listening needs @hono/node-server; install it: npm install @hono/node-server';
    throw new PeerageError('missing-package', reason, { value: '@hono/node-server' });
  }
}
