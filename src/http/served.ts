/** What routes and guards stand on: what a request carries, what a route needs, what all of them serve. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Milliseconds } from '../event.ts';
import type { Communities } from './communities.ts';
import type { Guards } from './guards/guards.ts';
import type { Idempotency } from './idempotency.ts';
import type { Key, Scope } from './keys.ts';
import type { Limits } from './limits.ts';
import type { News } from './news.ts';
import type { ProblemCode } from './problem.ts';

/** What a request carries along. */
export interface Env {
  Variables: {
    /** What the logs and problem documents call the request. */
    requestId: string;
    /** Headers of the answer that go before those of its route; null once they are in it. */
    said: Record<string, string> | null;
    /** The pattern of the path that is answered; none where no route is. */
    route?: string;
    /** The code of the problem that is answered; none where there is none. */
    code?: ProblemCode;
    /** The id in the path; null where there is none. */
    community: string | null;
    /** Null where no key is asked for. */
    key: Key | null;
  };
}

export type App = OpenAPIHono<Env>;

/** What a route needs. */
export interface Need {
  /** Null for what anybody may ask. */
  readonly scope: Scope | null;
  /** True where an answer may take long: of those few are worked on at a time. */
  readonly heavy: boolean;
  /** True where a body is read as it comes, and may be of any length. */
  readonly stream: boolean;
  /** True where there is a body. */
  readonly bodied: boolean;
}

/** What @hono/node-server hands over beside a request; nothing where another host does. */
export function incomingOf(c: { readonly env: unknown }): IncomingMessage | undefined {
  return (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
}

/** Where it writes the answer to; nothing where another host does. */
export function outgoingOf(c: { readonly env: unknown }): ServerResponse | undefined {
  return (c.env as { outgoing?: ServerResponse } | undefined)?.outgoing;
}

/** What the routes work on. */
export interface Served {
  readonly communities: Communities;
  readonly idempotency: Idempotency;
  readonly limits: Limits;
  readonly clock: () => Milliseconds;
  /** Is told of what nobody foresaw, and of what the caller is not told about. */
  readonly onFault: (error: unknown, request: string) => void;
  /** Keys, what may be taken on, log and counts. */
  readonly guards: Guards;
  /** What is told of publications. */
  readonly news: News;
}

/** A group of routes adds itself. */
export type Group = (app: App, served: Served) => void;
