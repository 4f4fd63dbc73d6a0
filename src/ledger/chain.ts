/**
 * The arithmetic of the chain: the hash of an entry is SHA-256 over the hash before it and its bytes; a commitment
 * is SHA-256 over sixteen random bytes and a text, which tells nothing once those bytes are gone. Salts are
 * the only chance in the ledger, and no event, sequence or score depends on them.
 */
import { Buffer } from 'node:buffer';
import { hash, randomFillSync } from 'node:crypto';
import { HASH_BYTES, SALT_BYTES } from './row.ts';

/** The hash before the first entry of a community: a chain is of one, so two that were exchanged do not hold. */
export function genesisOf(community: string): Buffer {
  return Buffer.from(hash('sha256', `peerage ledger 1 ${community}`, 'hex'), 'hex');
}

/** SHA-256 of bytes[from, to), written at `at` of `into`. */
export function sha256(bytes: Uint8Array, from: number, to: number, into: Buffer, at: number): void {
  into.write(hash('sha256', bytes.subarray(from, to), 'binary'), at, 'latin1');
}

/** The hash of one entry; after one that is damaged, and may have any length, one that nothing has. */
export function linked(before: Uint8Array, content: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(before.length + content.length);
  bytes.set(before);
  bytes.set(content, before.length);
  const linked = Buffer.allocUnsafe(HASH_BYTES);
  sha256(bytes, 0, bytes.length, linked, 0);
  return linked;
}

/** True if a salt and a text are what was committed to at `at`. */
export function commits(content: Uint8Array, at: number, salt: Uint8Array, text: Uint8Array): boolean {
  const committed = Buffer.from(content.buffer, content.byteOffset + at, HASH_BYTES);
  return hash('sha256', Buffer.concat([salt, text]), 'hex') === committed.toString('hex');
}

/** Sixteen random bytes at a time, drawn from the system by the thousand. */
export class Salts {
  readonly #pool = Buffer.allocUnsafe(SALT_BYTES * 1024);
  #used = this.#pool.length;

  write(into: Buffer, at: number): void {
    if (this.#used === this.#pool.length) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    this.#pool.copy(into, at, this.#used, this.#used + SALT_BYTES);
    this.#used += SALT_BYTES;
  }
}
