/**
 * The fast path of what is asked most, and of what must cost next to nothing: one score by its id, and a short batch of
 * events or one for which there is no room. They are answered from what Node has read, with no Request, Response or
 * router between, which would take several times as long as all the rest. What is answered here is what the application
 * would answer, in the same words; whatever is unusual in any way is left to it, before anything is counted.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { headersOf } from './answer.ts';
import { fastEventsOf, type Sending } from './fast-events.ts';
import { admitted, headOf } from './fast-head.ts';
import { note } from './guards/told.ts';
import { allows } from './keys.ts';
import { problemAnswer } from './problem.ts';
import { SCORE, scoreText } from './routes/scores.ts';
import type { Served } from './served.ts';

/** Answers a request and returns true, or does nothing and returns false. */
export type FastPath = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

/** Paths in which nothing could mean anything else: no escape, no query, no dot at the front. */
const COMMUNITY = '^/v1/communities/([A-Za-z0-9][A-Za-z0-9._-]{0,63})';
const SCORE_PATH = new RegExp(`${COMMUNITY}/scores/([A-Za-z0-9_~@:+-][A-Za-z0-9_~@:+.-]*)$`);
const EVENTS_PATH = new RegExp(`${COMMUNITY}/events$`);

/** `track` is told of each answer that is not given at once. */
export function fastPathOf(served: Served, track: Sending['track']): FastPath {
  const { communities, guards, onFault } = served;
  const { keys, load } = guards;
  const end = endingTogether();
  /** Answers what an exception broke off, unless it has an answer: nobody else would. */
  const fail = (outgoing: ServerResponse, error: unknown) => {
    const request = crypto.randomUUID();
    const { problem, fault, headers, body } = problemAnswer(error, request);
    if (fault !== undefined) onFault(fault, request);
    if (outgoing.headersSent) return;
    outgoing.writeHead(problem.status, { ...headers, 'X-Request-Id': request });
    outgoing.end(body);
  };
  const addEvents = fastEventsOf(served, { end, fail, track });

  const readScore = (incoming: IncomingMessage, outgoing: ServerResponse, path: RegExpExecArray) => {
    const start = performance.now();
    const [, name, id] = path as unknown as [string, string, string];
    const head = headOf(incoming.rawHeaders);
    if (head === null || head['content-length'] !== undefined) return false;
    const key = keys.authenticate(head.authorization, incoming.socket);
    if (key === undefined || !allows(key, 'read', name)) return false;
    const community = communities.opened(name);
    if (community === undefined) return false;
    const { scores } = community.publication;
    const text = scoreText(scores, id);
    if (text === undefined) return false;
    const said = admitted(guards, key, head);
    if (said === null) return false;
    const headers = headersOf(community, scores);
    outgoing.writeHead(200, {
      'Content-Type': headers['Content-Type'],
      'Cache-Control': headers['Cache-Control'],
      'Peerage-Sequence': headers['Peerage-Sequence'],
      'Peerage-Bound': headers['Peerage-Bound'],
      ETag: headers.ETag,
      'X-Request-Id': said['X-Request-Id'],
      RateLimit: said.RateLimit,
      'Content-Length': Buffer.byteLength(text),
    });
    end(outgoing, text);
    note(guards, { request: said['X-Request-Id'], method: 'GET', route: SCORE, status: 200, start, key });
    return true;
  };

  const answerAtOnce: FastPath = (incoming, outgoing) => {
    const { url = '', method, rawHeaders } = incoming;
    if (guards.closing || !keys.required) return false;
    if (url.length > load.path || rawHeaders.length > 2 * load.headers) return false;
    const path = (method === 'GET' ? SCORE_PATH : EVENTS_PATH).exec(url);
    if (path === null) return false;
    if (method === 'GET') return readScore(incoming, outgoing, path);
    return method === 'POST' && addEvents(incoming, outgoing, path[1]!);
  };
  return (incoming, outgoing) => {
    try {
      return answerAtOnce(incoming, outgoing);
    } catch (error) {
      fail(outgoing, error);
      return true;
    }
  };
}

/**
 * Sends answers together, once all requests are read that came in one turn of the event loop. Whoever waits for them
 * is woken once and not for each, which on a loaded machine was a third of the time of an answer. They are ended when
 * they have been sent: head and body go out as one text, where `end` with a body would make two pieces of them.
 */
function endingTogether(): (outgoing: ServerResponse, body: string) => void {
  let ready: [ServerResponse, string][] = [];
  const sendAll = () => {
    const all = ready;
    ready = [];
    for (const [outgoing, body] of all) outgoing.write(body);
    process.nextTick(() => {
      for (const [outgoing] of all) outgoing.end();
    });
  };
  return (outgoing, body) => {
    if (ready.push([outgoing, body]) === 1) setImmediate(sendAll);
  };
}
