/**
 * What the service says of itself: one line for each request and each thing that went wrong, structured. A line
 * has the route and never the path, so no id of a contributor, no secret and no body can be in one; of an
 * error nobody foresaw it has the name and the places in the code, and not the message, which may quote them; of what
 * the ledger can not do it has the message, which names its file or machine and nobody in it.
 */
import { PeerageError } from '../error.ts';
import type { Milliseconds } from '../event.ts';
import { Lines, streamTo } from './lines.ts';
import { isMissing } from './missing.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What pino's loggers are. */
export interface Log {
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

export const SILENT: Log = { info() {}, warn() {}, error() {} };

/** A log that is written somewhere, and ends there. */
export interface OpenLog {
  readonly log: Log;
  /** Waits so long for what is not yet taken; how many lines were lost that the log itself does not tell of. */
  end(patience: Milliseconds): Promise<number>;
}

/** Lines of JSON on standard output, by pino. @throws PeerageError `missing-package`. */
export async function openLog(level: 'info' | 'warn' | 'error'): Promise<OpenLog> {
  try {
    const { default: pino } = await import('pino');
    const lines = new Lines(() => streamTo(1), {
      onLost: (lost) => log.error({ lost }, 'lines of the log were lost: nobody took them in time'),
    });
    const log: Log = pino({ level, base: null }, lines);
    return { log, end: (patience) => lines.end(patience) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    const reason = 'is not installed, and logs are written by it: npm install pino (or --log none)';
    throw new PeerageError('missing-package', reason, { value: 'pino' });
  }
}

/** What the ledger says of itself. */
const OF_LEDGER = /^(ledger-\w+|unreadable)$/;

/** What the ledger could not do, in a sentence; undefined for any other error. */
export function ledgerFault(error: unknown): string | undefined {
  return error instanceof PeerageError && OF_LEDGER.test(error.code) ? error.message : undefined;
}

/** What may be said of an error: not its message, unless that is of the ledger. */
export function faultOf(error: unknown): Fields {
  const message = ledgerFault(error);
  if (message !== undefined) return { fault: 'ledger', code: (error as PeerageError).code, why: message };
  if (!(error instanceof Error)) return { fault: typeof error };
  const code = (error as { code?: unknown }).code;
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    fault: error.name,
    ...(typeof code === 'string' && { code }),
    at: places.slice(0, 8).map((line) => line.trim().slice(3)),
  };
}
