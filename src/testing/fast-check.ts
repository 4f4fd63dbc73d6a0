/**
 * fast-check, an optional peer, for all of the room. A module waits for it at its top, so that every
 * arbitrary is a plain function; the CommonJS build, which cannot wait, asks `require`, and drops the other
 * half. Where it is missing, loading the door fails with one sentence that says what to install.
 */
import { PeerageError } from '../error.ts';

type FastCheck = typeof import('fast-check');

/** True in the CommonJS build, false or not there elsewhere (tsup.config.ts). */
declare const COMMONJS: boolean;

function missing(cause: unknown): never {
  const told = (cause as Error).message.split('\n')[0];
  const reason = `cannot be loaded (${told}); npm install --save-dev fast-check@4`;
  throw new PeerageError('missing-package', reason, { field: 'fast-check' });
}

function required(): FastCheck {
  try {
    return require('fast-check') as FastCheck;
  } catch (cause) {
    return missing(cause);
  }
}

export const fc: FastCheck =
  typeof COMMONJS !== 'undefined' && COMMONJS
    ? required()
    : await import('fast-check').catch((cause: unknown) => missing(cause));
