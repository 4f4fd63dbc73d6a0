/**
 * The words of a Graphviz file, one at a time, as ranges of bytes with the line they stand on. Blanks and
 * comments are passed over. Where the window ends inside a word, STARVED is thrown, and the reader comes
 * back to the start of its statement with more. More lenient than Graphviz in two things: `1e-5` is one word,
 * and a # starts a comment anywhere between words.
 */
import type { Buffer } from 'node:buffer';
import { CASE_BIT, CR, DOT, HASH, LF, LOWER_E, MINUS, NINE, PLUS, QUOTE, SPACE, ZERO } from './ascii.ts';
import { nulFault } from './lines.ts';
import { RECORD_BYTES } from './window.ts';

const STAR = 0x2a;
const SLASH = 0x2f;
const ABOVE = 0x3e;
const BACKSLASH = 0x5c;
const UNDERSCORE = 0x5f;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;

/** An `id` is a name, quoted or not; a `mark` one of the characters that structure the text, or `->` or `--`. */
export interface Token {
  kind: 'id' | 'mark' | 'end';
  /** The mark itself; empty for the others. */
  mark: string;
  from: number;
  to: number;
  /** Whether escapes in it are still to be undone. */
  escaped: boolean;
  quoted: boolean;
  line: number;
}

/** Thrown where the window ends too early. A value and no Error: it is caught one call up, always. */
export const STARVED = Symbol('starved');

export class Tokens {
  /** Where the next token is looked for, and its line. */
  at = 0;
  line = 1;
  /** What the window ended in, when it ended in something that has to be closed. */
  inside: { what: 'quote' | 'comment'; at: number; line: number } | undefined;
  #bytes!: Buffer;
  /** Where the bytes end that may be looked at, and whether nothing follows them. */
  #to = 0;
  #last = false;

  /** From here on, tokens come from bytes[at, to); `last`: nothing follows. */
  window(bytes: Buffer, at: number, to: number, last: boolean): void {
    this.#bytes = bytes;
    this.#to = to;
    this.#last = last;
    this.at = at;
    this.inside = undefined;
  }

  /** The next token; the place moves past it. */
  next(): Token {
    this.passBlanks();
    const bytes = this.#bytes;
    const from = this.at;
    const token: Token = {
      kind: 'end',
      mark: '',
      from,
      to: from,
      escaped: false,
      quoted: false,
      line: this.line,
    };
    if (from === this.#to) {
      if (!this.#last) throw STARVED;
      return token;
    }
    const byte = bytes[from];
    let to = from + 1;
    if (byte === QUOTE) {
      this.#passQuoted(token);
      to = token.to + 1;
    } else if (isWord(byte) || (byte === MINUS && isNumeric(this.#look(to)))) {
      token.kind = 'id';
      while (isWord(this.#look(to)) || this.#isExponentSign(from, to)) to++;
      token.to = to;
    } else {
      token.kind = 'mark';
      token.mark = String.fromCharCode(byte);
      if (byte === MINUS && (this.#look(to) === ABOVE || this.#look(to) === MINUS)) {
        token.mark = this.#look(to++) === ABOVE ? '->' : '--';
      }
      token.to = to;
    }
    this.at = to;
    return token;
  }

  /** The next token, which stays the next. */
  peek(): Token {
    const { at, line } = this;
    const token = this.next();
    this.at = at;
    this.line = line;
    return token;
  }

  /** Moves to the next token, past blanks and comments. */
  passBlanks(): void {
    const bytes = this.#bytes;
    for (;;) {
      const byte = this.at < this.#to ? bytes[this.at] : undefined;
      if (byte === undefined || byte > SPACE) {
        if (byte === HASH || (byte === SLASH && this.#look(this.at + 1) === SLASH)) this.#passLine();
        else if (byte === SLASH && this.#look(this.at + 1) === STAR) this.#passComment();
        else return;
      } else {
        if (byte === 0) throw nulFault();
        if (byte === LF) this.line += 1;
        this.at += 1;
      }
    }
  }

  /** The text of a token. */
  text(token: Token): string {
    this.plain(token);
    return this.#bytes.toString('utf8', token.from, token.to);
  }

  /** Undoes `\"` and lines joined by `\` where the token stands, so that its range is its text. */
  plain(token: Token): void {
    if (!token.escaped) return;
    token.escaped = false;
    const bytes = this.#bytes;
    let put = token.from;
    let at = token.from;
    while (at < token.to) {
      if (bytes[at] === BACKSLASH) {
        if (bytes[at + 1] === QUOTE) at += 1;
        else if (bytes[at + 1] === BACKSLASH) bytes[put++] = bytes[at++];
        else if (bytes[at + 1] === LF) at += 2;
        else if (bytes[at + 1] === CR && bytes[at + 2] === LF) at += 3;
        else bytes[put++] = bytes[at++];
      }
      if (at < token.to) bytes[put++] = bytes[at++];
    }
    token.to = put;
  }

  /** A byte ahead; undefined after the end of the source. */
  #look(at: number): number | undefined {
    if (at < this.#to) return this.#bytes[at];
    if (!this.#last) throw STARVED;
    return undefined;
  }

  #passQuoted(token: Token): void {
    const bytes = this.#bytes;
    let { line } = this;
    let at = token.from + 1;
    while (bytes[at] !== QUOTE || at >= this.#to) {
      if (at >= this.#to) {
        this.inside = { what: 'quote', at: token.from, line: this.line };
        throw STARVED;
      }
      if (bytes[at] === 0) throw nulFault();
      if (bytes[at] === BACKSLASH) {
        token.escaped = true;
        // The next byte is passed over with it, unless it is a line feed, which has to be counted.
        if (bytes[at + 1] !== LF) at += 1;
      } else if (bytes[at] === LF) line += 1;
      at += 1;
    }
    this.line = line;
    token.kind = 'id';
    token.quoted = true;
    token.from += 1;
    token.to = at;
  }

  #passLine(): void {
    const found = this.#bytes.indexOf(LF, this.at);
    const end = found >= 0 && found < this.#to ? found : this.#last ? this.#to : -1;
    if (end < 0 || end - this.at > RECORD_BYTES) throw STARVED;
    this.at = end;
  }

  #passComment(): void {
    const bytes = this.#bytes;
    const end = bytes.indexOf('*/', this.at + 2, 'latin1') + 2;
    if (end < 2 || end > this.#to || end - this.at > RECORD_BYTES) {
      this.inside = { what: 'comment', at: this.at, line: this.line };
      throw STARVED;
    }
    for (let at = this.at; at < end; at++) if (bytes[at] === LF) this.line += 1;
    this.at = end;
  }

  /** Whether the sign at `at` belongs to the number that starts at `from`. */
  #isExponentSign(from: number, at: number): boolean {
    const byte = this.#look(at);
    if (byte !== MINUS && byte !== PLUS) return false;
    const bytes = this.#bytes;
    const first = bytes[from] === MINUS ? bytes[from + 1] : bytes[from];
    return isNumeric(first) && (bytes[at - 1] | CASE_BIT) === LOWER_E && isDigit(this.#look(at + 1));
  }
}

function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | CASE_BIT;
  return (lower >= LOWER_A && lower <= LOWER_Z) || isNumeric(byte) || byte === UNDERSCORE || byte >= 0x80;
}

function isNumeric(byte: number | undefined): boolean {
  return byte === DOT || isDigit(byte);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
