/**
 * `--exclude`: which ids are left out of the record. Each value is a file of ids, one a line, if such a
 * file exists, or else a pattern for whole ids in which `*` stands for any text and `?` for one character.
 * A pattern is matched in at most (its length x the id's length) steps, whatever is written in it.
 */
import { stat } from 'node:fs/promises';
import { readText } from './text-file.ts';

/** Which ids are excluded, and which of the values given matched no id that was asked about. */
export interface Exclusion {
  excludes(id: string): boolean;
  unmatched(): string[];
}

export async function readExclusion(values: readonly string[]): Promise<Exclusion> {
  const rules = await Promise.all(values.map(readRule));
  const matched = new Set<number>();
  return {
    excludes(id) {
      let excluded = false;
      for (let k = 0; k < rules.length; k++) {
        if (!rules[k]!(id)) continue;
        matched.add(k);
        excluded = true;
      }
      return excluded;
    },
    unmatched: () => values.filter((_, k) => !matched.has(k)),
  };
}

async function readRule(value: string): Promise<(id: string) => boolean> {
  // A folder cannot be a list of ids, so its name stays a pattern; a pipe (`<(command)`) can.
  const found = await stat(value).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return pattern(value);
  const ids = new Set((await readText(value)).split(/\r?\n/));
  ids.delete('');
  return (id) => ids.has(id);
}

/** A test of whole ids against a pattern of `*` and `?`. */
export function pattern(text: string): (id: string) => boolean {
  if (!/[*?]/.test(text)) return (id) => id === text;
  const marks = Array.from(text);
  return (id) => matches(marks, Array.from(id));
}

/**
 * Greedy: each `*` first takes nothing and, where the rest fails, one character more. Only the last `*`
 * met needs to be tried again, since whatever an earlier one could take, this one can take as well.
 */
function matches(marks: readonly string[], characters: readonly string[]): boolean {
  let at = 0;
  let mark = 0;
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    if (marks[mark] === '*') {
      star = mark++;
      starAt = at;
    } else if (mark < marks.length && (marks[mark] === '?' || marks[mark] === characters[at])) {
      mark++;
      at++;
    } else if (star >= 0) {
      mark = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (marks[mark] === '*') mark++;
  return mark === marks.length;
}
