/**
 * The one error type of the package. It says what was wrong, where (file, line, index in a batch, field),
 * the value that was met, and what was expected; `code` is stable and meant for programs.
 * Readers and the engine add the place on the way out, so no room needs to know where its input came from.
 */
export type ErrorCode =
  | 'bad-policy'
  | 'bad-event'
  | 'bad-id'
  | 'bad-weight'
  | 'bad-date'
  | 'missing-date'
  | 'too-late'
  | 'unknown-kind'
  | 'unknown-event'
  | 'already-retracted'
  | 'id-conflict'
  | 'unknown-contributor'
  | 'unknown-issuer'
  | 'unknown-sequence'
  | 'unknown-key'
  | 'unknown-webhook'
  | 'unknown-delivery'
  | 'bad-snapshot'
  | 'unknown-community'
  | 'no-ledger'
  | 'use-append'
  | 'ledger-locked'
  | 'ledger-full'
  | 'ledger-failed'
  | 'ledger-damaged'
  | 'ledger-closed'
  | 'erasure-pending'
  | 'cannot-listen'
  | 'bad-option'
  | 'missing-package'
  | 'no-file'
  | 'unreadable'
  | 'unwritable'
  | 'binary'
  | 'bad-gzip'
  | 'bad-utf8'
  | 'long-line'
  | 'unclosed-quote'
  | 'ragged-row'
  | 'missing-column'
  | 'bad-line'
  | 'too-large';

/** Where a refused value stood. `line` counts from 1, `index` (place in a batch of events) from 0. */
export interface ErrorPlace {
  file?: string;
  line?: number;
  index?: number;
  field?: string;
  value?: unknown;
}

export class PeerageError extends Error {
  override readonly name = 'PeerageError';
  readonly code: ErrorCode;
  /** What was wrong, without the place. */
  readonly reason: string;
  readonly file?: string;
  readonly line?: number;
  readonly index?: number;
  readonly field?: string;
  readonly value?: unknown;

  constructor(code: ErrorCode, reason: string, place: ErrorPlace = {}) {
    super(`${prefix(place)}${reason}`);
    this.code = code;
    this.reason = reason;
    Object.assign(this, place);
  }

  /** The same error with more of its place known. */
  at(place: ErrorPlace): PeerageError {
    const known: ErrorPlace = {};
    for (const key of ['file', 'line', 'index', 'field', 'value'] as const) {
      const value = this[key] === undefined ? place[key] : this[key];
      if (value !== undefined) Object.assign(known, { [key]: value });
    }
    return new PeerageError(this.code, this.reason, known);
  }
}

function prefix({ file, line, index, field }: ErrorPlace): string {
  let text = '';
  if (file !== undefined) text += line === undefined ? `${file}: ` : `${file}:${line}: `;
  else if (line !== undefined) text += `line ${line}: `;
  if (index !== undefined) text += `event ${index}: `;
  if (field !== undefined) text += `${field}: `;
  return text;
}

/** A value as it is quoted in a message: short, on one line, control characters escaped. */
export function quote(value: unknown): string {
  let text: string;
  if (typeof value === 'string') text = JSON.stringify(value);
  else if (typeof value === 'number' || typeof value === 'bigint') text = String(value);
  else {
    try {
      text = JSON.stringify(value) ?? String(value);
    } catch {
      // Circular, or nested so deep that even String would overflow the stack.
      text = Array.isArray(value) ? 'an array' : 'an object';
    }
  }
  // JSON leaves C1 controls and bidirectional overrides as they are; a terminal should not.
  text = text.replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
