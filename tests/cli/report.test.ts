/**
 * The report as its reader has it: the built program writes one file, and a real Chromium opens it from disk.
 * It must fetch nothing, complain of nothing, be found one's way in by pointer and by keyboard, and stand ids
 * that are made to be run. Where no Chromium is installed those tests are skipped and say so.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launch } from '../../scripts/browser.ts';
import { ROOT } from '../../scripts/pack.ts';
import { layout } from '../../src/cli/layout.ts';
import type { ReportData } from '../../src/cli/report-data.ts';
import { embedded, filled } from '../../src/cli/report-page.ts';
import { builtProgram } from '../built.ts';
import { folderOf, removeFolders, run, runWith } from './program.ts';

const KEYRING = join(ROOT, 'datasets/debian-keyring');
// Maintainers and those who do not upload count as without a credential: else nobody would be delivered to.
const COMMUNITY = [
  'report',
  join(KEYRING, 'certifications.csv'),
  '--credentials',
  join(KEYRING, 'credentials.csv'),
  '--holders-from',
  '0.0006',
];
const folder = mkdtempSync(join(tmpdir(), 'peerage-report-'));
const report = join(folder, 'report.html');

let program: string;
beforeAll(async () => {
  program = await builtProgram();
  const { exit, stderr } = await run(program, [...COMMUNITY, '--out', report], { folder });
  expect(stderr).toBe('');
  expect(exit).toBe(0);
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  removeFolders();
});

/** What the page was given. */
function dataOf(file: string): ReportData {
  const page = readFileSync(file, 'utf8');
  const begin = '<script type="application/json" id="report-data">';
  const from = page.indexOf(begin) + begin.length;
  return JSON.parse(page.slice(from, page.indexOf('</script>', from)));
}

describe('the file', () => {
  it('is under a megabyte for the shipped community', () => {
    console.log(`report of the shipped community: ${statSync(report).size} bytes`);
    expect(statSync(report).size).toBeLessThan(1e6);
  });

  it('is the same bytes for the same record', async () => {
    const again = join(folder, 'again.html');
    await run(program, [...COMMUNITY, '--out', again], { folder });
    expect(readFileSync(again).equals(readFileSync(report))).toBe(true);
  });

  it('names nothing to fetch, and forbids it', () => {
    const page = readFileSync(report, 'utf8');
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toMatch(/unsafe/);
    expect(page.match(/<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)/g)).toBeNull();
  });

  it('holds the scores, and parts that add up to the mass', () => {
    const { order, top, explanations, graph } = dataOf(report);
    expect(order).toBe(1172);
    expect(top.rows).toHaveLength(1172);
    expect(explanations).toHaveLength(300);
    expect(graph?.nodes).toHaveLength(300);
    for (const { parts, others } of explanations) {
      const sum = parts.reduce((all, { share }) => all + share, others.share);
      // Each of at most ten shares is written in five figures.
      expect(Math.abs(sum - 1)).toBeLessThan(1e-4);
    }
  });

  it('holds the community as it stood at twelve dates, the last of which is today', () => {
    const { history, held } = dataOf(report);
    expect(history).toHaveLength(12);
    expect(history!.at(-1)!.gini).toBeCloseTo(held.gini, 7);
    const counts = history!.map(({ endorsements }) => endorsements);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  it('holds the waist with its walks and errors', () => {
    const { waist, survival } = dataOf(report);
    expect(waist?.walks).toBe(20_000);
    expect(waist?.error).toBeGreaterThan(0);
    expect(waist?.all.w50).toBeGreaterThan(0);
    const shares = waist!.all.curve.map(([, share]) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(survival?.map(([k]) => k)).toEqual([1, 10, 100]);
  });
});

describe('the command', () => {
  const record = { 'record.csv': 'source,target\nada,linus\nlinus,grace\n' };

  it('wants the name of the page', async () => {
    const { exit, stderr } = await runWith(program, ['report', 'record.csv'], record);
    expect([exit, stderr]).toEqual([
      2,
      'peerage: --out: is missing; expected the name of the page to write\n',
    ]);
  });

  it.each([
    ['--top', 'ten', '--top: "ten" is not a count; expected a whole number from 0'],
    ['--walks', '5', '--walks: 5 is refused; expected a whole number from 100'],
    ['--holders-from', '2', '--holders-from: 2 is refused; expected a share from 0 to 1, such as 0.001'],
  ])('refuses %s %s', async (flag, value, words) => {
    const { exit, stderr } = await runWith(
      program,
      ['report', 'record.csv', '--out', 'r.html', flag, value],
      record,
    );
    expect([exit, stderr]).toEqual([2, `peerage: ${words}\n`]);
  });

  it('leaves no file where a line is bad', async () => {
    const place = folderOf({ 'bad.csv': 'source,target\nada,\n' });
    const { exit, stderr } = await run(program, ['report', 'bad.csv', '--out', 'r.html'], { folder: place });
    expect([exit, stderr]).toEqual([
      1,
      'peerage: bad.csv:2: target: is empty; expected a text of 1 to 4096 bytes\n',
    ]);
    expect(readdirSync(place)).toEqual(['bad.csv']);
  });

  it('reads standard input once for all that it needs, and keeps folders to itself', async () => {
    const dated = 'source,target,at\nada,linus,2020-01-01\nlinus,grace,2021-01-01\n';
    const out = join(folder, 'stdin.html');
    const { exit, stderr } = await run(program, ['report', '-', '--out', out], { folder, stdin: dated });
    expect([exit, stderr]).toEqual([0, '']);
    expect(dataOf(out).history).toHaveLength(12);
    expect(dataOf(out).files).toEqual(['standard input']);
    expect(dataOf(report).files).toEqual(['certifications.csv']);
  });

  it('says why there is nothing over time', async () => {
    const out = join(folder, 'undated.html');
    await run(program, ['report', '-', '--out', out, '--top', '2'], { folder, stdin: record['record.csv'] });
    const { omitted, history, top, order } = dataOf(out);
    expect([omitted.history, history, top.rows.length, order]).toEqual([
      'the record has no dates',
      undefined,
      2,
      3,
    ]);
  });
});

describe('data in a page', () => {
  it('are JSON of the same value, in which nothing is markup', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json().map((text) => JSON.parse(text)),
          fc.string({ unit: 'binary' }),
        ),
        (value) => {
          const text = embedded(value);
          expect(text).not.toMatch(/[<>&\u2028\u2029]/);
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        },
      ),
    );
  });

  it('end no script, whatever they hold', () => {
    const page = filled('a PEERAGE_REPORT_DATA b', { title: "$& $' </script><!--" } as ReportData).join('');
    expect(page).toBe(`a {"title":"$\u0026 $' \\u003c/script\\u003e\\u003c!--"} b`.replace('$&', '$\\u0026'));
  });
});

