/**
 * What goes wrong, as HTTP says it: RFC 9457 problem documents with the stable codes of PeerageError, and a few
 * more that only a request can cause. A value that was refused is quoted short; what nobody foresaw is told as
 * `internal`, and what the ledger can not do in words that name no file and no machine: the log has the rest.
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
  'too-many-webhooks': 409,
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
  'erasure-pending': 503,
  'bad-option': 400,
  'missing-package': 501,
  'no-file': 500,
  unreadable: 503,
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

/** What is told where the ledger is at fault. One that can not be reached is told as one that failed. */
const LEDGER: Partial<Record<ErrorCode, [code: ErrorCode, detail: string]>> = {
  'ledger-locked': ['ledger-locked', 'another program holds the ledger; ask again when it has ended'],
  'ledger-full': ['ledger-full', 'the ledger has no room left; ask again when room has been made'],
  'ledger-failed': ['ledger-failed', 'the ledger can not be read or written now; ask again'],
  'ledger-closed': ['ledger-closed', 'the ledger is closed; ask again when the service has started anew'],
  'erasure-pending': [
    'erasure-pending',
    'it is erased and stays so, but old pages of the ledger are still being read; ask again until it is answered',
  ],
  unreadable: ['ledger-failed', 'the ledger can not be reached now; ask again'],
};

/** Seconds after which to ask again what is refused for now, where nobody knows better. */
const LATER = '5';

/** A request that is refused for a reason of HTTP; `cause` is what the caller is not told. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ProblemCode;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    reason: string,
    {
      headers = {},
      cause,
      ...members
    }: { headers?: Record<string, string>; cause?: unknown; [member: string]: unknown } = {},
  ) {
    super(reason, { cause });
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
  /** Relative to the server: `/problems/CODE`, where what to do is told. */
  readonly type: string;
  readonly title: string;
  readonly status: Status;
  readonly detail: string;
  readonly code: ProblemCode;
  /** The request, as the logs call it. */
  readonly request?: string;
  readonly [member: string]: unknown;
}

/** A code in words. */
export function titleOf(code: ProblemCode): string {
  return code.replaceAll('-', ' ');
}

/** The refusal of what the ledger can not do now; undefined for any other error. */
export function ledgerRefusal(error: unknown, members: object = {}): Refusal | undefined {
  const told = error instanceof PeerageError ? LEDGER[error.code] : undefined;
  return told && new Refusal(...told, { ...members, cause: error });
}

/** What an error is told as; `fault` is what the log has to know beside that, if there is something. */
export function problemOf(
  error: unknown,
  request: string,
): { problem: Problem; headers: Record<string, string>; fault?: unknown } {
  const told = (code: ProblemCode, detail: string, members: object = {}, headers = {}) => ({
    problem: {
      type: `/problems/${code}`,
      title: titleOf(code),
      status: STATUS[code],
      detail,
      code,
      ...(request !== '' && { request }),
      ...members,
    },
    headers: { ...(STATUS[code] === 503 && { 'Retry-After': LATER }), ...headers },
  });
  const refusal = error instanceof Refusal ? error : ledgerRefusal(error);
  if (refusal !== undefined) {
    const { code, message, members, headers, cause: fault } = refusal;
    return { ...told(code, message, members, headers), ...(fault !== undefined && { fault }) };
  }
  if (error instanceof PeerageError && STATUS[error.code] !== 500) {
    const { code, message, index, line, field, value } = error;
    return told(code, message, {
      ...(index !== undefined && { index }),
      ...(line !== undefined && { line }),
      ...(field !== undefined && { field }),
      ...(value !== undefined && { value: quote(value) }),
    });
  }
  return { ...told('internal', 'something went wrong here; the log knows more'), fault: error };
}

/** An error as an answer. */
export function problemAnswer(error: unknown, request: string) {
  const { problem, headers, fault } = problemOf(error, request);
  return {
    problem,
    fault,
    body: JSON.stringify(problem),
    headers: { ...headers, 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
  };
}
