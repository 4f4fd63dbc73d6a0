/**
 * Text to UTF-8 in a buffer that is there already. Most ids are short and ASCII, and a loop has written
 * those before a call to the encoder has begun.
 */
const encoder = new TextEncoder();

/** Writes `text`, which must be well-formed Unicode, at `from`; there must be room for 3 bytes a UTF-16 unit. Returns where it ends. */
export function encodeText(text: string, bytes: Uint8Array, from: number): number {
  const { length } = text;
  if (length > 64) return from + encoder.encodeInto(text, bytes.subarray(from)).written;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return from + encoder.encodeInto(text, bytes.subarray(from)).written;
    bytes[from + i] = unit;
  }
  return from + length;
}
