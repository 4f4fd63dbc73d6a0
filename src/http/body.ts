/**
 * Bodies of requests: strict UTF-8, never compressed, never longer than a limit, read as one text or line by
 * line. What is over a limit is refused when it is met, without reading on, and so is one that is slow to come.
 */
import { PeerageError } from '../error.ts';
import type { Milliseconds } from '../event.ts';
import { Refusal } from './problem.ts';

/** Media types of JSON Lines. */
export const LINES = ['application/x-ndjson', 'application/jsonl', 'application/ndjson'] as const;

/** A body that says it has no more bytes, which the transport sees to, is read in one piece: quicker than a stream. */
const SHORT = 2 ** 20;

/** Bytes a second of the slowest lines. */
const SLOWEST = 16 * 1024;

interface BodyLimits {
  /** Bytes. */
  readonly body: number;
  /** How long it may be awaited, beside what slow lines need. */
  readonly wait: Milliseconds;
}

/** The media type of a body, in lower case without parameters. @throws Refusal `bad-media-type`. */
export function mediaType(request: Request, expected: readonly string[]): string {
  const coding = request.headers.get('Content-Encoding');
  if (coding !== null && coding.toLowerCase() !== 'identity') {
    throw new Refusal('bad-media-type', `a body with the coding ${coding} is not taken; send it as it is`, {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  const [type, ...parameters] = (request.headers.get('Content-Type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  const utf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  if (expected.includes(type!.trim()) && utf8) return type!.trim();
  const said = type === '' ? 'without a Content-Type' : `of type ${type}${utf8 ? '' : `; ${charset}`}`;
  throw new Refusal('bad-media-type', `a body ${said} is not taken; expected ${expected.join(' or ')}`);
}

/** A whole body. @throws Refusal `slow-request`, PeerageError `too-large`, `bad-utf8`. */
export async function textOf(request: Request, limits: BodyLimits): Promise<string> {
  const decoder = strict();
  let text = '';
  for await (const bytes of chunksOf(request, limits)) text += decode(decoder, bytes);
  return text + decode(decoder);
}

/**
 * The lines of a body that are not blank, with their numbers from 1.
 * @throws Refusal `slow-request`, PeerageError `too-large`, `long-line`, `bad-utf8`.
 */
export async function* linesOf(
  request: Request,
  { line, ...limits }: BodyLimits & { readonly line: number },
): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  const decoder = strict();
  // Of a line that has no end yet: joined once, since a line may come a byte at a time.
  let pieces: string[] = [];
  let length = 0;
  let number = 0;
  const add = (piece: string) => {
    length += piece.length;
    if (length > line) throw tooLong(number + 1, line);
    pieces.push(piece);
  };
  const whole = () => {
    number++;
    const text = pieces.join('').trim();
    pieces = [];
    length = 0;
    return text;
  };
  for await (const bytes of chunksOf(request, limits)) {
    const [first, ...others] = decode(decoder, bytes).split('\n');
    add(first!);
    for (const other of others) {
      const text = whole();
      if (text !== '') yield { text, line: number };
      add(other);
    }
  }
  add(decode(decoder));
  const last = whole();
  if (last !== '') yield { text: last, line: number };
}

/** All bytes of a body as text. @throws PeerageError `bad-utf8`. */
export function textIn(bytes: Uint8Array): string {
  return decode(strict(), bytes, false);
}

async function* chunksOf(request: Request, { body: limit, wait }: BodyLimits): AsyncGenerator<Uint8Array> {
  const told = Number(request.headers.get('Content-Length') ?? Number.NaN);
  if (told > limit) throw tooLarge(limit);
  if (told <= SHORT) {
    const bytes = await unbroken(request.arrayBuffer(), wait + timeOf(told));
    if (bytes.byteLength > limit) throw tooLarge(limit);
    yield new Uint8Array(bytes);
    return;
  }
  if (request.body === null) return;
  let taken = 0;
  let waited = 0;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const start = performance.now();
      const { done, value } = await unbroken(reader.read(), wait + timeOf(taken) - waited);
      waited += performance.now() - start;
      if (done) return;
      taken += value.byteLength;
      if (taken > limit) throw tooLarge(limit);
      yield value;
    }
  } finally {
    // Whoever stops early does not want the rest.
    void reader.cancel().catch(() => {});
  }
}

/** What the slowest lines need for so many bytes. */
function timeOf(bytes: number): Milliseconds {
  return (1000 * bytes) / SLOWEST;
}

/** A body that breaks off is the sender's doing, and so is one that does not come. @throws Refusal. */
export async function unbroken<T>(reading: Promise<T>, wait: Milliseconds): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), wait);
  });
  try {
    return await Promise.race([reading, late]);
  } catch (error) {
    if (error instanceof Refusal || error instanceof PeerageError) throw error;
    throw brokenOff();
  } finally {
    clearTimeout(timer);
  }
}

/** The refusal of a body of which the rest never came. */
export function brokenOff(): Refusal {
  return new Refusal('bad-request', 'the body broke off');
}

function strict() {
  return new TextDecoder('utf-8', { fatal: true });
}

function decode(decoder: ReturnType<typeof strict>, bytes?: Uint8Array, stream = true): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream });
  } catch {
    throw new PeerageError('bad-utf8', 'the body is not UTF-8');
  }
}

function tooLarge(limit: number): PeerageError {
  return new PeerageError('too-large', `the body has more than ${limit} bytes`);
}

function tooLong(line: number, limit: number): PeerageError {
  return new PeerageError('long-line', `has more than ${limit} characters`, { line });
}

function tooSlow(): Refusal {
  return new Refusal('slow-request', 'the body did not come in time', { headers: { Connection: 'close' } });
}
