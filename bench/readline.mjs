/**
 * What a program does that nobody tuned: readline for the lines, split for the fields, a Map for the ids, arrays
 * for the pairs. `readline.mjs FILE DELIMITER` prints one line of JSON: milliseconds, lines, ids and the peak
 * of memory. It checks nothing.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const [path, delimiter] = process.argv.slice(2);
const began = performance.now();
const ids = new Map();
const sources = [];
const targets = [];
const index = (id) => {
  let known = ids.get(id);
  if (known === undefined) {
    known = ids.size;
    ids.set(id, known);
  }
  return known;
};
for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
  if (line.startsWith('#')) continue;
  const [source, target] = line.split(delimiter);
  sources.push(index(source));
  targets.push(index(target));
}
const milliseconds = performance.now() - began;
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ milliseconds, lines: sources.length, ids: ids.size, peak })}\n`);
