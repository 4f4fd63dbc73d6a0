/**
 * What no route sees: bytes that are no HTTP, a head that is too long or never ends, an address of which no URL can be
 * made. Node and @hono/node-server would answer it without a word; here it is told as a problem, counted and logged.
 */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { note } from './guards/told.ts';
import { closeSoon } from './linger.ts';
import { type ProblemCode, problemAnswer, Refusal } from './problem.ts';
import type { Served } from './served.ts';

/** An answer, after which the connection is closed. */
export interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What Node calls it, what it is called here, and what is said of it. */
const CALLED: Record<string, [ProblemCode, string]> = {
  HPE_HEADER_OVERFLOW: ['long-headers', 'the head of the request has more bytes than may be'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['too-large', 'the extensions of chunks have more bytes than may be'],
  ERR_HTTP_REQUEST_TIMEOUT: ['slow-request', 'the request did not come in time'],
};

/** Answers what is no request; what is neither is a fault of the server. */
export function refuserOf({ guards, onFault }: Served): (error: unknown) => Refused {
  return (error) => {
    const start = performance.now();
    const request = crypto.randomUUID();
    const { problem, fault, headers, body } = problemAnswer(refusalOf(error), request);
    if (fault !== undefined) onFault(fault, request);
    const { status, code } = problem;
    note(guards, { request, method: 'none', route: 'none', status, code, start, key: undefined });
    return { status, headers: { ...headers, 'X-Request-Id': request, Connection: 'close' }, body };
  };
}

function refusalOf(error: unknown): unknown {
  const { code = '', name, message, reason = message } = Object(error) as Record<string, string | undefined>;
  if (Object.hasOwn(CALLED, code)) return new Refusal(...CALLED[code]!);
  if (/^HPE_/.test(code)) return new Refusal('bad-request', `this is no HTTP: ${reason}`);
  // As @hono/node-server calls what it makes no Request of.
  if (name === 'RequestError')
    return new Refusal('bad-request', `the address or the Host header can not be read: ${reason}`);
  return error;
}

/** Answers on a connection on which Node has given up, and ends it. */
export function refuseOn(connection: Duplex, error: unknown, refuse: (error: unknown) => Refused): void {
  // Answered already; what still comes is read until it is over.
  if (connection.destroyed || connection.writableEnded) return;
  const { _httpMessage: answer } = connection as { _httpMessage?: ServerResponse | null };
  const isGone = (error as { syscall?: string }).syscall !== undefined;
  if (isGone || answer?.headersSent) {
    connection.destroy();
    return;
  }
  const { status, headers, body } = refuse(error);
  const head = { ...headers, 'Content-Length': Buffer.byteLength(body) };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  closeSoon(connection);
}
