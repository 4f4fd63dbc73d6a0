/**
 * JSON as a request may hold it, and no looser: not nested deeper than a limit, no key twice in an object, no number
 * that no double holds (1e400), not so many values that parsing them would hold everybody else up. Ids are checked where
 * they are read. One pass over the text before it is parsed, one over the value after; neither recurs, so no text can
 * exhaust the stack.
 */
import { Refusal } from './problem.ts';

/** Values of one text: members and elements. */
const VALUES = 2 ** 20;

/** @throws Refusal `bad-json`. */
export function parseJson(text: string, depth: number): unknown {
  const members = survey(text, depth);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refusal('bad-json', `the body is no JSON: ${(error as Error).message}`);
  }
  inspect(value, members);
  return value;
}

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [
  34, 92, 44, 58, 123, 125, 91, 93,
];

/** How many members the objects of a text have; of one that is no JSON, anything. */
function survey(text: string, depth: number): number {
  let members = 0;
  let level = 0;
  let values = 0;
  const count = () => {
    if (++values > VALUES) throw new Refusal('bad-json', `the body has more than ${VALUES} values`);
  };
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = text.indexOf('"', at + 1);
      while (at > 0 && escaped(text, at)) at = text.indexOf('"', at + 1);
      if (at < 0) return members;
    } else if (unit === COLON) members++;
    else if (unit === COMMA) count();
    else if (unit === OPEN || unit === OPEN_LIST) {
      count();
      if (++level > depth) {
        throw new Refusal('bad-json', `the body is nested more than ${depth} levels deep`);
      }
    } else if (unit === CLOSE || unit === CLOSE_LIST) level--;
  }
  return members;
}

/** Whether an odd number of backslashes stands before a quote. */
function escaped(text: string, quote: number): boolean {
  let before = quote - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (quote - before) % 2 === 0;
}

function inspect(value: unknown, members: number): void {
  const open: unknown[] = [value];
  let found = 0;
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'number' && !Number.isFinite(next)) {
      throw new Refusal('bad-json', 'the body has a number that is too large for a double');
    }
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next)) {
      for (const one of next) open.push(one);
    } else {
      for (const key of Object.keys(next)) {
        found++;
        open.push((next as Record<string, unknown>)[key]);
      }
    }
  }
  // A key that stands twice is one member of the value, and two of the text.
  if (found !== members) throw new Refusal('bad-json', 'the body has an object with the same key twice');
}
