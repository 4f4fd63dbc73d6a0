/** The store in a SQLite file keeps what every store promises, and the text of its worker is that of its source. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundle, WRITER } from '../../scripts/embed.ts';
import { openStore } from '../../src/ledger.ts';
import { conforms } from './conformance.ts';
import { folder } from './places.ts';

const file = folder();

conforms(
  'a store in a SQLite file',
  async () => {
    const path = file();
    return { durable: true, open: () => openStore(path) };
  },
  15,
);

it('the worker that is committed is the one that its source makes', async () => {
  expect(readFileSync(WRITER.written, 'utf8'), 'run: npm run embed').toBe(await bundle(WRITER));
});
