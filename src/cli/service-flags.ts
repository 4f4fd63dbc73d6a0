/** The flags of the commands of the service, and their strict reading. Whatever is refused is a misuse. */
import { type PeerageError, quote } from '../error.ts';
import { type Milliseconds, parseDate } from '../event.ts';
import { misuse } from './flags.ts';

/** The flags of `peerage serve`; each is the text that was typed. */
export interface ServeFlags {
  ledger?: string;
  tolerance?: string;
  host?: string;
  port?: string;
  rate?: string;
  notAfter?: string;
  grace?: string;
  log?: string;
  allowPrivateWebhooks?: boolean;
}

/** The flags of `peerage keys create`. */
export interface KeyFlags {
  scope?: string[];
  community?: string;
  name?: string;
  expires?: string;
}

export function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw misuse('--port', `${quote(text)} is not a port; expected a number from 0 to 65535`);
}

/** Seconds from 0, a year at most; fractions are kept. */
export function seconds(flag: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= 31_536_000) return Number(text);
  throw misuse(flag, `${quote(text)} is not a time; expected seconds from 0 to 31536000`);
}

export function date(flag: string, text: string): Milliseconds {
  try {
    return parseDate(text, flag);
  } catch (error) {
    throw misuse(flag, (error as PeerageError).reason);
  }
}

export function perSecond(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= 1e9) return Number(text);
  throw misuse(
    '--rate',
    `${quote(text)} is not a rate; expected requests a second, above 0 and at most a billion`,
  );
}
