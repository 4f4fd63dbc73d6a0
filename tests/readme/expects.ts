/**
 * What the programs made from a README call around statements that say what comes of them: `begin` and
 * `printed` for output, `value` for a value. A difference is thrown with the line of the README.
 */
import { format, inspect } from 'node:util';
import { matches, matchLines } from './compare.ts';

let said: string[] = [];
const log = console.log;
console.log = (...parts: unknown[]) => {
  said.push(...format(...parts).split('\n'));
  log(...parts);
};

/** From here on, output belongs to the next statement. */
export function begin(): void {
  said = [];
}

/** The statement at `line` has printed these lines. */
export function printed(line: number, expected: readonly string[]): void {
  if (matchLines(said, expected)) return;
  throw new Error(`README line ${line}: printed\n${said.join('\n')}\nexpected\n${expected.join('\n')}`);
}

/** The value at `line`, as Node or JSON would write it, or as it is where it is a string. Returns it. */
export function value<T>(line: number, expected: readonly string[], given: T): T {
  const text = expected.join('\n');
  const shown = inspect(given, { depth: null, breakLength: Number.POSITIVE_INFINITY });
  const forms = [shown, JSON.stringify(given) ?? shown, typeof given === 'string' ? given : shown];
  if (!forms.some((form) => matches(form, text))) {
    throw new Error(`README line ${line}: the value is\n${shown}\nexpected\n${text}`);
  }
  return given;
}
