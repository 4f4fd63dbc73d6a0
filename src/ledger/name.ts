/**
 * Names and ids as bytes, and what stands in their place once they are erased: a text that says the number of the
 * contributor, or the sequence of the event. No other name or id can be that text: the ledger takes it only
 * from whoever has that number, which is how an exported ledger comes back in.
 */
import { Buffer } from 'node:buffer';

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

export function erased(number: number): string {
  return `\u0000erased ${number}`;
}

/** The number in such a text; undefined for any other text. */
export function erasedNumber(text: string): number | undefined {
  if (text.charCodeAt(0) !== 0) return undefined;
  const number = /^erased ([1-9]\d{0,15})$/.exec(text.slice(1))?.[1];
  return number === undefined ? undefined : Number(number);
}
