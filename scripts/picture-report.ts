/**
 * Draws docs/report.png: the report of the shipped community as a browser shows it. Writes the report with the
 * built program, opens it in the Chromium of the system and takes a picture of what is seen first, in few colours so
 * that it is small.
 *
 *     npx tsx scripts/picture-report.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { builtProgram } from '../tests/built.ts';
import { CHROMIUM, launch } from './browser.ts';
import { ROOT } from './pack.ts';

const WIDTH = 1180;
const HEIGHT = 880;

if (CHROMIUM === undefined) throw new Error('no Chromium is installed; run scripts/browsers-debian.sh first');
const folder = mkdtempSync(join(tmpdir(), 'peerage-picture-'));
try {
  const report = join(folder, 'report.html');
  const data = ['certifications.csv', '--credentials', 'credentials.csv', '--holders-from', '0.0006'];
  execFileSync(
    process.execPath,
    [await builtProgram(), 'report', ...data, '--title', 'Trust in Debian’s keyring', '--out', report],
    {
      cwd: join(ROOT, 'datasets/debian-keyring'),
    },
  );
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT }, colorScheme: 'light' });
  await page.goto(pathToFileURL(report).href);
  await page.waitForSelector('html[data-ready]');
  await page.waitForTimeout(500);
  const pixels = await pixelsOf(await browser.newPage(), await page.screenshot());
  writeFileSync(join(ROOT, 'docs/report.png'), indexed(pixels, WIDTH, HEIGHT));
  await browser.close();
} finally {
  rmSync(folder, { recursive: true });
}

/** Red, green, blue and opacity of every pixel of a picture, as the browser reads it. */
async function pixelsOf(page: Page, picture: Buffer): Promise<Buffer> {
  const read = `(async () => {
    const bytes = Uint8Array.from(atob('${picture.toString('base64')}'), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let text = '';
    for (let k = 0; k < data.length; k += 32768) text += String.fromCharCode(...data.subarray(k, k + 32768));
    return btoa(text);
  })()`;
  return Buffer.from((await page.evaluate(read)) as string, 'base64');
}

/** A PNG of the 256 colours that are most frequent; any other pixel has the nearest of them. */
function indexed(pixels: Buffer, width: number, height: number): Buffer {
  const counts = new Map<number, number>();
  const colourAt = (k: number) => (pixels[k]! << 16) | (pixels[k + 1]! << 8) | pixels[k + 2]!;
  for (let k = 0; k < pixels.length; k += 4) counts.set(colourAt(k), (counts.get(colourAt(k)) ?? 0) + 1);
  const palette = Array.from(counts)
    .sort((one, other) => other[1] - one[1])
    .slice(0, 256)
    .map(([colour]) => colour);
  const nearest = new Map<number, number>();
  for (const colour of counts.keys()) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    palette.forEach((other, place) => {
      const apart = [16, 8, 0].reduce(
        (sum, bits) => sum + (((colour >> bits) & 255) - ((other >> bits) & 255)) ** 2,
        0,
      );
      if (apart < least) [best, least] = [place, apart];
    });
    nearest.set(colour, best);
  }
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = nearest.get(colourAt(4 * (y * width + x)))!;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, which name a colour of the palette.
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const parts = [
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(content.length, 0);
  ends.writeUInt32BE(checksum(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

/** CRC-32, as PNG wants it. */
function checksum(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
