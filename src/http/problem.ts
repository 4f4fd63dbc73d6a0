/**
 * What goes wrong, as HTTP says it: RFC 9457 problem documents with the stable codes of PeerageError, and a few
 * more that only a request can cause. A value that was refused is quoted short; what nobody foresaw is told as
 * `internal`, and says nothing of the inside.
 */
import type { ErrorCode } from '../error.ts';
import { PeerageError, quote } from '../error.ts';

/** Statuses of refusals. */
type Status =
  | (400 | 401 | 403 | 404 | 405 | 408 | 409 | 410 | 412 | 413 | 415 | 422 | 429 | 431)
  | (500 | 501 | 503 | 507);

/** What only a request can cause, and its status. */
const REFUSALS = {
  'bad-request': 400,
  'bad-json': 400,
  'bad-cursor': 400,
  unauthorized: 401,
  forbidden: 403,
  'no-route': 404,
  'bad-method': 405,
  'slow-request': 408,
  'not-empty': 409,
  'fixed-community': 409,
  'in-progress': 409,
  'old-cursor': 410,
  'precondition-failed': 412,
  'bad-media-type': 415,
  'other-request': 422,
  'rate-limited': 429,
  'long-headers': 431,
  internal: 500,
  behind: 503,
  'not-settled': 503,
  overloaded: 503,
  closing: 503,
} as const satisfies Record<string, Status>;

/** The status of each fault of the package; what can not be the caller's doing is the server's. */
const FAULTS: Record<ErrorCode, Status> = {
  'bad-policy': 400,
  'bad-event': 400,
  'bad-id': 400,
  'bad-weight': 400,
  'bad-date': 400,
  'missing-date': 400,
  'too-late': 400,
  'unknown-kind': 400,
  'unknown-event': 409,
  'already-retracted': 409,
  'id-conflict': 409,
  'unknown-contributor': 404,
  'unknown-issuer': 404,
  'unknown-sequence': 410,
  'unknown-key': 404,
  'unknown-webhook': 404,
  'unknown-delivery': 404,
  'bad-snapshot': 500,
  'unknown-community': 404,
  'no-ledger': 500,
  'use-append': 500,
  'ledger-locked': 503,
  'ledger-full': 507,
  'ledger-failed': 503,
  'ledger-damaged': 500,
  'ledger-closed': 503,
  'bad-option': 400,
  'missing-package': 501,
  'no-file': 500,
  unreadable: 500,
  unwritable: 500,
  binary: 400,
  'bad-gzip': 400,
  'bad-utf8': 400,
  'long-line': 413,
  'unclosed-quote': 400,
  'ragged-row': 400,
  'missing-column': 400,
  'bad-line': 400,
  'too-large': 413,
  'cannot-listen': 500,
};

export type ProblemCode = ErrorCode | keyof typeof REFUSALS;

/** Status of each code. */
export const STATUS: Readonly<Record<ProblemCode, Status>> = { ...FAULTS, ...REFUSALS };

/** A request that is refused for a reason of HTTP. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ProblemCode;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    reason: string,
    { headers = {}, ...members }: { headers?: Record<string, string>; [member: string]: unknown } = {},
  ) {
    super(reason);
    this.code = code;
    this.members = members;
    this.headers = headers;
  }
}

/** The refusal of a sequence that is demanded and not reached in time. */
export function behind(at: number, sequence: number, seconds: number): Refusal {
  const reason = `the scores are at sequence ${at}, and ${sequence} was demanded; ask again, or without`;
  return new Refusal('behind', reason, { headers: { 'Retry-After': String(seconds) } });
}

/** The refusal of a bound that is demanded and not reached. */
export function notSettled(bound: number, tolerance: number, why: string): Refusal {
  const reason = `the bound is ${bound}, and ${tolerance} was demanded: ${why}`;
  return new Refusal('not-settled', reason, { headers: { 'Retry-After': '1' } });
}

/** The refusal of whatever is asked of a service that ends. */
export function ending(): Refusal {
  return new Refusal('closing', 'the service is about to end', { headers: { 'Retry-After': '5' } });
}

/** A problem document. */
export interface Problem {
  /** Relative to the server: `/problems/CODE`. */
  readonly type: string;
  readonly title: string;
  readonly status: Status;
  readonly detail: string;
  readonly code: ProblemCode;
  /** The request, as the logs call it. */
  readonly request?: string;
  readonly [member: string]: unknown;
}

/** What an error is told as. */
export function problemOf(
  error: unknown,
  request: string,
): { problem: Problem; headers: Record<string, string> } {
  const told = (code: ProblemCode, detail: string, members: object, headers = {}) => ({
    problem: {
      type: `/problems/${code}`,
      title: code.replaceAll('-', ' '),
      status: STATUS[code],
      detail,
      code,
      ...(request !== '' && { request }),
      ...members,
    },
    headers,
  });
  if (error instanceof Refusal) return told(error.code, error.message, error.members, error.headers);
  if (error instanceof PeerageError) {
    const { code, message, index, line, field, value } = error;
    if (STATUS[code] === 500) return told('internal', 'something went wrong here; the log knows more', {});
    const place = { ...(index !== undefined && { index }), ...(line !== undefined && { line }) };
    return told(code, message, {
      ...place,
      ...(field !== undefined && { field }),
      ...(value !== undefined && { value: quote(value) }),
    });
  }
  return told('internal', 'something went wrong here; the log knows more', {});
}

/** An error as an answer. */
export function problemAnswer(error: unknown, request: string) {
  const { problem, headers } = problemOf(error, request);
  return {
    problem,
    body: JSON.stringify(problem),
    headers: { ...headers, 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
  };
}
