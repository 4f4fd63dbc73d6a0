/** A service over a store in memory, and how to ask it; shared by the tests that go through the door. */
import { openStore } from '../../src/ledger.ts';
import { createServer, type Scope, type Server, type ServerOptions } from '../../src/server.ts';

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is what it checks.
  readonly body: any;
}

export interface Service {
  readonly server: Server;
  /** Asks as a program does, by a loopback name unless `host` is another. */
  ask(method: string, path: string, options?: AskOptions): Promise<Asked>;
  secretOf(scopes: readonly Scope[], community?: string): Promise<string>;
}

export interface AskOptions {
  readonly json?: unknown;
  readonly key?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly host?: string;
}

/** Two communities, `red` and `blue`, with one endorsement each. */
export async function service(options: Omit<ServerOptions, 'store' | 'ledger'> = {}): Promise<Service> {
  const store = await openStore('memory:');
  for (const community of ['red', 'blue']) {
    const ledger = await store.ledger(community);
    await ledger.append([
      { type: 'endorse', source: 'ada', target: community, weight: 1, kind: 'endorsement' },
    ]);
  }
  const server = await createServer({
    ...{ store, allowInProcess: true, onFault: (error) => console.error(error) },
    ...options,
    // A machine that is busy with other tests has turns of a second.
    load: { delay: 60_000, ...options.load },
  });
  return {
    server,
    async ask(method, path, { json, key, headers = {}, host = 'localhost' } = {}) {
      const request = new Request(`http://${host}${path}`, {
        method,
        headers: {
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      });
      const answer = await server.fetch(request);
      const text = await answer.text();
      const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '') && text !== '';
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
    },
    async secretOf(scopes, community) {
      return (await server.keys.create({ scopes, community: community ?? null })).secret;
    },
  };
}
