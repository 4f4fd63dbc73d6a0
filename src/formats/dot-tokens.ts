/**
 * The words of a Graphviz file, one at a time, as ranges of bytes with the line they stand on. Comments and
 * blanks are passed over. Where the window ends inside a word, `STARVED` is thrown and the reader comes back
 * with more. More lenient than Graphviz in one thing: `1e5` and `0x7f` are one word, not two.
 */
import type { Buffer } from 'node:buffer';
import { CASE_BIT, DOT, HASH, LF, LOWER_E, MINUS, NINE, QUOTE, SPACE, ZERO } from './ascii.ts';

const SLASH = 0x2f;
const STAR = 0x2a;
const ABOVE = 0x3e;
const BACKSLASH = 0x5c;
const UNDERSCORE = 0x5f;

/** `id` is a name, quoted or not; `mark` one of the characters that structure the text, or `->` or `--`. */
export interface Token {
  kind: 'id' | 'mark' | 'end';
  from: number;
  to: number;
  quoted: boolean;
  line: number;
}

/** Thrown where the window ends too early; a value and no Error, since it costs nothing and tells nothing. */
export const STARVED = Symbol('starved');

export class Tokens {
  /** Where the next token is looked for, and its line. */
  at = 0;
  line = 1;
  /** What the window ended in: its place and line, for the message when nothing more comes. */
  inside: { what: 'quote' | 'comment'; at: number; line: number } | undefined;
  #bytes: Buffer;
  #to = 0;
  #last = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  window(bytes: Buffer, from: number, to: number, last: boolean): void {
    this.#bytes = bytes;
    this.at = from;
    this.#to = to;
    this.#last = last;
    this.inside = undefined;
  }

  /** The next token; the place moves past it. */
  next(): Token {
    this.passBlanks();
    const bytes = this.#bytes;
    const from = this.at;
    const token: Token = { kind: 'end', from, to: from, quoted: false, line: this.line };
    if (from === this.#to) return token;
    const byte = bytes[from];
    let to = from + 1;
    if (byte === QUOTE) {
      token.kind = 'id';
      token.quoted = true;
      token.from = to;
      token.to = this.#closingQuote(to);
      to = token.to + 1;
    } else if (isWord(byte) || (byte === MINUS && isNumeric(this.#peek(to)))) {
      token.kind = 'id';
      while (to < this.#to && (isWord(bytes[to]) || this.#isExponentSign(from, to))) to++;
      if (to === this.#to) this.#starve();
      token.to = to;
    } else {
      token.kind = 'mark';
      if (byte === MINUS && (this.#peek(to) === ABOVE || this.#peek(to) === MINUS)) to++;
      token.to = to;
    }
    this.at = to;
    return token;
  }

  /** The next token, which stays the next. */
  peek(): Token {
    this.passBlanks();
    const { at, line } = this;
    const token = this.next();
    this.at = at;
    this.line = line;
    return token;
  }

  /** The text of a token, as it is written except for `\"` and joined lines. */
  text({ from, to, quoted }: Token): string {
    const text = this.#bytes.toString('utf8', from, to);
    return quoted ? text.replace(/\\(\\|"|\r?\n)/g, (all, what) => (what === '\\' ? all : what === '"' ? '"' : '')) : text;
  }

  /** Undoes `\"` and joined lines of a quoted id where it stands, so that its range is its text. */
  plain(token: Token): void {
    if (!token.quoted) return;
    token.quoted = false;
    const bytes = this.#bytes;
    let put = token.from;
    for (let at = token.from; at < token.to; at++) {
      if (bytes[at] === BACKSLASH) {
        const following = bytes[at + 1];
        if (following === QUOTE) at++;
        else if (following === BACKSLASH) bytes[put++] = bytes[at++];
        else if (following === LF) { at++; continue; }
      }
      bytes[put++] = bytes[at];
    }
    token.to = put;
  }
}
