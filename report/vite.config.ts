/**
 * Builds the page of `peerage report` into one file, dist/report.html, into which the program puts its data.
 * The page may run this one script and this one style sheet and nothing else, and fetch nothing: its policy
 * names them by their hashes, which are only known here.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'warn',
  plugins: [viteSingleFile({ removeViteModuleLoader: true }), sealed()],
  build: {
    outDir: fileURLToPath(new URL('../dist', import.meta.url)),
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: { input: fileURLToPath(new URL('index.html', import.meta.url)) },
  },
});

/** Names the file, and seals it with a policy. */
function sealed(): Plugin {
  return {
    name: 'sealed',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset' || Object.keys(bundle).length !== 1) {
          throw new Error(`expected one page, built ${Object.keys(bundle).join(', ')}`);
        }
        page.fileName = 'report.html';
        const html = String(page.source);
        page.source = html.replace(
          '<meta name="viewport"',
          () => `${policy(html)}\n    <meta name="viewport"`,
        );
      },
    },
  };
}

function policy(html: string): string {
  const script = hashes(html, /<script type="module"[^>]*>([\s\S]*?)<\/script>/g);
  const style = hashes(html, /<style[^>]*>([\s\S]*?)<\/style>/g);
  const rules = [
    "default-src 'none'",
    `script-src ${script}`,
    `style-src ${style}`,
    'img-src data:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join('; ')}">`;
}

function hashes(html: string, element: RegExp): string {
  const found = Array.from(html.matchAll(element), ([, content]) => {
    return `'sha256-${createHash('sha256').update(content!).digest('base64')}'`;
  });
  if (found.length !== 1) throw new Error(`expected one ${element}, found ${found.length}`);
  return found[0]!;
}
