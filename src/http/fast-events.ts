/**
 * The fast path of events: a short batch of JSON, which is read, taken and acknowledged as the application would; and
 * any batch for which there is no room, which must cost next to nothing.
 */
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventInput } from '../event.ts';
import { brokenOff, textIn, unbroken } from './body.ts';
import type { Community } from './community.ts';
import { admitted, headOf, type Said } from './fast-head.ts';
import { bytesOf, isBehind, shed } from './guards/room.ts';
import { note } from './guards/told.ts';
import { allows, type Key } from './keys.ts';
import { type ProblemCode, problemAnswer } from './problem.ts';
import { acknowledged, checkScope, EVENTS, eventsIn } from './routes/events.ts';
import type { Served } from './served.ts';

/** Bytes of a body that is short. */
const SHORT = 64 * 1024;

/** How answers are sent, and who has to wait for those that are not yet. */
export interface Sending {
  readonly end: (outgoing: ServerResponse, body: string) => void;
  readonly fail: (outgoing: ServerResponse, error: unknown) => void;
  readonly track: (answer: Promise<void>) => void;
}

/** A batch whose key was let through. */
interface Batch {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly key: Key;
  readonly said: Said;
  /** Of the body. */
  readonly bytes: number;
  /** As performance.now() has it. */
  readonly start: number;
}

/** What is answered. */
interface Answer {
  readonly status: number;
  readonly code?: ProblemCode;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Answers a batch of events and returns true, or does nothing and returns false. */
export function fastEventsOf(served: Served, { end, fail, track }: Sending) {
  const { communities, guards, limits, onFault } = served;
  const { keys, waiting } = guards;

  /** What becomes of a batch in its turn. @throws Refusal, PeerageError. */
  const taken = async ({ incoming, key, bytes }: Batch, community: Community): Promise<Answer> => {
    const leave = await waiting.enter(community.id, bytes);
    if (leave === undefined) throw shed(guards, 'writes');
    try {
      const events = eventsIn(textIn(await unbroken(bodyOf(incoming), limits.wait)), limits);
      checkScope(events, key);
      const appended = await community.append(events as EventInput[]);
      const { erased, ...told } = acknowledged(served, community, events, appended);
      await erased;
      return { status: 200, ...told };
    } finally {
      leave();
    }
  };

  const refused = (error: unknown, request: string): Answer => {
    const { problem, fault, ...told } = problemAnswer(error, request);
    if (fault !== undefined) onFault(fault, request);
    return { status: problem.status, code: problem.code, ...told };
  };

  const answer = ({ outgoing, said, key, start }: Batch, { status, code, headers, body }: Answer): void => {
    const last = guards.closing && { Connection: 'close' };
    outgoing.writeHead(status, { ...headers, ...said, ...last, 'Content-Length': Buffer.byteLength(body) });
    end(outgoing, body);
    const request = said['X-Request-Id'];
    note(guards, { request, method: 'POST', route: EVENTS, status, code, start, key });
  };

  return (incoming: IncomingMessage, outgoing: ServerResponse, name: string): boolean => {
    const start = performance.now();
    const head = headOf(incoming.rawHeaders);
    if (head === null) return false;
    const bytes = bytesOf(head['content-length']);
    const reason = isBehind(guards) ? 'delay' : waiting.isFull(name, bytes) ? 'writes' : null;
    // A body that does not say how long it is counts as a long one.
    const ordinary = head['content-type'] === 'application/json' && bytes <= Math.min(SHORT, limits.body);
    const community = ordinary ? communities.opened(name) : undefined;
    if (reason === null && community === undefined) return false;
    const key = keys.authenticate(head.authorization, incoming.socket);
    if (key === undefined || !allows(key, 'write', name)) return false;
    const said = admitted(guards, key, head);
    if (said === null) return false;
    const batch: Batch = { incoming, outgoing, key, said, bytes, start };
    const request = said['X-Request-Id'];
    if (reason !== null) answer(batch, refused(shed(guards, reason), request));
    else {
      const told = taken(batch, community!).catch((error: unknown) => refused(error, request));
      track(told.then((one) => answer(batch, one)).catch((error: unknown) => fail(outgoing, error)));
    }
    return true;
  };
}

/** All bytes of a body that has said how many they are. @throws Refusal `bad-request` where it breaks off. */
function bodyOf(incoming: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (incoming.destroyed) return reject(brokenOff());
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    // Also where the rest never comes; the error that goes before it says no more.
    incoming.on('error', () => {});
    incoming.on('close', () => {
      if (!incoming.readableEnded) reject(brokenOff());
    });
  });
}
