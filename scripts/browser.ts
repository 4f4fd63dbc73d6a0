/**
 * The browser that the report is looked at in: a Chromium of the system (scripts/browsers-debian.sh installs
 * Debian's), driven by playwright-core, which brings none of its own.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is, or undefined; PEERAGE_CHROMIUM names another. */
export const CHROMIUM = [process.env.PEERAGE_CHROMIUM ?? '', ...PLACES].find((place) => existsSync(place));

/** Starts it. WebGL is drawn in software, so that it is there with any graphics card and with none. */
export function launch({ webgl = true } = {}): Promise<Browser> {
  const drawing = webgl
    ? ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
    : ['--disable-gpu', '--disable-3d-apis'];
  // Where tests run as root the sandbox cannot; the only page that is opened is ours.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: CHROMIUM!, args: [...sandbox, ...drawing] });
}