describe('places', () => {
  it('are the same each time, finite and within the square', () => {
    const tie = fc.record({ source: fc.nat(19), target: fc.nat(19) });
    fc.assert(
      fc.property(fc.array(tie, { maxLength: 60 }), (ties) => {
        const places = layout(20, ties);
        expect(places).toEqual(layout(20, ties));
        for (const { x, y } of places) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 20 },
    );
  });

  it('exist for nobody and for one', () => {
    expect(layout(0, [])).toEqual([]);
    expect(layout(1, [])).toEqual([{ x: 0, y: 0 }]);
  });
});

if (CHROMIUM === undefined)
  console.log('no Chromium is installed (scripts/browsers-debian.sh): the page is not opened');

describe.skipIf(CHROMIUM === undefined)('the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterAll(() => browser?.close());

  interface Opened {
    page: Page;
    /** All that it logged, threw, asked for or popped up. */
    told: string[];
  }

  async function open(
    file: string,
    { from = browser, ...options }: BrowserContextOptions & { from?: Browser } = {},
  ): Promise<Opened> {
    const context = await from.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const told: string[] = [];
    const own = pathToFileURL(file).href;
    page.on('console', (message) => told.push(message.text()));
    page.on('pageerror', (error) => told.push(String(error)));
    page.on('dialog', (dialog) => told.push(dialog.message()));
    page.on('request', (request) => {
      if (request.url() !== own) told.push(request.url());
    });
    await page.goto(own);
    await page.waitForSelector('html[data-ready]', { timeout: 60_000 });
    return { page, told };
  }

  const title = (page: Page) => page.locator('#why-title').textContent({ timeout: 5000 });

  it('loads without a request and without a complaint, and says how soon', async () => {
    const { page, told } = await open(report);
    const times = await page.evaluate(
      `['report-readable', 'report-ready'].map((name) => Math.round(performance.getEntriesByName(name)[0].startTime))`,
    );
    console.log(
      `report of the shipped community: readable, and with its graph, after ${(times as number[]).join(' and ')} ms`,
    );
    expect(told).toEqual([]);
    expect(await page.title()).toBe('Trust in certifications.csv');
    expect(await page.locator('.ranking tbody tr').count()).toBe(20);
    expect(await page.locator('footer').textContent()).toMatch(
      /sequence 16,156[\s\S]*classic: damping 0\.85[\s\S]*20,000 walks \(seed 1\)/,
    );
    await page.context().close();
  });

  it('finds a contributor by a part of its id, and shows why when it is clicked', async () => {
    const { page, told } = await open(report);
    const { contributor, words, parts } = dataOf(report).explanations[123]!;
    await page.getByRole('searchbox').fill(contributor.slice(2, 14).toLowerCase());
    expect(await page.locator('.ranking tbody tr').count()).toBe(1);
    await page.getByRole('button', { name: contributor }).first().click();
    expect(await title(page)).toBe(contributor);
    expect(await page.locator('.words').textContent()).toBe(words.join(''));
    expect(await page.locator('#why').textContent()).toContain(parts[0]!.from ?? 'its own credential');
    await page.getByRole('searchbox').fill('nobody is called that');
    expect(await page.locator('#ranking .status').textContent()).toBe('Nobody is called that.');
    expect(told).toEqual([]);
    await page.context().close();
  });

  it('sorts by any column, either way, and turns pages', async () => {
    const { page } = await open(report);
    const trust = page.getByRole('columnheader', { name: 'Trust' });
    await trust.getByRole('button').click();
    expect(await trust.getAttribute('aria-sort')).toBe('descending');
    await trust.getByRole('button').click();
    expect(await trust.getAttribute('aria-sort')).toBe('ascending');
    const rank = page.locator('.ranking tbody tr td').first();
    expect(await rank.textContent()).toMatch(/^1,1/);
    await page.getByRole('columnheader', { name: 'Rank' }).getByRole('button').click();
    expect(await rank.textContent()).toBe('1');
    await page.getByRole('button', { name: 'Last' }).click();
    expect(await page.locator('#ranking .status').textContent()).toBe(
      '1,161 to 1,172 of 1,172 contributors.',
    );
    await page.context().close();
  });

  it('is used by keyboard alone', async () => {
    const { page } = await open(report);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('634F4BD1E7AD5568');
    // Past the five heads, to the one name that is left.
    for (let head = 0; head < 6; head++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await title(page)).toBe('634F4BD1E7AD5568');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-current")')).toBe('true');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');

    await page.locator('.stage').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    const told = await page.locator('.told').textContent();
    expect(told).toMatch(/^\w{16}: rank \d+, [\d.]+% of all trust/);
    await page.keyboard.press('Enter');
    expect(told!.startsWith((await title(page))!)).toBe(true);
    expect(await title(page)).not.toBe('634F4BD1E7AD5568');
    await page.context().close();
  });

  it('shows why when a mark of the graph is clicked', async () => {
    const { page } = await open(report);
    const stage = (await page.locator('.stage').boundingBox())!;
    let found = false;
    for (let step = 0; step < 400 && !found; step++) {
      const x = stage.x + stage.width * (0.35 + (step % 20) / 60);
      const y = stage.y + stage.height * (0.35 + Math.floor(step / 20) / 60);
      await page.mouse.move(x, y);
      found = await page.evaluate(`document.querySelector('.stage').style.cursor === 'pointer'`);
      if (found) await page.mouse.click(x, y);
    }
    expect(found).toBe(true);
    const told = await page.locator('.told').textContent();
    expect(told!.startsWith((await title(page))!)).toBe(true);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('is drawn, %s', async (colorScheme) => {
    const { page } = await open(report, { colorScheme });
    const picture = await page.locator('.stage').screenshot();
    const blank = await page.context().newPage();
    const { mean, deviation } = (await blank.evaluate(`(async () => {
      const bytes = Uint8Array.from(atob('${picture.toString('base64')}'), (c) => c.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes]));
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      let sum = 0, squares = 0;
      for (let k = 0; k < data.length; k += 4) { const light = data[k] + data[k + 1] + data[k + 2]; sum += light; squares += light * light; }
      const mean = sum / (data.length / 4);
      return { mean: mean / 3, deviation: Math.sqrt(squares / (data.length / 4) - mean * mean) / 3 };
    })()`)) as { mean: number; deviation: number };
    if (colorScheme === 'light') expect(mean).toBeGreaterThan(160);
    else expect(mean).toBeLessThan(96);
    expect(deviation).toBeGreaterThan(8);
    await page.context().close();
  });

  it('fits a narrow screen', async () => {
    const { page } = await open(report, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.context().close();
  });

  it('does without WebGL, with tables', async () => {
    const plain = await launch({ webgl: false });
    const { page, told } = await open(report, { from: plain });
    expect(await page.locator('.notice').textContent()).toMatch(/no WebGL/);
    expect(await page.getByRole('table', { name: 'Largest shares' }).locator('tbody tr').count()).toBe(50);
    await page.locator('.ranking .choose').nth(2).click();
    expect(await title(page)).toBe(dataOf(report).explanations[2]!.contributor);
    expect(told).toEqual([]);
    await plain.close();
  });

  it('says of every picture what it shows, and holds its figures as a table', async () => {
    const { page } = await open(report);
    const pictures = page.locator('svg[role=img]');
    for (const picture of await pictures.all())
      expect(await picture.getAttribute('aria-label')).toMatch(/\w+/);
    expect(await pictures.count()).toBeGreaterThanOrEqual(4);
    for (const figure of await page.locator('figure').all()) {
      await figure.locator('summary').click();
      expect(await figure.locator('details tbody tr').count()).toBeGreaterThan(1);
    }
    expect(await page.locator('table:not(:has(caption))').count()).toBe(0);
    expect(await page.locator('thead th:not([scope]), tbody th:not([scope])').count()).toBe(0);
    await page.context().close();
  });

  it('shows ids that are made to be run as texts', async () => {
    const hostile = [
      '<img src=x onerror=alert(1)>',
      '</script><script>alert(2)</script>',
      '<!--<script>',
      '"><svg onload=alert(3)>',
      "';alert(4)//",
      'a\u2028b\u202e\u0000c',
      '__proto__',
      'constructor',
      '\u{1f469}\u{1f3fd}\u200d\u{1f680}',
      'x'.repeat(4000),
    ];
    const events = hostile.flatMap((target, k) => [
      {
        type: 'endorse',
        source: hostile[(k + 1) % hostile.length],
        target,
        kind: '<b>review</b>',
        at: `20${10 + k}-01-01`,
      },
      {
        type: 'object',
        source: hostile[(k + 3) % hostile.length],
        target,
        kind: '<i>spam</i>',
        at: `20${10 + k}-02-01`,
      },
      { type: 'grant', target: hostile[0], issuer: '<script>alert(5)</script>' },
    ]);
    const out = join(folder, 'hostile.html');
    const stdin = events.map((event) => JSON.stringify(event)).join('\n');
    const { exit, stderr } = await run(
      program,
      ['report', '-', '--title', '<img src=x onerror=alert(6)>', '--out', out],
      { folder, stdin },
    );
    expect([exit, stderr]).toEqual([0, '']);
    const { page, told } = await open(out);
    expect(await page.locator('h1').textContent()).toBe('<img src=x onerror=alert(6)>');
    expect(await page.locator('.ranking tbody tr').count()).toBe(hostile.length);
    for (let k = 0; k < hostile.length; k++) {
      await page.locator('.ranking .choose').nth(k).click();
      await page.locator('#why .facts').waitFor();
    }
    const names = await page.locator('.ranking .choose').allTextContents();
    expect(names).toContain('<img src=x onerror=alert(1)>');
    expect(names).toContain('a\\u2028b\\u202e\\u0000c');
    expect(await page.locator('img, b, i, iframe, script:not([type])').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
    expect(told).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['nobody', 'source,target\n', 'no contributors'],
    ['one', 'source,target\nada,ada\n', '1 contributor ·'],
    ['two', 'source,target\nada,linus\n', '2 contributors'],
  ])('draws a community of %s', async (name, stdin, words) => {
    const out = join(folder, `${name}.html`);
    const { exit, stderr } = await run(program, ['report', '-', '--out', out], { folder, stdin });
    expect([exit, stderr]).toEqual([0, '']);
    const { page, told } = await open(out);
    expect(await page.locator('header').textContent()).toContain(words);
    expect(told).toEqual([]);
    await page.context().close();
  });

  it('draws the dial, as far as something is delivered', async () => {
    const { page } = await open(report);
    const figure = page.locator('figure', { hasText: 'The dial' });
    expect(await figure.locator('svg[role=img]').count()).toBe(3);
    expect(await figure.locator('tbody tr').count()).toBe(11);
    await page.context().close();
    // Where everybody holds a credential nothing is.
    const out = join(folder, 'held.html');
    const [name, record, ...rest] = COMMUNITY.slice(0, -2);
    await run(program, [name!, record!, ...rest, '--out', out], { folder });
    expect(dataOf(out).waist).toBeUndefined();
    const { page: held, told } = await open(out);
    expect(await held.locator('figure', { hasText: 'The dial' }).locator('svg[role=img]').count()).toBe(1);
    expect(told).toEqual([]);
    await held.context().close();
  });
});
