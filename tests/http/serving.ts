/** A server over a store in memory, and how tests ask it. */
import { openStore } from '../../src/ledger.ts';
import type { Server, ServerOptions } from '../../src/server.ts';
import { createServer } from '../../src/server.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a body is, is what tests look at.
type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly body: Json;
}

export interface Asked {
  readonly headers?: Record<string, string>;
  /** Sent as it is where it is a text or bytes, else as JSON. */
  readonly body?: unknown;
}

export class Serving {
  private constructor(
    readonly server: Server,
    /** What was told as a fault of the server. */
    readonly faults: readonly unknown[],
  ) {}

  /** A server with a community, if one is named. */
  static async start(community?: string, options: Partial<ServerOptions> = {}): Promise<Serving> {
    const store = await openStore('memory:');
    const faults: unknown[] = [];
    const onFault = (fault: unknown) => faults.push(fault);
    const server = await createServer({
      ...(options.ledger === undefined && { store }),
      onFault,
      allowInProcess: true,
      ...options,
      // A machine that is busy with other tests has turns of a second.
      load: { delay: 60_000, ...options.load },
    });
    const serving = new Serving(server, faults);
    if (community !== undefined) await serving.ask('PUT', `/v1/communities/${community}`);
    return serving;
  }

  async ask(method: string, path: string, { headers = {}, body }: Asked = {}): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await this.server.fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: (raw ? body : JSON.stringify(body)) as string, duplex: 'half' }),
      } as RequestInit),
    );
    const stream = response.headers.get('Content-Type') === 'text/event-stream';
    const text = stream ? await beginning(response) : await response.text();
    const json =
      /json$/.test(response.headers.get('Content-Type') ?? '') && text !== '' && !text.includes('\n');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: json ? JSON.parse(text) : undefined,
    };
  }

  /** Adds events, and waits until the scores know them. */
  async add(community: string, events: readonly object[]): Promise<Answer> {
    const added = await this.ask('POST', `/v1/communities/${community}/events`, { body: events });
    if (added.status === 200)
      await this.ask(
        'GET',
        `/v1/communities/${community}/scores?top=0&at-least-sequence=${added.body.head.sequence}`,
      );
    return added;
  }
}

/** The first piece of an answer that has no end. */
async function beginning({ body }: Response): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

export const endorse = (source: string, target: string, rest: object = {}) => ({
  type: 'endorse',
  source,
  target,
  ...rest,
});

/** Where ada alone holds a credential and these four endorse, shares are solved by hand: ada's, and the others'. */
export const ADA = 0.15 / (1 - 0.85 * 0.85);
export const OTHER = (1 - ADA) / 2;
export const CIRCLE = [
  { type: 'grant', id: 'c1', target: 'ada', issuer: 'foundation' },
  endorse('ada', 'linus', { id: 'e1', at: '2026-01-03T12:00:00Z', kind: 'review' }),
  endorse('ada', 'grace', { id: 'e2' }),
  endorse('linus', 'ada', { id: 'e3' }),
  endorse('grace', 'ada', { id: 'e4' }),
];

/** An object that does some things otherwise. */
export function but<T extends object>(one: T, otherwise: Partial<T>): T {
  return new Proxy(one, {
    get(target, name) {
      if (Object.hasOwn(otherwise, name)) return otherwise[name as keyof T];
      const value = target[name as keyof T];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
