/**
 * The page at `/`, for people: look a contributor up, with the explanation. One document that fetches nothing but
 * answers of this server; its policy names its one script and its one style by hash, so nothing else runs.
 */
import { createHash } from 'node:crypto';
import type { Group } from '../served.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Peerage: who is trusted, and why</title>
<style>${STYLE}</style>
<main>
<h1>Who is trusted, and why</h1>
<p class="quiet">Look a contributor up. A key is only needed where this server asks for one; it is kept nowhere.</p>
<form id="ask">
<label>Community<input name="community" required autocomplete="off" spellcheck="false" autocapitalize="none"></label>
<label>Contributor<input name="contributor" required autocomplete="off" spellcheck="false" autocapitalize="none"></label>
<label>Key, if asked for<input name="key" type="password" autocomplete="off"></label>
<button>Look up</button>
</form>
<div id="said" role="alert" hidden></div>
<section id="result" aria-live="polite" hidden></section>
<noscript><p>The page needs JavaScript. The same can be asked by programs: see <a href="openapi.json">openapi.json</a>.</p></noscript>
</main>
<script>${SCRIPT}</script>
</html>
`;

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': [
    "default-src 'none'",
    `script-src ${hash(SCRIPT)}`,
    `style-src ${hash(STYLE)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

export const pageRoutes: Group = (app) => {
  app.get('/', (c) => c.body(PAGE, 200, { ...HEADERS }));
};
