/**
 * Every line of a log arrives whole and in order, or is counted among those that were lost, whatever whoever reads them
 * does; and no more is held than was said.
 */
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lines } from '../../src/http/lines.ts';

const MOST = 200;

/** Somebody who takes lines when told to, or fails to. */
class Reader {
  taken = '';
  held = 0;
  #done: ((error?: Error) => void) | null = null;
  #text = '';

  readonly open = (): Writable =>
    new Writable({
      decodeStrings: false,
      write: (text: string, _, done) => {
        this.#text = text;
        this.#done = done;
        this.held = text.length;
      },
    });

  take(error?: Error): void {
    const done = this.#done;
    this.#done = null;
    if (done !== null && error === undefined) this.taken += this.#text;
    done?.(error);
  }
}

const lineOf = (number: number, length: number) => `${String(number).padEnd(length, '.')}\n`;

const command = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 60 }).map((length) => ({ length })) },
  { weight: 2, arbitrary: fc.constant('take' as const) },
  { weight: 1, arbitrary: fc.constantFrom('fail' as const, 'turn' as const) },
);

it('a line is told whole and in its order, or counted as lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      const reader = new Reader();
      const lines = new Lines(reader.open, { most: MOST, onLost: (lost) => lines.write(`lost ${lost}\n`) });
      let written = 0;
      for (const one of commands) {
        if (typeof one === 'object') lines.write(lineOf(written++, one.length));
        else if (one === 'take') reader.take();
        else if (one === 'fail') reader.take(new Error('the disk is full'));
        await turn();
        expect(reader.held).toBeLessThanOrEqual(MOST + 20);
      }
      const ended = lines.end(10_000);
      for (let turns = 0; turns < 6; turns++) {
        await turn();
        reader.take();
      }
      let lost = await ended;
      const numbers: number[] = [];
      for (const line of reader.taken.split('\n').slice(0, -1)) {
        const told = /^lost (\d+)$/.exec(line)?.[1];
        if (told !== undefined) lost += Number(told);
        else numbers.push(Number(/^(\d+)\.*$/.exec(line)![1]));
      }
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers).size).toBe(numbers.length);
      // A line that says how many were lost may be lost too.
      expect(numbers.length + lost).toBeGreaterThanOrEqual(written);
      if (!commands.includes('fail')) expect(numbers.length + lost).toBe(written);
    }),
    { numRuns: 500 },
  );
});

it('a reader who never takes anything keeps nobody waiting, and all that it was not given is counted', async () => {
  const lines = new Lines(new Reader().open, { most: MOST, onLost: () => {} });
  for (let k = 0; k < 10_000; k++) lines.write('a line of a log\n');
  await turn();
  for (let k = 0; k < 10_000; k++) lines.write('a line of a log\n');
  expect(await lines.end(1)).toBe(20_000);
});
