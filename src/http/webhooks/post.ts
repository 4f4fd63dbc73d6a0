/**
 * Sends one webhook. The request goes to a public address or nowhere: names are resolved here, all addresses of one
 * have to be public, the connection is made to what was looked at and not to what a second look-up says, and where
 * it arrived is looked at once more. Redirects are answers like any other. What answers is read up to a size and
 * within a time, and only its status is told.
 */
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { PeerageError, quote } from '../../error.ts';
import type { Milliseconds } from '../../event.ts';
import { isPublicAddress } from './addresses.ts';
import { ofMachine, ofServers, type Resolve } from './names.ts';

export interface PostOptions {
  /** Also http, and addresses that are not public. */
  readonly allowPrivate?: boolean;
  /** All addresses of a name. */
  readonly resolve?: Resolve;
  /** Gives up at once. */
  readonly signal?: AbortSignal;
  /** From the first packet to the last. */
  readonly timeout?: Milliseconds;
  /** Bytes of an answer that are read. */
  readonly most?: number;
}

/** A URL that webhooks may have. @throws PeerageError `bad-option`. */
export function checkUrl(value: unknown, allowPrivate: boolean): URL {
  const refuse = (why: string) =>
    new PeerageError('bad-option', `${quote(value)} ${why}`, { field: 'url', value });
  if (typeof value !== 'string' || value.length > 2048 || !URL.canParse(value)) {
    throw refuse('is not a URL of up to 2,048 characters');
  }
  const url = new URL(value);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    throw refuse('is not an https URL');
  }
  if (url.username !== '' || url.password !== '') throw refuse('has a user or a password in it');
  const host = bare(url);
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw refuse('is not at a public address');
  return url;
}

const inPublic = ofServers();

/** The status of the answer. @throws Error where there was none, PeerageError `bad-option` where nothing may be sent. */
export function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  { allowPrivate = false, resolve, signal, timeout = 10_000, most = 65_536 }: PostOptions = {},
): Promise<number> {
  return new Promise((done, fail) => {
    checkUrl(url.href, allowPrivate);
    const guarded: LookupFunction = (name, options, found) => {
      const look = resolve ?? (allowPrivate ? ofMachine : inPublic);
      look(name).then(
        (addresses) => {
          const bad = addresses.find(({ address }) => !allowPrivate && !isPublicAddress(address));
          const first = addresses[0];
          if (bad !== undefined || first === undefined) found(notPublic(name), '', 0);
          else if (options.all) found(null, [...addresses]);
          else found(null, first.address, first.family);
        },
        (error) => found(error, '', 0),
      );
    };
    const send = url.protocol === 'https:' ? secureRequest : plainRequest;
    const over = AbortSignal.timeout(timeout);
    const failed = (error: Error) => fail(over.aborted ? late(timeout) : error);
    const length = String(Buffer.byteLength(body));
    const sent = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': length },
      // A connection of its own: one that is kept might lead to where a name led before.
      agent: false,
      lookup: guarded,
      signal: over,
    });
    sent.on('socket', (socket) => {
      socket.on('connect', () => {
        const there = socket.remoteAddress ?? '';
        if (!allowPrivate && !isPublicAddress(there)) sent.destroy(notPublic(url.hostname));
      });
    });
    sent.on('response', (answer) => {
      const status = answer.statusCode ?? 0;
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= most) return;
        done(status);
        sent.destroy();
      });
      answer.on('end', () => done(status));
      answer.on('error', failed);
    });
    // Whoever takes the connection for something else has not answered.
    sent.on('upgrade', (answer, socket) => {
      socket.destroy();
      done(answer.statusCode ?? 0);
    });
    sent.on('error', failed);
    signal?.addEventListener('abort', () => sent.destroy(new Error('was given up')));
    // However it ends, it ends; after any of the above this says nothing.
    sent.on('close', () => fail(new Error('ended without an answer')));
    sent.end(body);
  });
}

function late(timeout: Milliseconds): Error {
  return new Error(`no whole answer within ${timeout / 1000} seconds`);
}

function notPublic(name: string): PeerageError {
  return new PeerageError('bad-option', `${quote(name)} is not at a public address`, { field: 'url' });
}

/** The host without the brackets of IPv6. */
function bare({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
