/**
 * The page as a reader sees it, in a real browser: a contributor is looked up, unknown ones are told with those that
 * may have been meant, ids are shown as text, and nothing is asked of anybody but this server.
 */
import { type Server as Listening, createServer as listen } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launch } from '../../scripts/browser.ts';
import { CIRCLE, endorse, Serving } from './serving.ts';

const MARKUP = '<img src=x onerror="document.title=1">';

describe.skipIf(CHROMIUM === undefined)('the page (skipped: no Chromium; scripts/browsers-debian.sh)', () => {
  let serving: Serving;
  let listening: Listening;
  let browser: Browser;
  let page: Page;
  let home: string;
  /** What the page asked for, and what the browser complained of. */
  const asked: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    serving = await Serving.start('circle');
    await serving.add('circle', [
      ...CIRCLE,
      endorse('ada', MARKUP, { weight: 2 }),
      { type: 'object', source: 'grace', target: MARKUP },
    ]);
    listening = listen(getRequestListener((request, env) => serving.server.fetch(request, env)));
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    home = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
    browser = await launch({ webgl: false });
    page = await browser.newPage();
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // A problem document is an answer; browsers complain of its status.
      if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text());
    });
    await page.goto(home);
  });
  afterAll(async () => {
    await browser?.close();
    listening?.close();
    await serving?.server.close();
  });

  const lookUp = async (contributor: string) => {
    await page.getByLabel('Community').fill('circle');
    await page.getByLabel('Contributor').fill(contributor);
    await page.getByRole('button', { name: 'Look up', exact: true }).click();
  };
  const heading = (name: string) => page.getByRole('heading', { level: 2, name, exact: true });

  it('shows the score with its explanation, and puts the focus there', async () => {
    await lookUp('linus');
    await heading('linus').waitFor();
    const { body } = await serving.ask('GET', '/v1/communities/circle/scores/linus/explanation');
    const shown = await page.locator('#result').textContent();
    for (const words of body.words) expect(shown).toContain(words);
    expect(shown).toContain(`${(100 * body.trust).toFixed(2)}%`);
    expect(shown).toContain('review, 2026-01-03');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('linus');
    expect(page.url()).toBe(`${home}#circle/linus`);
  });

  it('offers those who may have been meant', async () => {
    await lookUp('lins');
    await page.getByRole('alert').getByRole('button', { name: 'Look up linus' }).click();
    await heading('linus').waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  it('shows an id as text, whatever it says, and what was said against it', async () => {
    await lookUp(MARKUP);
    await heading(MARKUP).waitFor();
    expect(await page.locator('#result img').count()).toBe(0);
    expect(await page.title()).toBe('Peerage: who is trusted, and why');
    expect(await page.getByRole('heading', { name: 'Objections' }).count()).toBe(1);
  });

  it('opens where its address says', async () => {
    await page.goto(`${home}#circle/grace`);
    await heading('grace').waitFor();
  });

  it('can be used by keyboard alone', async () => {
    await page.goto(home);
    await page.keyboard.press('Tab');
    await page.keyboard.type('circle');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ada');
    await page.keyboard.press('Enter');
    await heading('ada').waitFor();
  });

  it('has run nothing but its own script, and asked nobody else', async () => {
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(home))).toEqual([]);
    const policy = (await serving.ask('GET', '/')).headers.get('Content-Security-Policy')!;
    expect(policy).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
    expect(policy).not.toContain('unsafe');
    const tried = page.evaluate(`new Promise((resolve) => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "run"';
      document.body.append(script);
      resolve(document.title);
    })`);
    expect(await tried).not.toBe('run');
  });
});
