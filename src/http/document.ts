/** What can be asked, as OpenAPI 3.1 says it: written from the schemas and routes that the application is made of. */
import { createHash } from 'node:crypto';
import { matches } from './answer.ts';
import { HEADERS } from './documented.ts';
import type { App } from './served.ts';

/** Adds `/openapi.json`, which is written when it is first asked for. */
export function describe(app: App): void {
  let written: { text: string; tag: string } | undefined;
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' });
  for (const [name, description] of Object.entries(HEADERS)) {
    app.openAPIRegistry.registerComponent('headers', name, { description, schema: { type: 'string' } });
  }
  app.get('/openapi.json', (c) => {
    written ??= taggedDocument(app);
    const { text, tag } = written;
    const headers = { 'Cache-Control': 'no-cache', ETag: tag };
    if (matches(c.req.header('If-None-Match') ?? '', tag)) return c.body(null, 304, headers);
    return c.body(text, 200, { ...headers, 'Content-Type': 'application/json' });
  });
}

function taggedDocument(app: App) {
  const text = JSON.stringify(documentOf(app));
  const hash = createHash('sha256').update(text).digest('base64url');
  return { text, tag: `"${hash.slice(0, 22)}"` };
}

function documentOf(app: App) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Peerage',
      version: '1',
      description:
        'Trust scores of communities, with a proven error bound on every answer. Errors are problem documents (RFC 9457) with stable codes.',
      license: { name: 'MIT' },
    },
    servers: [{ url: '/' }],
  });
}

/** The methods that are taken at a path, in capital letters. */
export function methodsAt(app: App, path: string): string[] {
  const methods = new Set<string>();
  for (const route of app.routes) {
    if (route.method === 'ALL' || !isPathOf(route.path, path)) continue;
    methods.add(route.method);
    if (route.method === 'GET') methods.add('HEAD');
  }
  return [...methods].sort();
}

function isPathOf(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((one, at) => (one.startsWith(':') ? given[at] !== '' : one === given[at]))
  );
}
