/** What can be asked, as OpenAPI 3.1 says it: written from the schemas and routes that the application is made of. */
import { HEADERS } from './documented.ts';
import type { App } from './served.ts';

/** Adds `/openapi.json`, which is written when it is first asked for. */
export function describe(app: App): void {
  let text: string | undefined;
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' });
  for (const [name, description] of Object.entries(HEADERS)) {
    app.openAPIRegistry.registerComponent('headers', name, { description, schema: { type: 'string' } });
  }
  app.get('/openapi.json', (c) => {
    text ??= JSON.stringify(documentOf(app));
    return c.body(text, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });
  });
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
    if (route.method === 'ALL' || !matches(route.path, path)) continue;
    methods.add(route.method);
    if (route.method === 'GET') methods.add('HEAD');
  }
  return [...methods].sort();
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((one, at) => (one.startsWith(':') ? given[at] !== '' : one === given[at]))
  );
}
