/**
 * The scores of the shipped community, every bit of them, as they were when they were written down: the
 * same on every machine, Node version and run. What they should be is for other tests to say.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { golden } from '../scripts/golden.ts';

it('the shipped community has the scores it always had, bit for bit', async () => {
  const committed = readFileSync(new URL('golden/debian-keyring.csv', import.meta.url), 'utf8');
  expect(await golden()).toBe(committed);
});
